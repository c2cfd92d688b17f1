import assert from 'node:assert/strict';
import { askModel } from '../../../../src/vscode/views/needsYouModel';
import { missionEntry } from '../../../../src/vscode/views/missionsModel';
import { begins, start, todo, world } from '../missions';

function asking() {
  const mission = world([todo('T1'), todo('T2', { after: ['T1'] })]);
  mission.add(...begins('T1', 't2'), {
    ...{ type: 'ask.opened', ask: 'per_1', kind: 'permission', session: 'ses_T1', title: 'bash: npm install jose' },
    permission: { name: 'bash', patterns: ['npm install jose'], always: ['npm install *'] },
  });
  return mission;
}

describe('the inbox', () => {
  it('says who asks for what, what it holds up, and what “always” would allow', () => {
    const mission = asking();
    const model = askModel();
    const now = mission.state.lastAt + 3 * 60_000;
    model.update([{ key: 'a', name: 'shop', moment: mission.moment(now), answerable: true }]);
    const [element] = model.elements;
    const entry = element && model.entry(element);
    assert.equal(entry?.label, 'T1  npm install jose');
    assert.match(entry.description, /^permission · 3m/);
    assert.match(entry.tooltip, /npm install \*/);
    assert.match(entry.spoken, /The worker of T1 asks to run npm install jose/);
    assert.equal(entry.context, '.ask.transcript.permission.always.agent.');
  });

  it('has the asks of all folders, the longest wait first, and tells only of changes', () => {
    const [first, second] = [asking(), asking()];
    second.add({ type: 'ask.opened', ask: 'que_1', kind: 'question', title: 'Which port?' });
    const sources = () => [
      { key: 'b', name: 'b', moment: second.moment(), answerable: true },
      { key: 'a', name: 'a', moment: first.moment(), answerable: false },
    ];
    const model = askModel();
    assert.equal(model.update(sources()), true);
    assert.deepEqual(
      model.elements.map(({ key }) => key),
      ['b/per_1', 'a/per_1', 'b/que_1'],
    );
    assert.equal(model.entry(model.elements[1]!)?.context, '.ask.transcript.');
    assert.equal(model.update(sources()), false);
    first.add({ type: 'ask.closed', ask: 'per_1', reply: 'once' });
    assert.equal(model.update(sources()), true);
    assert.equal(model.elements.length, 2);
  });
});

describe('the history', () => {
  const when = (at: number) => `at ${String(at - start)}`;

  it('says how a mission stands, when, and what it cost', () => {
    const mission = asking();
    const entry = missionEntry(mission.state, mission.state.lastAt, { when, isLive: true });
    assert.equal(entry.label, 'Tidy up');
    assert.match(entry.description, /· at \d+ · 0 of 2 · n\/a$/);
    assert.equal(entry.context, '.mission.');
  });

  it('offers to resume one that was broken off, and no sealed one', () => {
    const mission = asking();
    const broken = missionEntry(mission.state, 0, { when, isLive: false });
    assert.match(broken.description, /^broken off/);
    assert.equal(broken.context, '.mission.resume.');
    mission.add({ type: 'mission.ended', state: 'sealed', reason: 'all done' });
    assert.equal(missionEntry(mission.state, 0, { when, isLive: false }).context, '.mission.');
  });
});
