import { readdirSync, readFileSync } from 'node:fs';
import { factSchema, type Fact, type Recorded } from '../../../../src/core/mission/facts';
import { decodeRecord } from '../../../../src/core/mission/record';
import { defaultSettings } from '../../../../src/core/mission/settings';
import type { ReportInput } from '../../../../src/core/report/model';

const folder = new URL('../fixtures/journals/', import.meta.url);

/** The names of the journals that were recorded. */
export const journals = readdirSync(folder).flatMap((name) =>
  name.endsWith('.jsonl') ? [name.replace('.jsonl', '')] : [],
);

/** The records of one of them. */
export function recordsOf(name: string): Recorded[] {
  const lines = readFileSync(new URL(`${name}.jsonl`, folder), 'utf8')
    .split('\n')
    .slice(0, -1);
  return lines.map((line) => {
    const decoded = decodeRecord(line);
    if (!decoded.ok) throw new Error(decoded.sentence);
    const { seq, at, fact } = decoded.record;
    return { seq, at, fact: factSchema.parse(fact) };
  });
}

/** What a report is made with where nothing else is said. */
export const input: ReportInput = {
  now: Date.parse('2026-11-22T20:00:00Z'),
  release: '0.1.0',
  driven: false,
  changes: { kind: 'none', why: 'Git knows no commit of this folder, so no lines are counted.' },
};

export const began = Date.parse('2026-11-22T14:00:00Z');

/** A mission of so many TODOs, each with a worker, a second one after a failed review, and a reviewer, `atOnce` at a time. */
export function crowd(count: number, atOnce: number): Recorded[] {
  const facts: { at: number; fact: Fact }[] = [];
  const say = (at: number, fact: Fact) => facts.push({ at: began + at, fact });
  say(0, { type: 'mission.created', mission: 'm-crowd', text: 'Do much', directory: '/w', settings: defaultSettings });
  const base = { summary: 'Planned.', refusals: [] };
  order('p', 'planner', undefined, 1, 0);
  const added = Array.from({ length: count }, (_, index) => ({
    id: `T${index + 1}`,
    title: `Rename part ${index + 1} of the catalogue and keep its tests`,
    detail: `Find every use of the old name in part ${index + 1}, rename it, and leave behaviour as it is.`,
    files: [`src/part${index + 1}.ts`],
    after: [],
    check: `npm test -- part${index + 1}`,
  }));
  say(59_000, { type: 'planner.planned', turn: 'p', added, sources: [], ...base });
  end('p', 60_000);
  added.forEach((todo, index) => {
    const start = 60_000 + Math.floor(index / atOnce) * 200_000 + (index % atOnce) * 1_500;
    const [first, second, review] = [`w${index}`, `v${index}`, `r${index}`];
    const done = { todo: todo.id, status: 'done' as const, summary: 'Renamed.', files: todo.files, followUps: [] };
    order(first, 'worker', todo.id, 1, start);
    say(start + 40_000, {
      type: 'turn.lost',
      turn: first,
      how: 'error',
      reason: 'The provider failed.',
      next: 'over',
      tokens: 900,
      cost: 0.01,
    });
    order(second, 'worker', todo.id, 2, start + 45_000);
    say(start + 120_000, { type: 'worker.reported', turn: second, ...done });
    end(second, start + 120_500);
    order(review, 'reviewer', todo.id, 1, start + 121_000);
    const proof = { command: todo.check, session: `s${review}`, callID: `c${index}` };
    say(start + 150_000, {
      type: 'todo.reviewed',
      turn: review,
      todo: todo.id,
      outcome: 'passed',
      summary: 'Holds.',
      issues: [],
      proof,
    });
    end(review, start + 150_500);
  });
  return facts
    .sort((a, b) => a.at - b.at)
    .map(({ at, fact }, index) => ({ seq: index + 1, at, fact: factSchema.parse(fact) }));

  function order(
    turn: string,
    role: 'planner' | 'worker' | 'reviewer',
    todo: string | undefined,
    attempt: number,
    at: number,
  ) {
    const of = todo === undefined ? {} : { todo };
    say(at, { type: 'turn.ordered', turn, role, ...of, attempt, kind: 'first', message: `m${turn}` });
    say(at, { type: 'session.opened', turn, session: `s${turn}` });
  }
  function end(turn: string, at: number) {
    say(at, { type: 'turn.ended', turn, tokens: 12_000, cost: 0.02, model: 'acme/small-coder' });
  }
}
