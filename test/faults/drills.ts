/** Missions that are large, or last long, rather than varied. */
import { fileTodo } from '../scenarios/shapes';
import type { Scenario } from '../support/model/scenario';
import type { Schedule, Strike } from './schedule';

/**
 * Twenty at work while the server dies three times; fifty at work while the mission is stopped from elsewhere; a line that
 * carries nothing for five minutes; a host that is frozen for ten.
 */
export const drills: readonly Schedule[] = [
  drill(20, { todos: { '*': { latencyMs: 4_000 } } }, [killed(52), killed(100), killed(145)]),
  // Slow only once: what is resumed is quick.
  drill(50, { faults: [{ role: 'worker', slow: 60_000, times: 50 }] }, [
    { kind: 'stopped from elsewhere', at: 100, delayMs: 3_000, ms: 0, times: 1 },
  ]),
  { ...drill(6, {}, [lasting('black hole', 5)]), hosted: 'attached', patienceMs: 480_000 },
  { ...drill(6, {}, [lasting('host frozen', 10)]), patienceMs: 780_000 },
];

function lasting(kind: string, minutes: number): Strike {
  return { kind, at: 20, delayMs: 0, ms: minutes * 60_000, times: 1 };
}

function killed(at: number): Strike {
  return { kind: 'server killed', at, delayMs: 1_500, ms: 0, times: 1 };
}

function drill(count: number, over: Scenario, strikes: readonly Strike[]): Schedule {
  const todos = Array.from({ length: count }, (_, index) => {
    const todo = fileTodo(`T${String(index + 1)}`);
    return { ...todo, title: `${todo.title} · Größe, 語, 🦊` };
  });
  return {
    ...{ seed: 0, shape: 'wide', hosted: 'own', todos, strikes, settings: [], modelFaults: [], seals: true },
    scenario: { plan: { summary: `${String(count)} TODOs`, todos, check: 'test -d out' }, ...over },
  };
}
