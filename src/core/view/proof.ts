import type { MissionState, SessionRecord } from '../mission/state';
import type { Todo } from '../todo/model';
import { lineWords } from '../todo/changes';
import { plain } from '../todo/text';
import { missionProof, personsMark } from './proofWords';
import { plural, restingWord, type StateWord } from './words';

/** A row of the table of proofs: what was done, how it is proven, and what it took. */
export interface ProofRow {
  readonly key: string;
  /** The TODO; undefined for the rows below the TODOs. */
  readonly todo?: string | undefined;
  /** `T1`, `Mission review`, `Commander and Planner`, `Total`. */
  readonly name: string;
  readonly title: string;
  readonly state?: StateWord | undefined;
  /** The command that proves it, or why none does. */
  readonly proof: string;
  /** Whether `proof` is a command. */
  readonly isCommand: boolean;
  /** `exit 0` where it is proven. */
  readonly result: string;
  /** When it was done, in milliseconds since the epoch. */
  readonly at?: number | undefined;
  readonly attempts?: number | undefined;
  /** The files its worker named; a claim. */
  readonly files: readonly string[];
  /** Lines that it changed, `+12 −4`; undefined where that is not known. */
  readonly lines?: string;
  readonly workedMs: number;
  readonly tokens: number;
  readonly cost: number;
  /** The session with the run that proves it. */
  readonly session?: string | undefined;
}

/** The table of proofs; the figures of `total` are the sums of all rows above it. */
export interface ProofTable {
  readonly todos: readonly ProofRow[];
  readonly review: ProofRow;
  readonly leaders: ProofRow;
  readonly total: ProofRow;
}

interface Spent {
  workedMs: number;
  tokens: number;
  cost: number;
}

/** Whether there is a table worth looking at: the mission is over, sealed or not, and had something to do. */
export function hasProof(s: MissionState): boolean {
  return s.end !== undefined && s.end.state !== 'waiting' && s.todos.size > 0;
}

const reviewKey = ' review';
const leadersKey = ' leaders';

/** Every TODO with its proof, and what it took in all its sessions, each of which is counted in one row. */
export function proofTable(s: MissionState): ProofTable {
  const spent = new Map<string, Spent>();
  for (const record of s.sessions.values()) addTo(spent, rowKey(s, record), record);
  const of = (key: string): Spent => spent.get(key) ?? { workedMs: 0, tokens: 0, cost: 0 };
  const todos = [...s.todos.values()].map((todo) => todoProof(s, todo, of(todo.id)));
  const review = reviewRow(s, of(reviewKey));
  const leaders = leadersRow(s, of(leadersKey));
  return { todos, review, leaders, total: totalRow(s, [...todos, review, leaders]) };
}

/** A session of a TODO that is not there any more counts with the Commander and the Planner, so that sums hold. */
function rowKey(s: MissionState, { role, todo }: SessionRecord): string {
  if (todo !== undefined && s.todos.has(todo)) return todo;
  return role === 'reviewer' && todo === undefined ? reviewKey : leadersKey;
}

function addTo(spent: Map<string, Spent>, key: string, record: Spent): void {
  const sum = spent.get(key);
  if (!sum) {
    spent.set(key, { workedMs: record.workedMs, tokens: record.tokens, cost: record.cost });
    return;
  }
  sum.workedMs += record.workedMs;
  sum.tokens += record.tokens;
  sum.cost += record.cost;
}

function todoProof(s: MissionState, todo: Todo, spent: Spent): ProofRow {
  return {
    key: todo.id,
    todo: todo.id,
    name: plain(todo.id, 64),
    title: plain(todo.title, 400),
    state: restingWord(s, todo),
    ...provenBy(todo),
    at: todo.closedAt,
    attempts: todo.attempts,
    files: (todo.reported ?? []).map((file) => plain(file, 400)),
    ...(todo.changes && todo.changes.files.length > 0 && { lines: lineWords(todo.changes.files) }),
    ...spent,
  };
}

function provenBy(todo: Todo): Pick<ProofRow, 'proof' | 'isCommand' | 'result' | 'session'> {
  const command = plain(todo.proof?.command ?? todo.check ?? '', 300);
  if (todo.state === 'done' && todo.verified) {
    return { proof: command, isCommand: true, result: 'exit 0', session: todo.proof?.session };
  }
  const mark = personsMark(todo);
  if (mark !== '') return { proof: mark, isCommand: false, result: '' };
  if (todo.state === 'cancelled') return { proof: plain(todo.reason ?? '', 300), isCommand: false, result: '' };
  if (command === '') {
    return { proof: todo.state === 'done' ? 'no check, only read' : 'no check', isCommand: false, result: '' };
  }
  return { proof: command, isCommand: true, result: 'not proven' };
}

function reviewRow(s: MissionState, spent: Spent): ProofRow {
  const { passed, attempts } = s.missionReview;
  const check = plain(s.check ?? '', 300);
  const verified: StateWord = { name: 'verified', word: 'done (verified)' };
  const unverified: StateWord = { name: 'unverified', word: 'done (unverified)' };
  const proof = check === '' ? noProof('no check') : { proof: check, isCommand: true, result: 'exit 0' };
  return {
    key: reviewKey,
    name: 'Mission review',
    title: plain(s.missionReview.summary ?? '', 2_000),
    // Whether it runs or is queued, or never comes, is not for a table of proofs to say.
    ...(passed ? { state: check === '' ? unverified : verified, ...proof } : noProof(missionProof(s))),
    at: reviewedAt(s),
    attempts,
    files: [],
    ...spent,
  };
}

/** When the last mission review ended. */
function reviewedAt(s: MissionState): number | undefined {
  let at: number | undefined;
  for (const { role, todo, ended } of s.sessions.values()) {
    if (role === 'reviewer' && todo === undefined && ended) at = Math.max(at ?? 0, ended.at);
  }
  return at;
}

function leadersRow(s: MissionState, spent: Spent): ProofRow {
  const proof = `${plural(s.iteration, 'turn')}, ${plural(s.planner.attempts, 'plan')}`;
  return { key: leadersKey, name: 'Commander and Planner', title: '', ...noProof(proof), ...spent };
}

function totalRow(s: MissionState, rows: readonly ProofRow[]): ProofRow {
  const sum: Spent = { workedMs: 0, tokens: 0, cost: 0 };
  for (const row of rows) {
    sum.workedMs += row.workedMs;
    sum.tokens += row.tokens;
    sum.cost += row.cost;
  }
  const proof = `${plural(s.sessions.size, 'session')}, at most ${s.peak} at once`;
  return { key: ' total', name: 'Total', title: '', ...noProof(proof), ...sum };
}

function noProof(proof: string): Pick<ProofRow, 'proof' | 'isCommand' | 'result' | 'files'> {
  return { proof, isCommand: false, result: '', files: [] };
}
