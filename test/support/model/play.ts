/** What each role says next: pure, from the request and the scenario. Progress within a turn is read off the tool calls’ own ids. */
import { isDeepStrictEqual } from 'node:util';
import type { DoneCall } from './request';
import { decide } from './commander';
import { review } from './reviewer';
import { spell } from './scenario';
import type { Payload, Plan, Script, Step, WorkerScript } from './scenario';
import { answer, fill, plansOf, resultsOf, stepCall, todoOf, wasInterrupted } from './turn';
import type { Part, Reply, Turn } from './turn';

/** The next call of whatever turn the request belongs to. */
export function play(part: Part): Reply {
  switch (part.ask.role) {
    case 'commander':
      return perform(part, decide(part));
    case 'planner':
      return perform(part, plan(part));
    case 'worker':
      return perform(part, work(part));
    case 'reviewer':
      return perform(part, review(part));
    case 'chat':
      return { kind: 'chat', text: chat(part) };
  }
}

function perform(part: Part, turn: Turn): Reply {
  const paced = (reply: Reply): Reply =>
    turn.latencyMs === undefined ? reply : { latencyMs: turn.latencyMs, ...reply };
  const answers = part.ask.done.filter((call) => call.name === part.ask.answerTool && call.result !== undefined);
  const last = answers.findLast((call) => !wasInterrupted(call.result));
  if (last?.result?.startsWith('Recorded')) return paced({ kind: 'closing', text: turn.closing });
  const next = nextStep(part, turn.steps) ?? turn.more?.();
  if (next) return paced(next);
  const regular = fill(turn.payload(), part);
  return paced(last ? afterRefusal(part, turn, regular, last) : answer(part, regular));
}

function afterRefusal(part: Part, turn: Turn, regular: Payload, refused: DoneCall): Reply {
  const { onRefused } = part.script;
  if (onRefused === 'again') return answer(part, refused.input);
  if (onRefused === 'give-up') return { kind: 'prose', text: '' };
  if (onRefused === undefined) {
    const better = [turn.corrected, regular].find((input) => input && !isDeepStrictEqual(input, refused.input));
    if (better) return answer(part, better);
  }
  return { kind: 'prose', text: `I cannot bring this any further: ${refused.result ?? ''}` };
}

function nextStep(part: Part, steps: readonly Step[]): Reply | undefined {
  const index = steps.findIndex((_, at) => resultsOf(part.ask, `s${at}`).length === 0);
  const step = steps[index];
  return step && stepCall(part, step, `s${index}`);
}

function plan(part: Part): Turn {
  const plans = plansOf(part.script);
  const chosen = plans[Math.min(part.attempt, plans.length) - 1];
  const fallback: Plan = {
    summary: 'One note',
    todos: [{ id: 'T1', title: 'Write a note', detail: 'Write one line into notes.txt.', files: ['notes.txt'] }],
  };
  return {
    steps: part.script.planner?.steps ?? [],
    payload: () => chosen ?? fallback,
    corrected: part.script.planner?.corrected,
    latencyMs: part.script.planner?.latencyMs,
    closing: 'The plan is made.',
  };
}

function work(part: Part): Turn {
  const id = part.ask.todo ?? 'unknown';
  const todo = todoOf(part, id);
  const script = workerScript(part.script, id, part.attempt);
  const defaults: Step[] = todo.files.map((file) => ({ write: { file, content: `${id}: ${todo.title}\n` } }));
  return {
    steps: script.steps ?? defaults,
    payload: () => ({ status: 'done', summary: `${todo.title}: done.`, files: [...todo.files], ...script.report }),
    corrected: script.corrected,
    latencyMs: script.latencyMs,
    closing: spell(script.closing) || 'Reported.',
  };
}

function chat(part: Part): string {
  if (/title generator/i.test(part.ask.system)) return 'A scripted session';
  return spell(part.script.chat) || 'I am a scripted model and have only this to say.';
}

/** The script of a TODO’s attempt: its entry or that of `*`, with the attempt’s own fields over it. */
export function workerScript(script: Script, id: string, attempt: number): WorkerScript {
  const entry = script.todos?.[id] ?? script.todos?.['*'] ?? {};
  return { ...entry, ...entry.attempts?.[String(attempt)] };
}
