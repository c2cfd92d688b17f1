/**
 * `npm run test:soak`: seeded missions on the real server with faults, then the drills. `npm run test:soak -- 500` plays 500
 * missions (200 unless told; 0: only the drills), `--from 1000` begins with another seed, `--seed 17` (repeatable) plays that one
 * again, `--jobs 1` plays one at a time (two unless told), `--keep` keeps what was written also of missions that went well.
 */
import { parseArgs } from 'node:util';
import { drills } from './drills';
import { outcomeLine, play, type Outcome } from './mission';
import { describeSchedule, scheduleOf } from './schedule';
import { summary } from './summary';

const { values, positionals } = parseArgs({
  options: {
    seed: { type: 'string', multiple: true },
    from: { type: 'string' },
    jobs: { type: 'string' },
    keep: { type: 'boolean' },
  },
  allowPositionals: true,
});
const first = Number(values.from ?? 1);
const count = Number(positionals[0] ?? 200);
const named = values.seed?.map(Number);
const jobs = Number(values.jobs ?? 2);
if (
  ![first, count, jobs, ...(named ?? [])].every((number) => Number.isSafeInteger(number) && number >= 0) ||
  first * jobs === 0
) {
  throw new Error('The number of missions, --seed, --from and --jobs are whole numbers from 1.');
}

const seeds = named ?? Array.from({ length: count }, (_, index) => first + index);
const schedules = [...seeds.map(scheduleOf), ...(named ? [] : drills)];
const outcomes: Omit<Outcome, 'history'>[] = [];
const broken: string[] = [];
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => schedules.splice(0));
await Promise.all(Array.from({ length: jobs }, worker));
console.log(`\n${summary(outcomes)}`);
const failed = outcomes.filter(({ wrong }) => wrong.length > 0).length + broken.length;
console.log(`${String(outcomes.length + broken.length - failed)} passed, ${String(failed)} failed`);
process.exit(failed > 0 ? 1 : 0);

async function worker(): Promise<void> {
  for (let schedule = schedules.shift(); schedule; schedule = schedules.shift()) {
    try {
      const { history: _, ...outcome } = await play(schedule, values.keep);
      outcomes.push(outcome);
      console.log([outcomeLine(outcome), ...outcome.wrong.map((sentence) => `       ${sentence}`)].join('\n'));
      if (outcome.kept !== undefined) console.log(`       ${repeat(schedule.seed)}; kept in ${outcome.kept}`);
    } catch (error) {
      broken.push(describeSchedule(schedule));
      console.log(
        `FAIL seed ${String(schedule.seed)}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
      console.log(`       ${repeat(schedule.seed)}`);
    }
  }
}

function repeat(seed: number): string {
  return `again: npm run test:soak -- ${seed === 0 ? '0' : `--seed ${String(seed)}`}`;
}
