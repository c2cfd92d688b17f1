import type { Recorded } from '../mission/facts';
import { limitsOf } from '../mission/limits';
import { isToBeIsolated } from '../mission/isolation';
import { counts, phase, ranMs, shownState } from '../mission/select';
import { defaultSettings, settingsSchema, type SettingKey } from '../mission/settings';
import type { MissionState, SessionRecord } from '../mission/state';
import { clashesOf } from '../todo/clashes';
import type { Todo } from '../todo/model';
import { commandWords, endWords } from '../commands/select';
import { plain, plainLines } from '../todo/text';
import { beforeMerge } from '../view/beforeMerge';
import { missionProof, isTicked } from '../view/proofWords';
import { proofTable, type ProofRow } from '../view/proof';
import { firstLine, missionWord, restingWord } from '../view/words';
import { changesOf } from './changes';
import { historyOf, type History } from './history';
import { maskAll } from './maskAll';
import {
  reportVersion,
  type ProofKind,
  type Report,
  type ReportInput,
  type ReportIssue,
  type ReportModel,
  type ReportSession,
  type ReportTodo,
} from './model';
import { summaryOf } from './summary';

/** Characters of a text of several lines. */
const textChars = 4_000;
/** Characters of a command. */
const commandChars = 2_000;

/** The report of a mission from its records and what was found beside them; every secret that can be told is masked. */
export function buildReport(records: readonly Recorded[], input: ReportInput): Report {
  const history = historyOf(records);
  const { state: s } = history;
  // Of a mission that nobody drives nothing is known behind its last record.
  const now = input.driven && !s.end ? Math.max(input.now, s.lastAt) : s.lastAt;
  const proofs = proofTable(s);
  const issues = issuesOf(s, history);
  const sessions = [...s.sessions].map(([id, record]) => sessionOf(id, record, history));
  const report: Omit<Report, 'summary'> = {
    version: reportVersion,
    release: input.release,
    madeAt: input.now,
    mission: s.mission,
    title: firstLine(s.text),
    goal: lines(s.text, 1_000_000),
    directory: s.directory,
    result: resultOf(s, now, input.driven),
    cautions: beforeMerge(s).map(({ text }) => text),
    totals: totalsOf(s, history, proofs.total.workedMs),
    todos: proofs.todos.map((row) => todoOf(s, row, issues)),
    clashes: clashesOf([...s.todos.values()].filter(({ state }) => state !== 'cancelled')),
    review: reviewOf(s, proofs.review),
    models: modelsOf(sessions),
    sessions,
    issues,
    asks: history.asks,
    notes: history.notes.map(({ at, text }) => ({ at, text: lines(text, textChars) })),
    edits: history.edits,
    limits: { used: limitsOf(s, now), events: history.limits },
    course: history.course,
    lost: history.lost,
    commands: [...s.commands.values()].map((item) => ({
      id: item.id,
      label: plain(item.label, 300),
      command: plain(item.command, 4_000),
      startedAt: item.startedAt,
      endedAt: item.endedAt,
      exitCode: item.exitCode,
      ended: item.state === 'ended' ? endWords(item) : commandWords(item, now),
    })),
    changes: changesOf(s, input.changes),
    sources: history.sources.map(({ url, title }) => ({ url: plain(url, 2_000), title: plain(title, 300) })),
    timeline: history.timeline,
    settings: settingsOf(s),
    journal: { records: records.length, damage: input.damage },
  };
  return maskAll({ ...report, summary: summaryOf(report, history.restarts, history.pauses) });
}

/** Text of several lines without anything that a reader would not see. */
function lines(text: string, most: number): string {
  const clean = plainLines(text.slice(0, most * 2), 100_000)
    .join('\n')
    .trim();
  return clean.length > most ? `${clean.slice(0, most - 1).trimEnd()}…` : clean;
}

function resultOf(s: MissionState, now: number, driven: boolean): Report['result'] {
  const isBroken = !s.end && !driven;
  const standing = s.stop?.reason ?? (s.paused ? `paused by ${s.paused.by}` : '');
  return {
    state: phase(s),
    word: isBroken ? 'broken off' : missionWord(s).word,
    reason: plain(s.end?.reason ?? (isBroken ? 'nobody drives it: its process is gone' : standing), 2_000),
    startedAt: s.startedAt,
    lastAt: s.lastAt,
    endedAt: s.end?.at,
    durationMs: Math.round(ranMs(s, now)),
    iterations: s.iteration,
    commander: lines(s.summary, textChars),
  };
}

function totalsOf(s: MissionState, history: History, workedMs: number): Report['totals'] {
  const { total, done, verified, cancelled } = counts(s);
  const ticked = [...s.todos.values()].filter(isTicked).length;
  const open = [...s.issues.values()].filter((issue) => issue.state === 'open').length;
  return {
    todos: { total, done, verified, ticked, cancelled, left: total - done - cancelled },
    sessions: { created: s.sessions.size, peak: s.peak },
    turns: { ordered: s.turnsOrdered, lost: history.lost.length },
    issues: { found: s.issues.size, open },
    tokens: s.tokens,
    cost: s.cost,
    workedMs,
  };
}

function todoOf(s: MissionState, row: ProofRow, issues: readonly ReportIssue[]): ReportTodo {
  const todo = s.todos.get(row.key);
  if (!todo) throw new Error('A row of the table of proofs has no TODO.');
  const command = todo.proof?.command ?? todo.check;
  return {
    id: todo.id,
    title: row.title,
    detail: lines(todo.detail, textChars),
    by: todo.by,
    size: todo.size,
    files: todo.files.map((file) => plain(file, 400)),
    isolated: todo.isolated === true || isToBeIsolated(s, todo),
    after: [...todo.after],
    check: todo.check === undefined ? undefined : plain(todo.check, commandChars),
    state: shownState(s, todo),
    word: restingWord(s, todo).word,
    attempts: todo.attempts,
    reviews: todo.reviews,
    proof: {
      kind: proofKind(todo),
      words: row.isCommand ? row.result : row.proof,
      command: command === undefined ? undefined : plain(command, commandChars),
      ...(todo.verified && { session: todo.proof?.session, call: todo.proof?.callID }),
    },
    reason: todo.reason === undefined ? undefined : plain(todo.reason, 600),
    summary: todo.summary === undefined ? undefined : lines(todo.summary, textChars),
    reported: row.files,
    closedAt: todo.closedAt,
    issues: issues.filter((issue) => issue.todo === todo.id).map(({ id }) => id),
    ...{ workedMs: row.workedMs, tokens: row.tokens, cost: row.cost },
  };
}

function proofKind(todo: Todo): ProofKind {
  if (todo.state === 'cancelled') return 'cancelled';
  if (todo.state !== 'done') return 'open';
  if (todo.verified) return 'verified';
  return isTicked(todo) ? 'person' : 'unverified';
}

function reviewOf(s: MissionState, row: ProofRow): Report['review'] {
  return {
    check: s.check === undefined ? undefined : plain(s.check, commandChars),
    passed: s.missionReview.passed,
    words: missionProof(s),
    attempts: s.missionReview.attempts,
    summary: lines(s.missionReview.summary ?? '', textChars),
    ...{ workedMs: row.workedMs, tokens: row.tokens, cost: row.cost },
  };
}

function sessionOf(id: string, record: SessionRecord, { spans, configured }: History): ReportSession {
  const { role, todo, attempt, model, turns, openedAt, ended, workedMs, tokens, cost } = record;
  return {
    ...{ id, role, todo, attempt, model, configured: configured.get(id) ?? '', turns, openedAt },
    ...{ endedAt: ended?.at, ended: ended?.how ?? 'at work', spans: spans.get(id) ?? [], workedMs, tokens, cost },
  };
}

/** What each role did with each model, the roles in their order. */
function modelsOf(sessions: readonly ReportSession[]): ReportModel[] {
  const sums = new Map<string, { -readonly [K in keyof ReportModel]: ReportModel[K] }>();
  for (const role of ['commander', 'planner', 'worker', 'reviewer'] as const) {
    for (const session of sessions) {
      if (session.role !== role) continue;
      const model = session.model ?? '';
      const key = `${role} ${model}`;
      const sum = sums.get(key) ?? { role, model, sessions: 0, turns: 0, workedMs: 0, tokens: 0, cost: 0 };
      sum.sessions += 1;
      sum.turns += session.turns;
      sum.workedMs += session.workedMs;
      sum.tokens += session.tokens;
      sum.cost += session.cost;
      sums.set(key, sum);
    }
  }
  return [...sums.values()];
}

function issuesOf(s: MissionState, { closed }: History): ReportIssue[] {
  return [...s.issues.values()].map((issue) => ({
    id: plain(issue.id, 64),
    todo: issue.todo,
    title: plain(issue.title, 400),
    detail: lines(issue.detail, textChars),
    file: issue.file === undefined ? undefined : plain(issue.file, 400),
    line: issue.line,
    state: issue.state,
    openedAt: issue.openedAt,
    closedAt: issue.closedAt,
    closed: issue.state === 'closed' ? (closed.get(issue.id) ?? '') : undefined,
  }));
}

function settingsOf({ settings }: MissionState): Report['settings'] {
  const keys = Object.keys(settingsSchema.shape) as SettingKey[];
  // Which program and which server ran it says nothing to who was not there.
  const told = keys.filter((key) => settings[key] !== defaultSettings[key] && !/^(?:opencode|server)\./.test(key));
  return Object.fromEntries(told.map((key) => [key, settings[key]]));
}
