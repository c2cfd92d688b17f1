import type { PermissionAsked, QuestionAsked } from '../mission/facts';
import { isModelAsk } from '../recovery/refusedModel';
import { todoOfMergeAsk } from '../mission/reduceLanding';
import { planAsk, type Ask, type MissionState } from '../mission/state';
import { key } from '../todo/graph';
import { isClosed } from '../todo/model';
import { plain } from '../todo/text';
import type { Moment } from './moment';
import { agentName } from './words';

/** A question as it is shown. */
export interface AskedQuestion {
  readonly header: string;
  readonly question: string;
  /** `answer` goes back as it is; `label` is what is shown of it. */
  readonly options: readonly { readonly answer: string; readonly label: string; readonly description: string }[];
  readonly multiple: boolean;
}

/** An ask that waits for the person, as the strip and the notifications show it; every text is cut and cleaned. */
export interface NeedsYou {
  /** The ask’s id, for the answer. */
  readonly ask: string;
  readonly kind: 'permission' | 'question';
  /** Where the answer goes: to an agent’s session, to the Commander, or it approves the plan. */
  readonly to: 'agent' | 'commander' | 'plan';
  /** `the worker of T7`, `the Commander`. */
  readonly who: string;
  readonly session?: string | undefined;
  readonly todo?: string | undefined;
  /** The title of the TODO; empty without one. */
  readonly title: string;
  /** `asks to run`, `asks to edit`, `asks`: what follows is `command` or `text`. */
  readonly what: string;
  /** The command or path, whole, for type of its own. */
  readonly command?: string | undefined;
  /** The question, or a permission that names no command or path. */
  readonly text: string;
  /** The agent’s words. */
  readonly why?: string | undefined;
  readonly openedAt: number;
  readonly waitedMs: number;
  /** Its TODO and every open one that waits for it in turn. */
  readonly holdsUp: readonly string[];
  /** An agent’s questions, each with the answers it offers. */
  readonly questions: readonly AskedQuestion[];
  /** What “for this mission” would allow, in OpenCode’s patterns. */
  readonly always: readonly string[];
}

/** In a view the plan is at hand: what a terminal says of it is for terminals. */
const planText = 'May the workers begin with this plan? Change in it what should be different, or send it back.';

/** A command is shown whole up to here: who allows it must have seen it. */
const commandChars = 4_000;

/** The open asks, the one that waits longest first. */
export function asksInOrder(moment: Moment): NeedsYou[] {
  const { state: s, now } = moment;
  return [...s.asks.values()]
    .sort((a, b) => a.openedAt - b.openedAt)
    .map((ask) => {
      const record = s.sessions.get(ask.session ?? '');
      const todo = s.todos.get(record?.todo ?? '') ?? todoOfMergeAsk(s, ask.id);
      return {
        ask: ask.id,
        kind: ask.kind,
        to: ask.id === planAsk ? 'plan' : ask.session === undefined ? 'commander' : 'agent',
        who: whoAsks(s, ask),
        session: ask.session,
        todo: todo?.id,
        title: plain(todo?.title ?? '', 400),
        ...whatOf(ask),
        ...(ask.id === planAsk && { text: planText }),
        openedAt: ask.openedAt,
        waitedMs: Math.max(0, now - ask.openedAt),
        holdsUp: ask.id === planAsk ? [...s.open] : todo ? heldUp(s, todo.id) : [],
        questions: (ask.questions ?? []).map(cleaned),
        always: (ask.permission?.always ?? []).map((pattern) => plain(pattern, 400)),
      };
    });
}

/** Who asks, as a sentence names them: `the worker of T7`, `the Commander`. */
export function whoAsks(s: MissionState, ask: Pick<Ask, 'session'> & { readonly id?: string }): string {
  if (isModelAsk(ask.id ?? '')) return 'OpenCode';
  const merging = todoOfMergeAsk(s, ask.id ?? '');
  if (merging) return `the merge of ${plain(merging.id, 64)}`;
  if (ask.session === undefined) return 'the Commander';
  const record = s.sessions.get(ask.session);
  return record ? agentName(record) : 'an agent';
}

const verbs: Readonly<Record<string, string>> = {
  bash: 'run',
  edit: 'edit',
  write: 'edit',
  patch: 'edit',
  read: 'read',
  webfetch: 'fetch',
  websearch: 'search the web for',
  external_directory: 'go outside the workspace to',
};

/** What is asked for, in pieces: `asks to run` and the command. */
export function whatOf(ask: Pick<Ask, 'kind' | 'title' | 'permission' | 'questions'>): {
  what: string;
  command?: string;
  text: string;
} {
  if (ask.kind === 'question') return { what: 'asks', text: plain(ask.title, 2_000) };
  const { name, target } = permissionOf(ask);
  const verb = verbs[name];
  if (target === '') return { what: 'asks for permission', text: plain(name === '' ? ask.title : name, 2_000) };
  return {
    what: verb === undefined ? `asks to use ${plain(name, 60)} on` : `asks to ${verb}`,
    command: target,
    text: '',
  };
}

/** What is asked for, as it follows the name: `asks to run npm test`, `asks: “Which port?”`; cut to so many characters. */
export function asksFor({ kind, what, command, text }: NeedsYou, most: number): string {
  if (command !== undefined) return `${what} ${plain(command, most)}`;
  return kind === 'question' ? `${what}: “${plain(text, most)}”` : `${what}: ${plain(text, most)}`;
}

function permissionOf(ask: Pick<Ask, 'title' | 'permission'>): { name: string; target: string } {
  const asked: PermissionAsked | undefined = ask.permission;
  if (asked) return { name: asked.name, target: plain(asked.patterns.join(', '), commandChars) };
  // Older journals have the title alone: OpenCode’s word for the permission, and what it is for.
  const [, name, target] = /^(\w+): (.*)$/s.exec(ask.title) ?? [];
  return { name: name ?? '', target: plain(target ?? '', commandChars) };
}

/** The TODO and every open one that waits for it, directly or not, in the list’s order. */
export function heldUp(s: MissionState, id: string): string[] {
  const held = new Set([id]);
  for (const each of held) for (const dependent of s.dependents.get(key(each)) ?? []) held.add(dependent);
  const open = [...held].filter((each) => {
    const todo = s.todos.get(each);
    return todo !== undefined && (each === id || !isClosed(todo));
  });
  if (open.length < 2) return open;
  const place = new Map([...s.todos.keys()].map((each, index) => [each, index]));
  return open.sort((a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0));
}

function cleaned(asked: QuestionAsked): AskedQuestion {
  return {
    question: plain(asked.question, 2_000),
    header: plain(asked.header, 100),
    options: asked.options.map(({ label, description }) => ({
      answer: label,
      label: plain(label, 200),
      description: plain(description, 400),
    })),
    multiple: asked.multiple,
  };
}
