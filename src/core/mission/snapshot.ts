import * as z from 'zod';
import { commandEnds } from '../commands/model';
import type { FileChange, TodoChanges } from '../todo/changes';
import { fileKey, key } from '../todo/graph';
import type { Proof, Todo, Worktree } from '../todo/model';
import { factParts } from './facts';
import { settingsSchema } from './settings';
import { isBoolean, isNumber, isText, listOf, oneOf, optional, shape } from './shape';
import type { Issue, MissionState, SessionRecord, Turn } from './state';
import { dependentsOf } from './todoIndex';

const { role, kind, draft, issue, permission, question, howLost, endState, stopState } = factParts;
const id = z.string();
const text = z.string();
const number = z.number();
const ids = z.array(id);

const next = z.strictObject({
  kind,
  session: id,
  attempt: number,
  usedMs: number,
  interruptions: number,
  waits: number.optional(),
  nudged: z.boolean().optional(),
  why: text.optional(),
});

const isFileChange = shape<FileChange>({
  path: isText,
  from: optional(isText),
  kind: oneOf('added', 'deleted', 'modified', 'renamed', 'mode'),
  added: optional(isNumber),
  removed: optional(isNumber),
});

// A mission has thousands of these two, and a view reads them all before it shows anything.
const isTodo = shape<Todo>({
  id: isText,
  title: isText,
  detail: isText,
  files: listOf(isText),
  after: listOf(isText),
  check: optional(isText),
  size: optional(oneOf('XS', 'S', 'M', 'L')),
  isolate: optional(isBoolean),
  by: oneOf('planner', 'commander', 'person'),
  state: oneOf('queued', 'running', 'reviewing', 'done', 'failed', 'blocked', 'cancelled'),
  attempts: isNumber,
  tries: isNumber,
  reviews: isNumber,
  reviewsLost: isNumber,
  verified: isBoolean,
  proof: optional(shape<Proof>({ command: isText, session: isText, callID: isText })),
  reason: optional(isText),
  brief: optional(isText),
  carried: optional(isText),
  closedAt: optional(isNumber),
  summary: optional(isText),
  reported: optional(listOf(isText)),
  changes: optional(shape<TodoChanges>({ from: isText, to: isText, files: listOf(isFileChange) })),
  isolated: optional(isBoolean),
  worktree: optional(
    shape<Worktree>({
      base: isText,
      folder: isText,
      checkout: optional(isText),
      conflicts: optional(listOf(isText)),
      sides: optional(shape<NonNullable<Worktree['sides']>>({ base: isText, ours: isText, theirs: isText })),
      met: optional(oneOf('worker', 'person')),
      rechecked: optional(isBoolean),
      landing: optional(isNumber),
      from: optional(isText),
      wrote: optional(listOf(isText)),
    }),
  ),
  next: optional((value) => next.safeParse(value).success),
  reviewAfter: optional(listOf(isText)),
  reviewRepeated: optional(isBoolean),
});

const isSession = shape<SessionRecord>({
  role: oneOf(...role.options),
  todo: optional(isText),
  attempt: isNumber,
  openedAt: isNumber,
  turns: isNumber,
  tokens: isNumber,
  cost: isNumber,
  workedMs: isNumber,
  ended: optional(
    shape<NonNullable<SessionRecord['ended']>>({ at: isNumber, how: oneOf('answered', ...howLost.options) }),
  ),
  model: optional(isText),
  asked: optional(isText),
});

const turn = z.strictObject({
  id,
  role,
  todo: id.optional(),
  attempt: number,
  kind,
  model: text.optional(),
  message: id,
  session: id.optional(),
  orderedAt: number,
  usedMs: number,
  interruptions: number,
  waits: number.optional(),
  nudged: z.boolean().optional(),
  why: text.optional(),
  tree: text.optional(),
  settling: z.boolean(),
  unwanted: z.boolean(),
});

const gate = z.strictObject({
  step: number,
  since: number,
  until: number,
  reason: text,
  probe: id.optional(),
});

const took = z.strictObject({ turns: number, ms: number });
const throttle = z.strictObject({ most: number, since: number, answers: number });

const ask = z.strictObject({
  id,
  kind: z.enum(['permission', 'question']),
  session: id.optional(),
  title: text,
  openedAt: number,
  permission: permission.optional(),
  questions: z.array(question).optional(),
});

function isEntry(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && isText(value[0]) && isSession(value[1]);
}

const command = z.strictObject({
  id,
  command: text,
  label: text,
  timeoutMs: number,
  by: z.enum(['commander', 'worker', 'person']),
  todo: id.optional(),
  session: id.optional(),
  state: z.enum(['queued', 'running', 'ended']),
  orderedAt: number,
  startedAt: number.optional(),
  endedAt: number.optional(),
  unwanted: text.optional(),
  how: z.enum(commandEnds).optional(),
  exitCode: number.nullable().optional(),
  signal: text.optional(),
  bytes: number.optional(),
  tail: text.optional(),
  told: z.enum(['queued', 'running', 'ended']).optional(),
});

const briefing = z.strictObject({ notes: z.array(text), refusals: z.array(text), followUps: z.array(draft) });

const note = z.strictObject({
  id,
  text,
  at: number,
  to: id.optional(),
  now: z.boolean(),
  turn: id.optional(),
  iteration: number.optional(),
  deliveredAt: number.optional(),
  read: z.boolean(),
  moved: z.boolean(),
});

/** A state as it travels: maps and sets are lists, in their order, and what can be worked out is left out. */
const snapshotSchema = z.strictObject({
  mission: id,
  text,
  directory: text,
  settings: settingsSchema,
  seq: number,
  startedAt: number,
  lastAt: number,
  runningSince: number,
  ranMs: number,
  iteration: number,
  todos: z.array(z.custom<Todo>(isTodo)),
  issues: z.array(
    z.strictObject({
      ...issue.shape,
      state: z.enum(['open', 'closed']),
      openedAt: number,
      closedAt: number.optional(),
    }),
  ),
  turns: z.array(turn),
  sessions: z.array(z.custom<readonly [string, SessionRecord]>(isEntry)),
  asks: z.array(ask),
  commands: z.array(command),
  check: text.optional(),
  commander: z.strictObject({
    session: id.optional(),
    lost: number,
    reason: text.optional(),
    next: next.optional(),
    idle: number,
  }),
  planner: z.strictObject({
    wanted: text.optional(),
    attempts: number,
    lost: number,
    next: next.optional(),
    carried: text.optional(),
  }),
  gates: z.array(z.tuple([text, gate])),
  throttles: z.array(z.tuple([text, throttle])),
  took: z.strictObject({ XS: took, S: took, M: took, L: took, unknown: took }),
  weights: z.strictObject({ XS: number, S: number, M: number, L: number, unknown: number }),
  startTree: text.optional(),
  strayed: z.array(text),
  fellBack: z.array(z.tuple([role, text])),
  differed: z.array(text),
  missionReview: z.strictObject({
    due: z.boolean(),
    passed: z.boolean(),
    summary: text.optional(),
    attempts: number,
    lost: number,
    gaveUp: z.boolean(),
    next: next.optional(),
  }),
  news: briefing,
  told: briefing,
  notes: z.array(note),
  summary: text,
  stop: z.strictObject({ by: text, as: stopState, reason: text }).optional(),
  end: z.strictObject({ state: endState, reason: text, at: number, confirmed: number.optional() }).optional(),
  paused: z.strictObject({ by: text, at: number }).optional(),
  warned: z.array(z.tuple([text, number])),
  tokens: number,
  cost: number,
  peak: number,
  turnsOrdered: number,
  issuesOpened: number,
  asksOpened: number,
  kept: z.array(text),
  ordered: z.boolean().optional(),
  // Indices whose order means something.
  ready: ids,
  due: ids,
  open: ids,
});

type Snapshot = z.input<typeof snapshotSchema>;
type Carried = Omit<
  z.output<typeof snapshotSchema>,
  | 'todos'
  | 'issues'
  | 'turns'
  | 'sessions'
  | 'asks'
  | 'commands'
  | 'gates'
  | 'throttles'
  | 'fellBack'
  | 'differed'
  | 'strayed'
  | 'warned'
>;
type Indices = Pick<
  MissionState,
  'keys' | 'dependents' | 'turnOf' | 'fileOwner' | 'alone' | 'active' | 'openIssues' | 'ready' | 'due' | 'open'
>;

/** A state as plain JSON, for a process that folds on from there. It shares what never changes with the state. */
export function encodeState(s: MissionState): unknown {
  const { keys: _k, dependents: _d, ...others } = s;
  const { turnOf: _t, fileOwner: _f, alone: _a, active: _b, openIssues: _i, ...rest } = others;
  return {
    ...rest,
    todos: [...s.todos.values()],
    issues: [...s.issues.values()],
    turns: [...s.turns.values()],
    sessions: [...s.sessions],
    asks: [...s.asks.values()],
    commands: [...s.commands.values()],
    gates: [...s.gates],
    throttles: [...s.throttles],
    fellBack: [...s.fellBack],
    differed: [...s.differed],
    strayed: [...s.strayed],
    warned: [...s.warned],
    // What the fold changes in place is copied: the message may be sent a while later.
    commander: { ...s.commander },
    planner: { ...s.planner },
    missionReview: { ...s.missionReview },
    news: briefingOf(s.news),
    told: briefingOf(s.told),
    notes: [...s.notes],
    kept: [...s.kept],
    ready: [...s.ready],
    due: [...s.due],
    open: [...s.open],
  } satisfies Writable<Snapshot>;
}

/** Lists are only read here, whoever owns them. */
type Writable<T> = T extends readonly (infer Item)[]
  ? readonly Writable<Item>[]
  : T extends object
    ? { [K in keyof T]: Writable<T[K]> }
    : T;

function briefingOf(of: MissionState['news']): MissionState['news'] {
  return { notes: [...of.notes], refusals: [...of.refusals], followUps: [...of.followUps] };
}

/** The state that `encodeState` was given. Throws when the value is anything else. */
export function decodeState(value: unknown): MissionState {
  const {
    todos,
    issues,
    turns,
    sessions,
    asks,
    commands,
    gates,
    throttles,
    fellBack,
    differed,
    strayed,
    warned,
    ...carried
  } = snapshotSchema.parse(value);
  const maps = {
    todos: byId(todos),
    issues: byId(issues),
    turns: byId(turns),
    sessions: new Map(sessions),
    asks: byId(asks),
    commands: byId(commands),
    gates: new Map(gates),
    throttles: new Map(throttles),
    fellBack: new Map(fellBack),
    differed: new Set(differed),
    strayed: new Set(strayed),
    warned: new Map(warned),
  };
  for (const name of [...carried.ready, ...carried.due, ...carried.open])
    if (!maps.todos.has(name)) throw new Error(`The snapshot names ${name.slice(0, 80)}, which is no TODO of it.`);
  return { ...carried, ...maps, ...indices(carried, todos, turns, issues) };
}

function indices(carried: Carried, todos: readonly Todo[], turns: readonly Turn[], issues: readonly Issue[]): Indices {
  const active = todos.filter(({ state }) => state === 'running' || state === 'reviewing');
  const shared = active.filter(({ isolated }) => !isolated);
  return {
    ready: new Set(carried.ready),
    due: new Set(carried.due),
    open: new Set(carried.open),
    keys: new Map(todos.map((item) => [key(item.id), item.id])),
    dependents: dependentsOf(todos),
    turnOf: turnOfTodos(turns),
    fileOwner: new Map(shared.flatMap((item) => item.files.map((file) => [fileKey(file), item.id] as const))),
    alone: new Set(shared.filter(({ files }) => files.length === 0).map((item) => item.id)),
    active: new Set(active.map((item) => item.id)),
    openIssues: openIssuesOf(issues),
  };
}

function turnOfTodos(turns: readonly Turn[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const item of turns)
    if (item.todo !== undefined && !item.settling && !item.unwanted) found.set(item.todo, item.id);
  return found;
}

function openIssuesOf(issues: readonly Issue[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const item of issues) {
    if (item.state !== 'open') continue;
    const owner = item.todo ?? '';
    const open = found.get(owner);
    if (open) open.add(item.id);
    else found.set(owner, new Set([item.id]));
  }
  return found;
}

function byId<T extends { readonly id: string }>(items: readonly T[]): Map<string, T> {
  return new Map(items.map((item) => [item.id, item]));
}
