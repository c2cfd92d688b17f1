import assert from 'node:assert/strict';
import { ofType } from '../../support/e2e';
import { fakeMission, todos } from '../../support/fakeMission';

const plan = todos({ T1: [], T2: [], T3: [], T4: [] });
const latencyMs = (): number => 5_000;

describe('todo.md that a person writes in two halves', () => {
  for (const apartMs of [20, 150, 300, 900])
    it(`${String(apartMs)} ms apart is edited by the whole of it, whenever that is`, async () => {
      for (let moment = 0; moment <= 1_000; moment += 50) {
        const mission = fakeMission({ plan, latencyMs });
        const { clock, files } = mission;
        const afterPlan = (): void => {
          const text = files.get('todo.md') ?? '';
          if (!text.includes('**T4** Do T4')) return void clock.after(20, afterPlan);
          clock.after(moment, () => {
            const whole = `${files.get('todo.md') ?? ''}- [x] A thing of mine\n`;
            files.set('todo.md', whole.slice(0, whole.indexOf('**T2**') + 8));
            clock.after(apartMs, () => files.set('todo.md', whole));
          });
        };
        clock.after(20, afterPlan);
        const state = await mission.run();
        const titles = [...state.todos.values()].map((todo) => todo.title);
        assert.deepEqual(titles, ['Do T1', 'Do T2', 'Do T3', 'Do T4', 'A thing of mine'], `${String(moment)} ms`);
        assert.deepEqual(state.kept, [], `${String(moment)} ms`);
        const edits = ofType(mission.records, 'todos.edited');
        if (apartMs < 200) assert.equal(edits.length, 1, 'half of it is no edit');
      }
    });
});
