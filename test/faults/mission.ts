/** Plays the mission of a seed and judges it. */
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from '../support/scratch';
import { faultsOf } from './checks';
import { figuresOf, type Figures } from './figures';
import { historyOf, type History } from './history';
import { leftOver } from './processes';
import { describeSchedule, type Schedule } from './schedule';
import { perform } from './strike';
import { openWorld, patienceOf, type World } from './world';

export interface Outcome {
  readonly schedule: Schedule;
  readonly figures: Figures;
  /** What does not hold; empty is well. */
  readonly wrong: readonly string[];
  readonly seconds: number;
  /** What struck, in order. */
  readonly struck: readonly string[];
  /** What it was judged by. */
  readonly history: History;
  /** The folder with everything that was kept of the mission. */
  readonly kept: string | undefined;
}

/** Plays a schedule to its end; what was written is kept where something does not hold, or with `keepAll`. Rejects only when the test’s own parts fail. */
export async function play(schedule: Schedule, keepAll = false): Promise<Outcome> {
  const begun = Date.now();
  const world = await openWorld(schedule);
  try {
    world.begin();
    for (const strike of schedule.strikes) {
      if (!(await world.reached(strike))) break;
      await perform(world, strike);
    }
    await Promise.all(world.background);
    const ended = await Promise.race([
      world.hosts.at(-1)?.ended,
      sleep(patienceOf(schedule), undefined, { ref: false }),
    ]);
    if (!ended) world.hosts.at(-1)?.child.kill('SIGKILL');
    await world.attached?.end();
    const left = world.attached ? [] : await leftOver(world.place.base, 3_000);
    const history = await historyOf(
      world,
      left.map(({ pid, command }) => `${String(pid)} ${command}`),
    );
    const wrong = faultsOf(history).map(({ check, sentence }) => `${check}: ${sentence}`);
    if (!ended) wrong.unshift(`it did not end within ${String(patienceOf(schedule) / 1000)} s`);
    return {
      ...{ schedule, wrong, history, figures: figuresOf(history), seconds: (Date.now() - begun) / 1000 },
      struck: world.marks.map(({ kind }) => kind),
      kept: keepAll || wrong.length > 0 ? keep(world, wrong) : undefined,
    };
  } finally {
    await world.close();
  }
}

/** One line about an outcome. */
export function outcomeLine({ schedule, figures, wrong, seconds, struck }: Omit<Outcome, 'history'>): string {
  const name = schedule.seed === 0 ? 'drill     ' : `seed ${String(schedule.seed).padEnd(5)}`;
  const head = `${wrong.length === 0 ? 'ok  ' : 'FAIL'} ${name} ${seconds.toFixed(1).padStart(5)} s`;
  const times = [
    ...figures.notice.map((s) => `noticed after ${s.toFixed(1)} s`),
    ...figures.stop.map((s) => `stopped in ${s.toFixed(1)} s`),
  ];
  const came = [`${String(struck.length)} struck`, `${String(figures.drivenAgain)} driven again`, ...times].join(', ');
  return `${head}  ${describeSchedule(schedule)} (${came})`;
}

function keep({ place, hosts, model, marks, kills, schedule }: World, wrong: readonly string[]): string {
  const name = schedule.seed === 0 ? `drill-${String(schedule.todos.length)}` : `seed-${String(schedule.seed)}`;
  const folder = path.join(root, 'test', 'artefacts', 'faults', name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(path.join(place.workspace, '.opencode'), path.join(folder, 'opencode'), { recursive: true });
  const servers = path.join(place.base, 'state', 'opencode-orchestrator', 'servers');
  if (existsSync(servers))
    cpSync(servers, path.join(folder, 'servers'), {
      recursive: true,
      force: true,
      filter: (file) => !file.endsWith('.json'),
    });
  const spoken = hosts.flatMap(({ args, said, startedAt, exit }, index) => [
    { at: startedAt, text: `— host ${String(index + 1)}: ${args.join(' ')}` },
    ...said,
    { at: exit()?.at ?? Date.now(), text: `— host ${String(index + 1)} ended with ${String(exit()?.code)}` },
  ]);
  const struck = [
    ...marks.map(({ at, kind }) => ({ at, text: `— ${kind}` })),
    ...kills.map((at) => ({ at, text: '— the server is killed' })),
  ];
  const calls = model.calls.map((call) => ({
    at: Math.round(performance.timeOrigin + call.at),
    text: `model: ${call.role} ${call.todo ?? call.scope ?? ''} ${call.turn} call ${String(call.n)} of ${String(call.messages.length)} messages: ${call.outcome ?? 'open'}`,
  }));
  const lines = [...spoken, ...struck, ...calls].sort((a, b) => a.at - b.at);
  const text = [
    describeSchedule(schedule),
    ...wrong,
    '',
    ...lines.map(({ at, text: line }) => `${new Date(at).toISOString().slice(11, 23)}  ${line}`),
  ];
  writeFileSync(path.join(folder, 'story.txt'), `${text.join('\n')}\n`);
  writeFileSync(
    path.join(folder, 'shown.jsonl'),
    `${hosts.flatMap(({ shown }) => shown.map((line) => line.text)).join('\n')}\n`,
  );
  return path.relative(root, folder);
}
