import type { Todo } from '../todo/model';
import type { Issue, MissionState, Turn } from '../mission/state';
import { missing, shownState, waitReason } from '../mission/select';
import { backgroundEntry } from '../mission/select';
import { commandsFor, commandWords } from '../commands/select';
import type { Command } from '../commands/model';
import { boundNotes, unreadNotes } from '../mission/notes';
import { toolOf } from '../mission/decide';

/** With more TODOs than this, the Commander’s state lists those not done and counts the rest. */
export const todosListed = 100;

/** A source that a Planner fetched before, young enough to be read again in place of the page; `path` is its file. */
export interface FreshSource {
  readonly url: string;
  readonly title: string;
  readonly path: string;
}

/** The text of a turn’s prompt. Built from the state alone, so a prompt that a crash left unsent is written again the same way. */
export function promptText(s: MissionState, turn: Turn, sources: readonly FreshSource[] = []): string {
  if (turn.kind === 'remind') return reminder(turn);
  if (turn.kind === 'continue') return goOn(s, turn);
  switch (turn.role) {
    case 'commander':
      return commanderPrompt(s);
    case 'planner':
      return plannerPrompt(s, sources);
    case 'worker':
      return workerPrompt(s, turn.todo ?? '');
    case 'reviewer':
      return turn.todo === undefined ? missionReviewPrompt(s) : reviewPrompt(s, turn.todo);
  }
}

/** The title of a turn’s session, as OpenCode lists it. */
export function sessionTitle(s: MissionState, turn: Pick<Turn, 'role' | 'todo' | 'attempt'>): string {
  const names = { commander: 'Commander', planner: 'Planner', worker: 'Worker', reviewer: 'Reviewer' };
  const todo = turn.todo === undefined ? undefined : s.todos.get(turn.todo);
  const about = todo ? `${todo.id} ${todo.title}` : s.text;
  return `${names[turn.role]} ${String(turn.attempt)}: ${about.replace(/\s+/g, ' ').slice(0, 80)}`;
}

function commanderPrompt(s: MissionState): string {
  return [
    'The mission, in the words of the person:',
    '',
    s.text,
    '',
    'Its state now:',
    '',
    '```mission-state',
    JSON.stringify(commanderState(s)),
    '```',
    '',
    'Decide what happens next and hand it in with mission_decide.',
  ].join('\n');
}

/** The JSON of the block `mission-state`. */
export function commanderState(s: MissionState) {
  const all = [...s.todos.values()];
  const listed =
    all.length > todosListed ? all.filter((todo) => todo.state !== 'done' && todo.state !== 'cancelled') : all;
  const refusals = [...s.told.refusals];
  if (s.iteration > 1) {
    const open = missing(s).filter((reason) => !reason.includes('agents at work'));
    if (open.length > 0) refusals.push(`Not sealed: ${open.join('; ')}.`);
  }
  return {
    mission: s.mission,
    iteration: s.iteration,
    maxIterations: s.settings['limits.maxIterations'],
    todos: listed.map((todo) => {
      const reason = waitReason(s, todo);
      const { id, title, attempts, files } = todo;
      return { id, title, state: shownState(s, todo), attempts, files, ...(reason === undefined ? {} : { reason }) };
    }),
    ...(listed.length < all.length ? { todosDoneOrCancelled: all.length - listed.length } : {}),
    issues: openIssues(s).map(({ id, todo, title, detail }) => ({
      id,
      todo: todo ?? null,
      title,
      detail: detail.slice(0, 500),
    })),
    background: commandsFor(s).map(toldCommand),
    notes: boundNotes(s.told.notes),
    refusals,
    ...(s.told.followUps.length > 0 ? { followUps: s.told.followUps } : {}),
  };
}

function plannerPrompt(s: MissionState, sources: readonly FreshSource[]): string {
  const existing = [...s.todos.values()].map(({ id, title, files, state }) =>
    JSON.stringify({ id, title, files, state }),
  );
  return [
    'The mission, in the words of the person:',
    '',
    s.text,
    '',
    ...(s.planner.wanted ? ['The Commander’s brief:', '', s.planner.wanted, ''] : []),
    ...(s.planner.carried ? [...carriedBlock(s.planner.carried), ''] : []),
    ...(existing.length > 0 ? ['TODOs that exist already (do not hand them in again):', ...existing, ''] : []),
    ...(sources.length > 0 ? ['Sources of the last 24 hours; read these in place of fetching them:'] : []),
    ...sources.map(({ url, title, path }) => JSON.stringify({ url, title, path })),
    'Research, plan, and hand the TODOs in with mission_plan.',
  ].join('\n');
}

function workerPrompt(s: MissionState, id: string): string {
  const todo = s.todos.get(id);
  if (!todo) return `scope: todo ${id}`;
  return [
    ...todoBlock(todo),
    ...(todo.brief ? ['', 'The Commander says:', todo.brief] : []),
    ...carriedBlock(todo.carried),
    ...issueBlock(openIssues(s).filter((issue) => issue.todo === id)),
    ...commandBlock(s, id),
    ...noteBlock(s, id),
    '',
    'Do this TODO and hand it in with mission_report.',
  ].join('\n');
}

/** What a session said last that ran out of room: data for the one that comes after it. */
function carriedBlock(carried: string | undefined): string[] {
  if (!carried) return [];
  return ['', 'An earlier session ran out of room. What it said last (look at the files before you go on):', carried];
}

function reviewPrompt(s: MissionState, id: string): string {
  const todo = s.todos.get(id);
  if (!todo) return `scope: todo ${id}`;
  return [
    ...todoBlock(todo),
    ...issueBlock(openIssues(s).filter((issue) => issue.todo === id)),
    '',
    'The worker’s summary:',
    todo.summary ?? '(none)',
    '',
    'Verify this TODO and hand in your verdict with mission_review.',
  ].join('\n');
}

function missionReviewPrompt(s: MissionState): string {
  const checks =
    s.settings.review === 'mission'
      ? [...s.todos.values()].filter((todo) => todo.state === 'done' && todo.check && !todo.verified)
      : [];
  return [
    'scope: mission',
    '',
    s.text,
    '',
    ...(s.check ? [`check: ${s.check}`, ''] : []),
    ...(checks.length > 0 ? ['Run these checks of TODOs as well, each unchanged:'] : []),
    ...checks.map((todo) => `- ${todo.id}: ${todo.check ?? ''}`),
    ...issueBlock(openIssues(s)),
    'Verify the mission end to end and hand in your verdict with mission_review.',
  ].join('\n');
}

function todoBlock(todo: Todo): string[] {
  return [
    `scope: todo ${todo.id}`,
    `title: ${todo.title}`,
    `files: ${todo.files.length > 0 ? todo.files.join(', ') : '(none named: you work alone)'}`,
    ...(todo.check ? [`check: ${todo.check}`] : []),
    '',
    todo.detail,
  ];
}

function issueBlock(issues: Issue[]): string[] {
  if (issues.length === 0) return [];
  return [
    '',
    'Open issues:',
    ...issues.map((issue) => {
      const place =
        issue.file === undefined ? '' : ` (${issue.file}${issue.line === undefined ? '' : `:${String(issue.line)}`})`;
      return `- ${issue.id}${place} ${issue.title}\n${issue.detail}`;
    }),
    '',
  ];
}

/** How the background commands of a TODO stand; nothing where there are none. */
function commandBlock(s: MissionState, id: string): string[] {
  const commands = commandsFor(s, id).slice(-10);
  if (commands.length === 0) return [];
  const line = (item: Command) =>
    `- ${JSON.stringify({ id: item.id, command: item.command.slice(0, 200) })}: ${commandWords(item, s.lastAt)}`;
  return ['', 'Background commands of this TODO (check_background shows their output):', ...commands.map(line)];
}

/** A command as the Commander reads it: with the end of its output where that may say what went wrong. */
function toldCommand(item: Command) {
  const { state, exitCode, tail = '' } = item;
  const bad = state === 'ended' && exitCode !== 0 && tail !== '';
  return { ...backgroundEntry(item), ...(bad && { tail: tail.slice(-500) }) };
}

/** What a person wrote to the worker of a TODO, until it has reported. */
function noteBlock(s: MissionState, todo: string): string[] {
  const texts = boundNotes(unreadNotes(s, todo).map(({ text }) => text));
  return texts.length === 0 ? [] : ['', 'A note of the person who gave the mission:', ...texts];
}

function reminder(turn: Turn): string {
  const scope = turn.role === 'worker' || turn.role === 'reviewer' ? `${scopeLine(turn)}\n` : '';
  if (turn.why !== undefined) {
    return `${scope}Your verdict “pass” does not stand. ${turn.why} Run exactly that command with bash in the workspace folder, then call mission_review again with what you saw.`;
  }
  return `${scope}Your turn ended without a call of ${toolOf[turn.role]}. Call it now with what you have; nothing else is read.`;
}

function goOn(s: MissionState, turn: Turn): string {
  const words = `Your turn was interrupted. Go on where you were and end with ${toolOf[turn.role]}.`;
  // The Commander’s state has moved on meanwhile, so it is told anew.
  if (turn.role === 'commander') return `Your turn was interrupted.\n\n${commanderPrompt(s)}`;
  if (turn.role === 'planner') return words;
  if (turn.role !== 'worker') return `${scopeLine(turn)}\n${words}`;
  const commands = commandBlock(s, turn.todo ?? '');
  const notes = noteBlock(s, turn.todo ?? '');
  if (notes.length === 0) return [scopeLine(turn), words, ...commands].join('\n');
  const take = `Take it into account, finish what it changes, and end with ${toolOf.worker} once more.`;
  return [scopeLine(turn), 'Your turn goes on where it was.', ...notes, ...commands, '', take].join('\n');
}

function scopeLine(turn: Turn): string {
  return turn.todo === undefined ? 'scope: mission' : `scope: todo ${turn.todo}`;
}

function openIssues(s: MissionState): Issue[] {
  return [...s.issues.values()].filter((issue) => issue.state === 'open');
}
