import assert from 'node:assert/strict';
import { sessionOf, todoModel, type TodoElement } from '../../../../src/vscode/views/todoModel';
import { begins, todo, world, type World } from '../missions';

function source(mission: World, key = 'a', editable = true) {
  return { key, name: `folder ${key}`, moment: mission.moment(), editable };
}

const ids = (elements: readonly TodoElement[]) =>
  elements.map((element) => (element.kind === 'todo' ? element.todo : element.key));

describe('the TODO tree', () => {
  it('has the TODOs in the list’s order, in that of dependency, or grouped by state', () => {
    const mission = world([todo('T3', { after: ['T1'] }), todo('T1'), todo('T2')]);
    mission.add(...begins('T2', 't2'));
    const model = todoModel();
    assert.equal(model.update([source(mission)], 'list'), 'all');
    assert.deepEqual(ids(model.roots()), ['T3', 'T1', 'T2']);
    assert.equal(model.update([source(mission)], 'dependency'), 'all');
    assert.deepEqual(ids(model.roots()), ['T1', 'T2', 'T3']);
    assert.equal(model.update([source(mission)], 'state'), 'all');
    assert.deepEqual(ids(model.roots()), ['a/group/running', 'a/group/queued']);
    const [running] = model.roots();
    assert.ok(running);
    assert.deepEqual(ids(model.children(running)), ['T2']);
    assert.equal(model.parent(model.children(running)[0]!), running);
  });

  it('says state and proof, and what can be done', () => {
    const mission = world([todo('T1', { check: 'npm test' })]);
    const model = todoModel();
    model.update([source(mission)], 'list');
    const entry = model.entry(model.roots()[0]!);
    assert.equal(entry.label, 'T1  Do T1');
    assert.equal(entry.description, 'queued');
    assert.match(model.tooltip(model.roots()[0]!), /queued · check npm test/);
    assert.equal(entry.checked, false);
    assert.equal(entry.context, '.todo.files.edit.tick.cancel.');
    assert.equal(entry.icon?.codicon, 'circle-large-outline');
    model.update([source(mission, 'a', false)], 'list');
    assert.equal(model.entry(model.roots()[0]!).context, '.todo.files.');
  });

  it('offers to merge while a conflict of it waits for a person', () => {
    const mission = world([todo('T1', { isolate: true })]);
    const tree = 'a'.repeat(40);
    const sides = { tree, folder: tree, theirs: tree };
    const over = { tokens: 0, cost: 0 };
    const reviewer = { role: 'reviewer', todo: 'T1', attempt: 1, kind: 'first', message: 'msg_3' } as const;
    mission.add(
      ...begins('T1', 't2'),
      { type: 'todo.placed', todo: 'T1', base: tree, folder: tree },
      { type: 'worker.reported', turn: 't2', todo: 'T1', status: 'done', summary: '', files: [], followUps: [] },
      { type: 'turn.ended', turn: 't2', ...over },
      { type: 'turn.ordered', turn: 't3', ...reviewer },
      { type: 'todo.reviewed', turn: 't3', todo: 'T1', outcome: 'passed', summary: '', issues: [] },
      { type: 'turn.ended', turn: 't3', ...over },
    );
    const model = todoModel();
    const context = (): string => {
      model.update([source(mission)], 'list');
      return model.entry(model.roots()[0]!).context;
    };
    assert.doesNotMatch(context(), /\.merge\./);
    mission.add({ type: 'todo.merged', todo: 'T1', ...sides, conflicts: ['src/T1.ts'], next: 'person' });
    assert.match(context(), /\.merge\./);
    mission.add({ type: 'ask.closed', ask: 'merge:T1', reply: 'I resolved it' });
    assert.doesNotMatch(context(), /\.merge\./);
  });

  it('changes only the entries that changed, and keeps their objects', () => {
    const mission = world(Array.from({ length: 20 }, (_, nth) => todo(`T${String(nth)}`)));
    const model = todoModel();
    model.update([source(mission)], 'list');
    const before = model.roots();
    assert.deepEqual(model.update([source(mission)], 'list'), []);
    mission.add(...begins('T7', 't2'));
    const changed = model.update([source(mission)], 'list');
    assert.ok(changed !== 'all');
    assert.deepEqual(ids(changed), ['T7']);
    assert.equal(model.roots()[7], before[7]);
    assert.equal(sessionOf(mission.moment(), 'T7'), 'ses_T7');
  });

  it('has a level of folders where several have a mission', () => {
    const model = todoModel();
    model.update([source(world([todo('T1')]), 'a'), source(world([todo('T1')]), 'b')], 'list');
    assert.deepEqual(ids(model.roots()), ['a/folder', 'b/folder']);
    assert.equal(model.entry(model.roots()[1]!).label, 'folder b');
    assert.equal(model.left, 2);
  });

  it('shows hostile text as one harmless line', () => {
    const title = '<img src=x onerror=alert(1)>\u202e\u001b]8;;command:x\u0007 $(rocket)\n[x](command:y)';
    const mission = world([todo('T1', { title, detail: 'x'.repeat(100_000) })]);
    const model = todoModel();
    model.update([source(mission)], 'list');
    const { label, spoken } = model.entry(model.roots()[0]!);
    const tooltip = model.tooltip(model.roots()[0]!);
    for (const text of [label, spoken]) assert.doesNotMatch(text, /[\n\u202e\u001b]/u);
    assert.ok(label.startsWith('T1  <img src=x onerror=alert(1)>'));
    assert.ok(tooltip.length < 2_000);
  });

  it('takes a change among 1,000 TODOs in well under a tenth of a second', () => {
    const mission = world(
      Array.from({ length: 1_000 }, (_, nth) =>
        todo(`T${String(nth)}`, { after: nth > 9 ? [`T${String(nth - 10)}`] : [] }),
      ),
    );
    const model = todoModel();
    model.update([source(mission)], 'list');
    const from = performance.now();
    for (let nth = 0; nth < 10; nth += 1) {
      mission.add({ type: 'note.added', text: String(nth) });
      model.update([source(mission)], nth % 2 === 0 ? 'dependency' : 'state');
      for (const element of model.roots()) model.children(element);
    }
    const each = (performance.now() - from) / 10;
    assert.ok(each < 100, `${each.toFixed(1)} ms for an update`);
  });
});
