import * as z from 'zod';
import { failureClasses } from '../recovery/policies';
import { commandEnds } from '../commands/model';
import { settingsSchema } from './settings';

const id = z.string();
const text = z.string();
const role = z.enum(['commander', 'planner', 'worker', 'reviewer']);
const kind = z.enum(['first', 'remind', 'continue']);
const list = <T extends z.ZodType>(item: T) => z.array(item).readonly();
const count = z.number().int().nonnegative();

const draft = z.object({
  id,
  title: text,
  detail: text,
  files: list(text),
  after: list(id),
  check: text.optional(),
  size: z.enum(['XS', 'S', 'M', 'L']).optional(),
  isolate: z.boolean().optional(),
});
/** A shell command that runs beside the agents; `timeoutMs` in milliseconds. */
const command = z.object({ id, command: text, label: text, timeoutMs: z.number() });
/** Git’s id of a tree in the mission’s own store. */
const tree = z.string().regex(/^[0-9a-f]{40,64}$/);
const fileChange = z.object({
  path: text,
  from: text.optional(),
  kind: z.enum(['added', 'deleted', 'modified', 'renamed', 'mode']),
  added: count.optional(),
  removed: count.optional(),
});
const proof = z.object({ command: text, session: id, callID: id });
const issue = z.object({
  id,
  todo: id.optional(),
  title: text,
  detail: text,
  file: text.optional(),
  line: count.optional(),
});
const usage = {
  tokens: z.number().nonnegative(),
  cost: z.number().nonnegative(),
  /** The model that answered, as `provider/model`. */
  model: text.optional(),
};
const limit = z.enum(['budget.usd', 'budget.tokens', 'budget.minutes', 'limits.maxIterations']);
const howLost = z.enum([
  ...(['silent', 'error', 'timeout', 'stalled', 'refused', 'interrupted', 'stopped', 'unwanted'] as const),
  /** Set down until its model answers again. */
  'waits',
  /** It did the same again and again. */
  'looped',
]);
const endState = z.enum(['sealed', 'stopped', 'waiting', 'exhausted', 'failed']);
const stopState = endState.exclude(['sealed']);
/** What a person changes about a TODO; what is left out stays. */
const change = z.object({
  id,
  title: text.optional(),
  detail: text.optional(),
  files: list(text).optional(),
  after: list(id).optional(),
  /** Empty: no check any more. */
  check: text.optional(),
});
/** What `always` would allow is in OpenCode’s own patterns. */
const permission = z.object({ name: text, patterns: list(text), always: list(text) });
const question = z.object({
  question: text,
  header: text,
  options: list(z.object({ label: text, description: text })),
  multiple: z.boolean(),
});

/**
 * What happened, in the past tense: the journal’s records without their frame. One signal makes one fact, so that a
 * journal cut after any record is a state the mission can go on from.
 */
export const factSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('mission.created'), mission: id, text, directory: text, settings: settingsSchema }),
  z.object({
    type: z.literal('mission.resumed'),
    settings: settingsSchema,
    note: text.optional(),
    /** Another process took over a mission that never ended: nothing is approved and no count begins again. */
    adopted: z.boolean().optional(),
  }),
  z.object({ type: z.literal('mission.paused'), by: text }),
  z.object({ type: z.literal('mission.unpaused'), by: text }),
  /** A limit was raised while the mission ran. */
  z.object({ type: z.literal('settings.changed'), settings: settingsSchema, by: text }),
  z.object({
    type: z.literal('stop.requested'),
    by: text,
    /** How the mission ends when everything is quiet. */
    as: stopState,
    reason: text,
  }),
  z.object({
    type: z.literal('mission.ended'),
    state: endState,
    reason: text,
    /** Sessions that were confirmed idle, for a stop. */
    confirmed: count.optional(),
  }),
  z.object({
    type: z.literal('turn.ordered'),
    turn: id,
    role,
    todo: id.optional(),
    attempt: count,
    kind,
    message: id,
    session: id.optional(),
    /** A worker’s that is to work in a worktree of its TODO’s own. */
    isolated: z.boolean().optional(),
    /** Commander only. */
    iteration: count.optional(),
  }),
  z.object({ type: z.literal('session.opened'), turn: id, session: id }),
  z.object({
    type: z.literal('commander.decided'),
    turn: id,
    summary: text,
    added: list(draft),
    plan: text.optional(),
    retried: list(z.object({ todo: id, brief: text.optional() })),
    cancelled: list(z.object({ todo: id, reason: text })),
    asks: list(z.object({ ask: id, question: text, options: list(text) })),
    seal: z.boolean(),
    refusals: list(text),
    /** Background commands; journals of earlier releases have none. */
    runs: list(command).optional(),
  }),
  z.object({
    type: z.literal('planner.planned'),
    turn: id,
    summary: text,
    added: list(draft),
    check: text.optional(),
    sources: list(z.object({ url: text, title: text, notes: text })),
    refusals: list(text),
  }),
  z.object({
    type: z.literal('worker.reported'),
    turn: id,
    todo: id,
    status: z.enum(['done', 'blocked']),
    summary: text,
    files: list(text),
    reason: text.optional(),
    followUps: list(draft),
  }),
  z.object({
    type: z.literal('todo.reviewed'),
    turn: id,
    todo: id,
    outcome: z.enum(['passed', 'failed', 'repeated', 'unproven']),
    summary: text,
    issues: list(issue),
    proof: proof.optional(),
    /** `repeated`: the turns that were writing. */
    waitFor: list(id).optional(),
    /** `unproven`: what the reminder says. */
    why: text.optional(),
  }),
  z.object({
    type: z.literal('mission.reviewed'),
    turn: id,
    outcome: z.enum(['passed', 'failed', 'unproven']),
    summary: text,
    issues: list(issue),
    proofs: list(z.object({ todo: id.optional(), proof })),
    why: text.optional(),
  }),
  z.object({
    type: z.literal('turn.lost'),
    turn: id,
    how: howLost,
    reason: text,
    next: z.enum(['remind', 'continue', 'over']),
    /** What went wrong; journals of earlier releases do not have it. */
    class: z.enum(failureClasses).optional(),
    /** Until when no other turn of its model begins, in milliseconds since the epoch. */
    retryAt: z.number().optional(),
    /** What it said last, for the session that comes after it. */
    carried: text.optional(),
    /** Roles that go on with another model of their list, since this turn’s model failed for good. */
    fellBack: list(z.object({ role, to: text })).optional(),
    ...usage,
  }),
  z.object({ type: z.literal('turn.ended'), turn: id, ...usage }),
  /** A model whose gate was closed has said something to this turn. */
  z.object({ type: z.literal('model.answered'), turn: id }),
  /** A turn’s provider has too much to do: so many turns of its model may be in flight. */
  z.object({ type: z.literal('model.slowed'), turn: id, most: z.number().int().positive(), reason: text }),
  z.object({
    type: z.literal('todos.edited'),
    ticked: list(id),
    unticked: list(id),
    retitled: list(z.object({ id, title: text })),
    added: list(draft),
    /** New TODOs that the person added as ticked. */
    done: list(id),
    kept: list(text),
    /** By the person’s hand in the editor, not in `todo.md`. */
    changed: list(change).optional(),
    cancelled: list(id).optional(),
    retried: list(id).optional(),
    /** Their agents were stopped; they are blocked until somebody decides. */
    held: list(id).optional(),
    /** Every id, in the person’s order. */
    order: list(id).optional(),
  }),
  z.object({
    type: z.literal('note.added'),
    text,
    /** Journals of earlier releases have none of these. */
    id: id.optional(),
    /** The TODO whose worker it is for; otherwise the Commander. */
    to: id.optional(),
    now: z.boolean().optional(),
  }),
  /** A person wants a queued note delivered at once. */
  z.object({ type: z.literal('note.hurried'), note: id }),
  z.object({
    type: z.literal('ask.opened'),
    ask: id,
    kind: z.enum(['permission', 'question']),
    session: id.optional(),
    title: text,
    permission: permission.optional(),
    questions: list(question).optional(),
  }),
  z.object({ type: z.literal('ask.closed'), ask: id, reply: text }),
  z.object({
    type: z.literal('command.ordered'),
    ...command.shape,
    by: z.enum(['commander', 'worker', 'person']),
    session: id.optional(),
    todo: id.optional(),
  }),
  z.object({ type: z.literal('command.started'), id }),
  /** Somebody wants it ended. */
  z.object({ type: z.literal('command.unwanted'), id, by: text }),
  z.object({
    type: z.literal('command.ended'),
    id,
    how: z.enum(commandEnds),
    exitCode: z.number().int().nullable(),
    signal: text.optional(),
    /** How much it wrote, and the end of that. */
    bytes: count,
    tail: text,
  }),
  /** The files as they were before a worker’s turn. */
  z.object({ type: z.literal('tree.taken'), turn: id, tree }),
  /** What a TODO’s workers changed so far, since the tree before the first of them; at most 1,000 files. */
  z.object({ type: z.literal('todo.changed'), turn: id, todo: id, from: tree, to: tree, files: list(fileChange) }),
  /** Files that were nobody’s to change, changed while these were at work. */
  z.object({ type: z.literal('files.strayed'), issue: id, files: list(text), todos: list(id) }),
  /** A TODO’s worktree is there, with the trees of it and of the folder then. */
  z.object({ type: z.literal('todo.placed'), todo: id, base: tree, folder: tree }),
  /** It cannot land as it is: the folder moved on, so that its worktree follows (`tree`), or both changed the same. */
  z.object({
    type: z.literal('todo.merged'),
    todo: id,
    /** What the worktree becomes, the folder’s tree that it holds then, and the worktree’s own before. */
    tree,
    folder: tree,
    theirs: tree,
    conflicts: list(text),
    /** Who has the next word. */
    next: z.enum(['reviewer', 'worker', 'person']),
    issue: id.optional(),
  }),
  /** Its files are being written into the folder, whose tree before is this. */
  z.object({
    type: z.literal('landing.began'),
    todo: id,
    from: tree,
    /** At most 1,000; journals of earlier releases have none. */
    files: list(text).optional(),
  }),
  z.object({ type: z.literal('landing.failed'), todo: id, reason: text }),
  /** Its changes are in the folder; at most 1,000 files. */
  z.object({
    type: z.literal('todo.landed'),
    todo: id,
    from: tree,
    to: tree,
    files: list(fileChange),
    /** Where it is committed, too: the commit, the paths that are not in it, or why there is none. */
    commit: tree.optional(),
    uncommitted: list(text).optional(),
    why: text.optional(),
  }),
  z.object({ type: z.literal('test.archived'), todo: id, from: text, to: text }),
  z.object({ type: z.literal('noticed'), text }),
  /** The computer slept, its clock was set, or this process was frozen: so many milliseconds, which nobody worked, are in no deadline. */
  z.object({ type: z.literal('clock.jumped'), ms: z.number() }),
  /** Another model answered than the one that was asked for; once for each role and pair, as `provider/model`. */
  z.object({ type: z.literal('model.differed'), role, asked: text, answered: text }),
  /** Four fifths of a limit are used. */
  z.object({ type: z.literal('limit.neared'), limit, used: z.number(), of: z.number() }),
]);

/** What facts are made of: a state that travels is checked against the same. */
export const factParts = {
  tree,
  fileChange,
  role,
  kind,
  draft,
  proof,
  issue,
  change,
  permission,
  question,
  howLost,
  endState,
  stopState,
};

/** What a permission ask is about, and what `always` would allow. */
export type PermissionAsked = z.infer<typeof permission>;
/** One question of an agent, with the answers it offers. */
export type QuestionAsked = z.infer<typeof question>;
/** What a person changes about a TODO. */
export type TodoChange = z.infer<typeof change>;
export type Fact = Readonly<z.infer<typeof factSchema>>;
export type FactOf<T extends Fact['type']> = Extract<Fact, { type: T }>;
export type Role = z.infer<typeof role>;
export type TurnKind = z.infer<typeof kind>;
export type IssueDraft = Readonly<z.infer<typeof issue>>;

/** A fact with its place and time in the journal; `at` in milliseconds since the epoch. */
export interface Recorded {
  readonly seq: number;
  readonly at: number;
  readonly fact: Fact;
}
