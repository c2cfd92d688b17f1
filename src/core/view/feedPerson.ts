import type { FactOf } from '../mission/facts';
import type { MissionState } from '../mission/state';
import { plain } from '../todo/text';
import type { FeedDraft } from './feed';
import { whatOf, whoAsks } from './needsYou';
import { names, plural, sentence } from './words';

/** An ask that was opened or answered. */
export function askItem(s: MissionState, fact: FactOf<'ask.opened'> | FactOf<'ask.closed'>): FeedDraft | undefined {
  if (fact.type === 'ask.closed') return answeredItem(fact);
  const todo = s.sessions.get(fact.session ?? '')?.todo;
  const who = todo === undefined ? sentence(whoAsks(s, fact)).replace(/\.$/, '') : plain(todo, 64);
  const about = {
    ...(todo === undefined ? {} : { todo }),
    ...(fact.session === undefined ? {} : { session: fact.session }),
  };
  const { what, command, text } = whatOf(fact);
  if (fact.kind === 'question') {
    return { ...about, icon: 'waitingQuestion', kind: 'needsYou', text: `${who} asks: “${plain(text, 300)}”` };
  }
  const code = command === undefined ? undefined : plain(command, 300);
  const verb = what.replace(/^asks (?:for permission)?/, '');
  const rest = [verb, code ?? text].filter((part) => part !== '').join(' ');
  return {
    ...{ ...about, icon: 'waitingPermission', kind: 'needsYou' },
    text: `${who} waits for your permission${code === undefined ? ':' : ''} ${rest}`,
    ...(code === undefined ? {} : { code }),
  };
}

const replies: Readonly<Record<string, string>> = {
  once: 'You allowed it once',
  always: 'You allowed it for this mission',
  reject: 'You denied it',
  rejected: 'You denied it',
  answered: 'Your answer was delivered',
};

function answeredItem(fact: FactOf<'ask.closed'>): FeedDraft {
  const text = replies[fact.reply] ?? `You answered: “${plain(fact.reply, 200)}”`;
  return { icon: 'permission', kind: 'note', text };
}

/** What a person changed about the TODOs, in `todo.md` or in the editor. */
export function editItem(fact: FactOf<'todos.edited'>): FeedDraft | undefined {
  const some = (what: string, ids: readonly string[] | undefined) =>
    ids === undefined || ids.length === 0 ? [] : [`${what} ${names(ids)}`];
  const done = new Set(fact.done);
  const added = fact.added.map(({ id }) => id);
  const parts = [
    ...some('ticked', [...fact.ticked, ...fact.done]),
    ...some('unticked', fact.unticked),
    ...some(
      'added',
      added.filter((id) => !done.has(id)),
    ),
    ...some('changed', [...new Set([...fact.retitled, ...(fact.changed ?? [])].map(({ id }) => id))]),
    ...some('cancelled', fact.cancelled),
    ...some('retried', fact.retried),
    ...some('stopped the agents of', fact.held),
    ...(fact.order === undefined ? [] : ['put the TODOs in another order']),
  ];
  const kept = fact.kept.length;
  const lines = `${plural(kept, 'line')} of todo.md could not be understood and ${kept === 1 ? 'was' : 'were'} kept`;
  const action = { label: 'Open', act: { type: 'openTodoFile' } } as const;
  if (parts.length === 0) return kept === 0 ? undefined : { icon: 'warning', kind: 'bad', text: lines, action };
  const text = `You ${parts.join(', ')}`;
  return kept === 0
    ? { icon: 'plan', kind: 'note', text, action: { label: 'Open Plan', act: { type: 'openTodoFile' } } }
    : { icon: 'warning', kind: 'bad', text: `${text}. ${sentence(lines)}`, action };
}
