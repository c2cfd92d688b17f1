import { decideEdit, type TodoEdit } from '../../../../src/core/mission/decideEdit';
import type { Recorded } from '../../../../src/core/mission/facts';
import { isModelAsk } from '../../../../src/core/recovery/refusedModel';
import type { MissionState } from '../../../../src/core/mission/state';
import type { Watcher } from '../../../../src/runtime/ports';
import type { FakeBackend } from '../../../support/fakeBackend';
import type { FakeMission } from '../../../support/fakeMission';
import type { Chance } from './chance';

/** One of the things that a person does to a running mission, at a moment of its own. */
export function meddle(mission: FakeMission, chance: Chance): void {
  const { clock, driver, files } = mission;
  const acts: readonly (() => void)[] = [
    () => driver.stop('a person'),
    () => driver.stop('the host', 'waiting', 'somebody else must say'),
    () => driver.note('mind the gap'),
    () => void driver.detach(),
    () => {
      driver.pause('a person');
      clock.after(chance.below(20_000), () => driver.unpause('a person'));
    },
    () => files.set('todo.md', editOf(files.get('todo.md') ?? '', chance)),
    () => files.set('todo.md', editOf(files.get('todo.md') ?? '', chance)),
    () => driver.change({ ...driver.state.settings, 'limits.parallelSessions': 1 + chance.below(4) }, 'a person'),
    ...Array.from({ length: 5 }, () => () => {
      driver.edit((state) => {
        const decision = decideEdit(state, wish(state, chance), () => false);
        return decision.ok ? decision.fact : undefined;
      });
    }),
  ];
  clock.after(chance.below(8_000), chance.one(acts));
}

function wish(state: MissionState, chance: Chance): TodoEdit {
  const ids = [...state.todos.keys()];
  const todo = ids.length > 0 ? chance.one(ids) : 'T1';
  return chance.one<TodoEdit>([
    { type: 'tick', todo, done: chance.is(0.5) },
    { type: 'cancel', todo },
    { type: 'retry', todo },
    { type: 'hold', todo },
    { type: 'move', todo },
    { type: 'change', change: { id: todo, title: 'otherwise', files: chance.one([['src/a.ts'], ['src/b.ts'], []]) } },
    { type: 'change', change: { id: todo, check: chance.one(['', `test ${todo} well`]) } },
    { type: 'add', draft: { title: 'more', detail: 'of it', files: ['src/more.ts'], after: [] } },
  ]);
}

function editOf(todo: string, chance: Chance): string {
  const lines = todo.split('\n');
  const boxes = lines.flatMap((line, index) => (line.startsWith('- [') ? [index] : []));
  if (boxes.length > 0) {
    const at = chance.one(boxes);
    const line = lines[at] ?? '';
    lines[at] = line.startsWith('- [ ]') ? line.replace('- [ ]', '- [x]') : line.replace('- [x]', '- [ ]');
  }
  if (chance.is(0.3)) lines.push('- [ ] something new');
  return lines.join('\n');
}

/** Somebody who answers what is asked, after a while, and agents’ permissions not always. */
export function answerer(
  chance: Chance,
  backend: () => FakeBackend,
  mission: () => FakeMission,
): Watcher & { take(state: MissionState): void } {
  const answer = (ask: string, session: string | undefined) => {
    const { clock, driver } = mission();
    if (session === undefined) clock.after(chance.below(20_000), () => driver.answer(ask, 'as you like'));
    else if (chance.is(0.85)) {
      const reply = chance.one(['once', 'always', 'reject'] as const);
      clock.after(
        chance.below(20_000),
        () =>
          void backend()
            .replyPermission(ask, reply)
            .catch(() => undefined),
      );
    }
  };
  return {
    take: (state) => {
      for (const { id, session } of state.asks.values()) answer(id, session);
    },
    recorded: (records: readonly Recorded[]) => {
      const { state } = mission().driver;
      for (const { fact } of records) {
        if (fact.type === 'ask.opened') answer(fact.ask, fact.session);
        else if (fact.type === 'commander.decided') for (const { ask } of fact.asks) answer(ask, undefined);
        else if (fact.type === 'planner.planned' && state.asks.has('plan')) answer('plan', undefined);
        // A key that was refused is mended some time.
        else if (fact.type === 'turn.lost')
          for (const { id } of state.asks.values()) if (isModelAsk(id)) answer(id, undefined);
      }
    },
  };
}
