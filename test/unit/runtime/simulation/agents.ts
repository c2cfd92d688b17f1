import type { FakePrompt, Reply } from '../../../support/fakeBackend';
import { answer, fail, noPlan, pass } from '../../../support/fakeMission';
import type { Chance } from './chance';
import { planOf } from './weather';

/** How often agents do wrong; a mission’s last days are fair. */
export interface Mood {
  bad: number;
}

/** Agents of a seed: they do what their role wants, or one of a dozen other things. */
export function agentsOf(chance: Chance, mood: Mood): (prompt: FakePrompt) => Reply {
  const plan = planOf(chance);
  let decisions = 0;
  const good = (prompt: FakePrompt): Extract<Reply, { do: 'answer' }> => {
    const closing = chance.is(0.3) ? { closing: chance.below(400) } : {};
    switch (prompt.role) {
      case 'planner':
        return { ...answer(decisions <= 1 || chance.is(0.5) ? plan : noPlan), ...closing };
      case 'worker':
        return { ...answer({ status: 'done', summary: 'did it', files: [] }), ...closing };
      case 'reviewer':
        return { ...pass(prompt.opening), ...closing };
      case 'commander': {
        decisions += 1;
        return { ...answer({ summary: 'go', actions: sensible(prompt.text, decisions) }), ...closing };
      }
    }
  };
  return (prompt) => (chance.is(mood.bad) ? misdeed(chance, prompt, good(prompt)) : good(prompt));
}

function misdeed(chance: Chance, { role, opening }: FakePrompt, good: Extract<Reply, { do: 'answer' }>): Reply {
  const passed = pass(opening);
  const prose = '{"status":"done","summary":"in words","files":[]}';
  const draft = { id: 'T1', title: 'again', detail: 'it', files: ['src/x.ts'] };
  const own: Readonly<Record<FakePrompt['role'], readonly Reply[]>> = {
    commander: [
      answer({ summary: 'done', actions: [{ type: 'seal', summary: 'all of it, believe me' }] }),
      answer({ summary: 'hm', actions: [{ type: 'ask', question: 'In which language?' }] }),
      answer({ summary: 'again', actions: [{ type: 'delegate', ...draft }] }),
      answer({ summary: 'less', actions: [{ type: 'cancel', todo: 'T2', reason: 'not needed' }] }),
      answer({ summary: 'nothing', actions: [] }),
    ],
    planner: [answer(noPlan), answer({ summary: 'a circle', todos: [{ ...draft, after: ['T1'] }] })],
    worker: [
      answer({ status: 'blocked', summary: 'no', files: [], reason: 'no key' }),
      answer({ status: 'done', summary: 'did it', files: [], followUps: [draft] }),
    ],
    reviewer: [
      fail(),
      pass('no check'),
      // It says that the check passed; the record says otherwise.
      { ...passed, runs: (passed.runs ?? []).map((run) => ({ ...run, exit: chance.one([1, null]) })) },
      answer({ ...failed, verdict: 'fail', issues: [] }),
    ],
  };
  return chance.one<Reply>([
    { do: 'hang' },
    { do: 'silent' },
    { do: 'silent', prose },
    failing(chance, good),
    { do: 'refused', times: 3, then: good },
    { do: 'refused', times: 7, then: { do: 'hang' } },
    { do: 'ask', title: 'bash: make', waitMs: 700, then: good },
    { do: 'ask', title: 'bash: rm -rf build', then: good, rejected: { do: 'silent' } },
    { ...good, closing: 'hang' },
    answer({ nonsense: true }),
    ...own[role],
    ...own[role],
  ]);
}

/** A provider that refuses, wants to be waited for, or breaks off. */
function failing(chance: Chance, good: Reply): Reply {
  const fail = (failure: Extract<Reply, { do: 'fail' }>['failure']): Reply => ({
    do: 'fail',
    sentence: 'no',
    ...(failure && { failure }),
  });
  return chance.one<Reply>([
    fail({ kind: 'provider' }),
    fail({ kind: 'rate-limit' }),
    fail({ kind: 'rate-limit', retry: { inMs: chance.one([-1, 2_000, 90_000, 5 * 3_600_000]) } }),
    fail({ kind: 'overflow' }),
    fail({ kind: 'auth' }),
    fail({ kind: 'garbage' }),
    fail({ kind: 'connection' }),
    fail({ kind: 'request' }),
    fail({ kind: 'unknown' }),
    { do: 'retry', inMs: chance.one([500, 20_000, 900_000]), attempt: 1, says: 'Too many requests', then: good },
  ]);
}

const failed = { summary: 'no', evidence: [] };

/** What a sensible Commander does with the state it is shown. */
function sensible(text: string, decision: number): unknown[] {
  const block = /```mission-state\n(.*)\n```/.exec(text)?.[1] ?? '{"todos":[],"issues":[]}';
  const state = JSON.parse(block) as { todos: { id: string; state: string }[]; issues: { todo: string | null }[] };
  if (state.todos.length === 0) return [{ type: 'plan', brief: 'all of it' }];
  const stuck = state.todos.filter((todo) => todo.state === 'failed' || todo.state === 'blocked');
  if (stuck.length > 0) return stuck.map((todo) => ({ type: 'retry', todo: todo.id }));
  if (state.issues.length === 0) return [{ type: 'seal', summary: 'done' }];
  const id = `N${String(decision)}`;
  return [{ type: 'delegate', id, title: 'mend', detail: 'it', files: [`src/${id}.ts`] }];
}
