import { styles } from '../../src/cli/view/style';
import { clock } from '../../src/cli/view/clock';
import { liveLines } from '../../src/cli/view/live';
import { clashesOf } from '../../src/core/todo/clashes';
import { todoModel } from '../../src/vscode/views/todoModel';
import { Told } from '../unit/cli/viewMission';
import { todo, world } from '../unit/vscode/missions';
import { median, type Row } from './table';

const rounds = 20;
const todos = 1_000;

/** What is shown of 1,000 TODOs, drawn anew, and the clashes of 10,000; each beside writing the same TODOs as JSON. */
export function benchViews(): Row[] {
  return [terminal(), view(), clashes()];
}

function terminal(): Row {
  const told = new Told('Migrate everything', { 'limits.parallelSessions': 50 });
  const planned = Array.from({ length: todos }, (_, nth) => ({
    id: `T${String(nth)}`,
    title: `Module ${String(nth)}`,
  }));
  told.plan(planned);
  for (let nth = 0; nth < 40; nth += 1) told.work(`T${String(nth)}`, `edits src/${String(nth)}.ts`);
  const { state, now, agents } = told;
  const draw = (): unknown => liveLines({ state, now, clock, agents, width: 80, height: 30, styles: styles(false) });
  return row('a frame of the terminal, 1,000 TODOs', draw, [...state.todos.values()], 200);
}

function view(): Row {
  const planned = Array.from({ length: todos }, (_, nth) =>
    todo(`T${String(nth)}`, { after: nth > 9 ? [`T${String(nth - 10)}`] : [] }),
  );
  const mission = world(planned);
  const model = todoModel();
  const orders = ['dependency', 'state'] as const;
  let times = 0;
  const update = (): void => {
    mission.add({ type: 'note.added', text: String((times += 1)) });
    const source = { key: 'a', name: 'folder a', moment: mission.moment(), editable: true };
    model.update([source], orders[times % 2] ?? 'list');
    for (const element of model.roots()) model.children(element);
  };
  return row('the TODO view after a change of its order, 1,000 TODOs', update, planned, 100);
}

function clashes(): Row {
  const all = Array.from({ length: 10 * todos }, (_, nth) => ({
    id: `T${String(nth)}`,
    files: [`file${String(nth % 2_500)}`],
    after: nth % 7 === 0 ? [] : [`T${String(nth - 1)}`],
  }));
  return row('files that several of 10,000 TODOs name', () => clashesOf(all), all, 2_000);
}

/** `mostMs` is what a test allows on any machine. */
function row(what: string, act: () => unknown, same: unknown, mostMs: number): Row {
  const [ours, base] = [timed(act), timed(() => JSON.stringify(same))];
  return {
    what,
    ours: `${ours.toFixed(1)} ms`,
    baseline: `${base.toFixed(1)} ms to write the same TODOs as JSON; bound ${String(mostMs)} ms`,
    ratio: (ours / base).toFixed(1),
  };
}

function timed(act: () => unknown): number {
  const times = Array.from({ length: rounds }, () => {
    const from = performance.now();
    act();
    return performance.now() - from;
  });
  return median(times);
}
