import { decideAnswer } from '../../src/core/mission/decide';
import type { Fact } from '../../src/core/mission/facts';
import { plan } from '../../src/core/mission/plan';
import { fold, reduce } from '../../src/core/mission/reduce';
import { defaultSettings } from '../../src/core/mission/settings';
import { emptyState, type MissionState } from '../../src/core/mission/state';
import type { Recorded } from '../../src/core/mission/facts';
import { answerSchemas } from '../../src/core/answers/schemas';
import { median, type Row } from './table';

const rounds = 5;
const around = { runs: [], leaves: () => false };
const report = {
  tool: 'mission_report',
  value: answerSchemas.mission_report.parse({ status: 'done', summary: 's', files: [] }),
} as const;
const review = {
  tool: 'mission_review',
  value: answerSchemas.mission_review.parse({ verdict: 'pass', summary: 's', evidence: [], issues: [] }),
} as const;

/** A mission of so many TODOs from its plan to sealed: every decision, fact and schedule of the real loop, and no backend. */
export function play(count: number): Recorded[] {
  const s = emptyState();
  const records: Recorded[] = [];
  const add = (fact: Fact): void => {
    const record = { seq: s.seq + 1, at: s.seq, fact };
    reduce(s, record);
    records.push(record);
  };
  const settings = { ...defaultSettings, 'limits.tasks': count };
  add({ type: 'mission.created', mission: 'm', text: 'bench', directory: '/w', settings });
  const todos = Array.from({ length: count }, (_, index) => ({
    id: `T${String(index)}`,
    title: `TODO ${String(index)}`,
    detail: 'detail',
    files: [`src/${String(index)}.ts`],
    // Three chains of different length woven together.
    after: index < 100 ? [] : [`T${String(index - 100 + (index % 3))}`],
  }));
  add({ type: 'turn.ordered', turn: 't0', role: 'commander', attempt: 1, kind: 'first', message: 'm0', iteration: 1 });
  add({ ...decided, turn: 't0', added: todos });
  add({ type: 'turn.ended', turn: 't0', tokens: 1, cost: 0 });
  while (!s.end) step(s, add);
  return records;
}

const decided = {
  type: 'commander.decided' as const,
  summary: '',
  retried: [],
  cancelled: [],
  asks: [],
  seal: false,
  refusals: [],
};

function step(s: MissionState, add: (fact: Fact) => void): void {
  for (const effect of plan(s, s.seq)) {
    if (effect.type === 'order') {
      const { type: _, ...order } = effect;
      const turn = `t${String(s.turnsOrdered + 1)}`;
      add({ type: 'turn.ordered', turn, message: turn, ...order });
      add({ type: 'session.opened', turn, session: `s${turn}` });
    } else if (effect.type === 'end') {
      add({ type: 'mission.ended', state: effect.state, reason: effect.reason });
    }
  }
  const [first] = s.turns.values();
  if (!first) return;
  const fact = decideAnswer(s, first, first.role === 'worker' ? report : review, around);
  if (fact) add(fact);
  add({ type: 'turn.ended', turn: first.id, tokens: 1, cost: 0 });
}

/** TODOs a second through the pure core, beside the cost of just walking the same facts as JSON. */
export function benchCore(): Row[] {
  const rows: Row[] = [];
  for (const count of [1_000, 10_000]) {
    const played: number[] = [];
    const folded: number[] = [];
    const walked: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      let begun = performance.now();
      const records = play(count);
      played.push(performance.now() - begun);
      const lines = records.map((record) => JSON.stringify(record));
      begun = performance.now();
      for (const line of lines) JSON.parse(line);
      walked.push(performance.now() - begun);
      begun = performance.now();
      fold(records);
      folded.push(performance.now() - begun);
    }
    const [play_, fold_, walk] = [median(played), median(folded), median(walked)];
    const base = `${walk.toFixed(0)} ms to JSON.parse the same records`;
    const rate = Math.round((count / play_) * 1000).toLocaleString('en');
    rows.push({
      what: `${String(count)} TODOs, plan to seal`,
      ours: `${rate} TODOs/s (${play_.toFixed(0)} ms)`,
      baseline: base,
      ratio: (play_ / walk).toFixed(2),
    });
    rows.push({
      what: `fold of that mission’s records`,
      ours: `${fold_.toFixed(0)} ms`,
      baseline: base,
      ratio: (fold_ / walk).toFixed(2),
    });
  }
  return rows;
}
