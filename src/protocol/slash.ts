/** A text of the message box. `/cancel` is another name of `/stop`; with a TODO’s id it cancels that TODO alone. */
export type Said =
  | { readonly type: 'task'; readonly text: string }
  | { readonly type: 'stop' }
  | { readonly type: 'cancel'; readonly todo: string }
  | { readonly type: 'status' }
  | { readonly type: 'note'; readonly text: string; readonly to?: string }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'refused'; readonly sentence: string };

/** The slash commands with what they do, in the order in which they are offered. */
export const slashCommands = [
  { name: '/task', argument: '“mission”', does: 'new mission' },
  { name: '/status', argument: '', does: 'say where it stands' },
  { name: '/stop', argument: '', does: 'stop everything' },
  { name: '/cancel', argument: 'TODO', does: 'stop everything, or cancel one TODO' },
  { name: '/note', argument: 'TODO text', does: 'a note to the worker of a TODO' },
] as const;

/** Reads what a person typed. Only the first word is a command; a mission’s own text is never expanded. */
export function readSaid(typed: string): Said {
  const text = typed.trim();
  if (!text.startsWith('/')) return { type: 'text', text };
  const [, name = '', rest = ''] = /^\/(\S*)\s*([\s\S]*)$/.exec(text) ?? [];
  switch (name.toLowerCase()) {
    case 'task': {
      const mission = unquoted(rest.trim());
      return mission === ''
        ? { type: 'refused', sentence: 'Say what the mission is: /task "…".' }
        : { type: 'task', text: mission };
    }
    case 'stop':
      return rest.trim() === '' ? { type: 'stop' } : { type: 'refused', sentence: '/stop takes nothing after it.' };
    case 'cancel':
      return rest.trim() === '' ? { type: 'stop' } : { type: 'cancel', todo: rest.trim() };
    case 'note': {
      const [, todo, text = ''] = /^(\S+)\s+([\s\S]+)$/.exec(rest.trim()) ?? [];
      return todo === undefined
        ? {
            type: 'refused',
            sentence: 'Say for which TODO’s worker and what: /note T7 …. Plain text is for the Commander.',
          }
        : { type: 'note', text: unquoted(text), to: todo };
    }
    case 'status':
    case 'mission':
      return { type: 'status' };
    default:
      return {
        type: 'refused',
        sentence: `There is no command /${name.slice(0, 40)}. There are ${slashCommands.map((item) => item.name).join(', ')}.`,
      };
  }
}

function unquoted(text: string): string {
  const inner = /^"([\s\S]*)"$/.exec(text) ?? /^“([\s\S]*)”$/.exec(text);
  return (inner?.[1] ?? text).trim();
}
