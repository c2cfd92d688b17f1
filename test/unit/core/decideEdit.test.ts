import assert from 'node:assert/strict';
import { decideEdit, todoEditSchema, type TodoEdit } from '../../../src/core/mission/decideEdit';
import type { Fact } from '../../../src/core/mission/facts';
import { newTodoId } from '../../../src/core/mission/newTodoId';
import { fold, reduce } from '../../../src/core/mission/reduce';
import { defaultSettings, type Settings } from '../../../src/core/mission/settings';
import type { MissionState } from '../../../src/core/mission/state';
import type { TodoDraft } from '../../../src/core/todo/model';

const inside = () => false;
const draft = (id: string, more: Partial<TodoDraft> = {}): TodoDraft => ({
  ...{ id, title: `Do ${id}`, detail: '', files: [`src/${id.toLowerCase()}.ts`], after: [] },
  ...more,
});
const none = { ticked: [], unticked: [], retitled: [], added: [], done: [], kept: [] };

function then(s: MissionState, ...facts: Fact[]): MissionState {
  for (const fact of facts) reduce(s, { seq: s.seq + 1, at: (s.seq + 1) * 1_000, fact });
  return s;
}

/** T1 runs, T2 waits for it, T3 is done, T4 cancelled, T5 blocked, T6 in review. */
function mission(settings: Partial<Settings> = {}): MissionState {
  const begin: Fact = {
    ...{ type: 'mission.created', mission: 'm', text: 'Build it', directory: '/w' },
    settings: { ...defaultSettings, ...settings },
  };
  const added = ['T1', 'T3', 'T4', 'T5', 'T6'].map((id) => draft(id));
  const order = (turn: string, todo: string): Fact => ({
    ...{ type: 'turn.ordered', turn, message: turn, role: 'worker', todo, attempt: 1, kind: 'first' },
  });
  const report = (turn: string, todo: string, status: 'done' | 'blocked'): Fact => ({
    ...{ type: 'worker.reported', turn, todo, status, summary: status, files: [], followUps: [] },
  });
  return then(
    fold([]),
    begin,
    { ...none, type: 'todos.edited', added: [...added, draft('T2', { after: ['T1'], check: 'test' })] },
    order('t5', 'T5'),
    report('t5', 'T5', 'blocked'),
    { type: 'turn.ended', turn: 't5', tokens: 0, cost: 0 },
    order('t6', 'T6'),
    report('t6', 'T6', 'done'),
    { type: 'turn.ended', turn: 't6', tokens: 0, cost: 0 },
    order('t1', 'T1'),
    { ...none, type: 'todos.edited', ticked: ['T3'], cancelled: ['T4'] },
  );
}

const given = (settings?: Partial<Settings>) => ({ s: mission(settings) });

function says(edit: TodoEdit, sentence: string, s = given().s, leaves: (path: string) => boolean = inside): void {
  assert.deepEqual(decideEdit(s, edit, leaves), { ok: false, sentence });
}

function makes(edit: TodoEdit, lists: object, s = given().s): MissionState {
  const decision = decideEdit(s, edit, inside);
  assert.deepEqual(decision, { ok: true, fact: { type: 'todos.edited', ...none, ...lists } });
  return decision.ok ? then(s, decision.fact) : s;
}

describe('a person’s command', () => {
  it('ticks and unticks', () => {
    makes({ type: 'tick', todo: 't1', done: true }, { ticked: ['T1'] });
    makes({ type: 'tick', todo: 'T3', done: false }, { unticked: ['T3'] });
    says({ type: 'tick', todo: 'T3', done: true }, 'T3 is done already.');
    says({ type: 'tick', todo: 'T4', done: true }, 'T4 is cancelled and cannot be ticked: retry it first.');
    says({ type: 'tick', todo: 'T2', done: false }, 'T2 is queued, not done: there is no tick to take away.');
  });

  it('names no TODO that is not there', () => {
    for (const type of ['cancel', 'retry', 'hold', 'move'] as const)
      says({ type, todo: 'T9' }, 'There is no TODO “T9”.');
    says({ type: 'tick', todo: 'a\nb', done: true }, 'There is no TODO “a\\nb”.');
    says({ type: 'change', change: { id: 'T9', title: 'x' } }, 'There is no TODO “T9”.');
  });

  it('cancels what is not over', () => {
    makes({ type: 'cancel', todo: 'T1' }, { cancelled: ['T1'] });
    says({ type: 'cancel', todo: 'T3' }, 'T3 is done already.');
    says({ type: 'cancel', todo: 'T4' }, 'T4 is cancelled already.');
  });

  it('retries what nobody works on', () => {
    for (const id of ['T3', 'T4', 'T5']) makes({ type: 'retry', todo: id }, { retried: [id] });
    says({ type: 'retry', todo: 'T1' }, 'T1 is running already.');
    says({ type: 'retry', todo: 'T2' }, 'T2 is queued already.');
    says({ type: 'retry', todo: 'T6' }, 'T6 is being reviewed already.');
  });

  it('stops one agent', () => {
    makes({ type: 'hold', todo: 'T1' }, { held: ['T1'] });
    makes({ type: 'hold', todo: 'T6' }, { held: ['T6'] });
    says({ type: 'hold', todo: 'T2' }, 'T2 is queued: it has no agent that could be stopped.');
  });

  it('moves a TODO in front of another, or to the end', () => {
    makes({ type: 'move', todo: 'T2', before: 't3' }, { order: ['T1', 'T2', 'T3', 'T4', 'T5', 'T6'] });
    makes({ type: 'move', todo: 'T1' }, { order: ['T3', 'T4', 'T5', 'T6', 'T2', 'T1'] });
    says({ type: 'move', todo: 'T1', before: 'T3' }, 'T1 is there already.');
    says({ type: 'move', todo: 'T1', before: 'T1' }, 'T1 is there already.');
    says({ type: 'move', todo: 'T2' }, 'T2 is there already.');
    says({ type: 'move', todo: 'T2', before: 'T9' }, 'There is no TODO “T9” to put T2 in front of.');
  });

  it('changes only what differs, and normalises it', () => {
    const change = { id: 't2', title: 'Do T2', files: ['./src//x.ts'], after: ['t3', 'T3'], check: ' test b ' };
    makes({ type: 'change', change }, { changed: [{ id: 'T2', files: ['src/x.ts'], after: ['T3'], check: 'test b' }] });
    makes({ type: 'change', change: { id: 'T2', check: ' ' } }, { changed: [{ id: 'T2', check: '' }] });
    says({ type: 'change', change: { id: 'T2', title: 'Do T2', after: ['t1'] } }, 'That changes nothing about T2.');
  });

  it('is checked as the Planner’s TODOs are', () => {
    says({ type: 'change', change: { id: 'T2', title: ' ' } }, 'TODO T2 has an empty title.');
    says({ type: 'change', change: { id: 'T2', after: ['T9'] } }, 'TODO T2 waits for “T9”, which is no TODO.');
    says({ type: 'change', change: { id: 'T2', after: ['t2'] } }, 'TODO T2 waits for itself.');
    says(
      { type: 'change', change: { id: 'T2', files: ['../x'] } },
      'TODO T2: The path “../x” leaves the workspace folder.',
    );
    says(
      { type: 'change', change: { id: 'T2', files: ['link/x'] } },
      'TODO T2: the file “link/x” leads out of the workspace through a link.',
      given().s,
      (path) => path.startsWith('link/'),
    );
    says(
      { type: 'change', change: { id: 'T1', after: ['T2'] } },
      'The TODOs would wait for each other in a cycle: T1 → T2 → T1.',
    );
  });

  it('does not look again at what it leaves as it is', () => {
    const decision = decideEdit(given().s, { type: 'change', change: { id: 'T2', title: 'New' } }, () => true);
    assert.equal(decision.ok, true);
  });

  it('leaves an agent the files that it writes, and others theirs', () => {
    const change = (id: string, files: string[]): TodoEdit => ({ type: 'change', change: { id, files } });
    says(
      change('T1', ['src/z.ts']),
      'The agent of T1 still works on its files: stop it, or wait for it, before you change them.',
    );
    says(change('T6', ['src/T1.ts']), 'T6 is at work, and the file “src/T1.ts” is held by T1.');
    says(
      change('T6', []),
      'T6 is at work beside others, so it must name its files: without any it would have to be alone.',
    );
    makes(change('T6', ['src/z.ts']), { changed: [{ id: 'T6', files: ['src/z.ts'] }] });
    const held = makes({ type: 'hold', todo: 'T1' }, { held: ['T1'] });
    says(
      change('T6', ['src/t1.ts']),
      'T6 is at work, and the file “src/t1.ts” is still written by another agent.',
      held,
    );
    makes(change('T2', ['src/t1.ts']), { changed: [{ id: 'T2', files: ['src/t1.ts'] }] }, held);
  });

  it('adds a TODO with an id of the mission’s pattern', () => {
    const { id: _, ...rest } = draft('x', { after: ['t1'] });
    const added = { ...rest, id: 'T7', after: ['T1'] };
    const s = makes({ type: 'add', draft: rest }, { added: [added] });
    assert.equal(s.todos.get('T7')?.by, 'person');
    makes({ type: 'add', draft: draft('Own') }, { added: [draft('Own')] });
    const [taken, odd] = ['t1', 'a b'].map((id) => ({ type: 'add' as const, draft: draft(id) }));
    if (taken) says(taken, 'The id “t1” is a duplicate: choose an id that no other TODO has.');
    if (odd) says(odd, 'The id “a b” is not usable: letters, digits, “.”, “_” and “-” only, at most 64.');
    const full = given({ 'limits.tasks': 6 }).s;
    says({ type: 'add', draft: rest }, 'There may be at most 6 TODOs; this would make 7. Plan fewer.', full);
    assert.equal(decideEdit(full, { type: 'change', change: { id: 'T2', title: 'New' } }, inside).ok, true);
  });

  it('is no longer than it may be when it comes from a view', () => {
    const change = (more: object) => ({ type: 'change', change: { id: 'T1', ...more } });
    const add = (more: object) => ({ type: 'add', draft: { ...draft('T1'), ...more } });
    for (const fits of [
      change({ title: 't'.repeat(400), detail: 'd'.repeat(20_000), check: 'c'.repeat(2_000) }),
      add({ files: Array.from({ length: 200 }, () => 'f'.repeat(1_000)) }),
      { type: 'move', todo: 'T1' },
    ])
      assert.equal(todoEditSchema.safeParse(fits).success, true);
    for (const odd of [
      change({ title: 't'.repeat(401) }),
      change({ detail: 'd'.repeat(20_001) }),
      change({ check: 'c'.repeat(2_001) }),
      change({ files: ['f'.repeat(1_001)] }),
      change({ state: 'done' }),
      add({ files: Array.from({ length: 201 }, () => 'f') }),
      add({ by: 'planner' }),
      { type: 'tick', todo: 'T1' },
      { type: 'hold', todo: '' },
      { type: 'other', todo: 'T1' },
    ])
      assert.equal(todoEditSchema.safeParse(odd).success, false, JSON.stringify(odd).slice(0, 80));
  });
});

describe('an id for a person’s TODO', () => {
  for (const [ids, next] of [
    [[], 'P1'],
    [['T1', 'T2', 'T7'], 'T8'],
    [['t1', 'T2', 'P1'], 't3'],
    [['step-08', 'step-09'], 'step-10'],
    [['T09', 'T10', 'T99'], 'T100'],
    [['api', 'docs', 'tests', 'T1'], 'P1'],
    [['api', 'p1', 'docs'], 'P2'],
    [['1', '2'], '3'],
    [['a.1', 'a.2', 'b.1'], 'a.3'],
    [['T99999999999999999999'], 'P1'],
    [[`${'x'.repeat(63)}9`], 'P1'],
  ] as const) {
    it(`is ${next} after ${ids.join(', ').slice(0, 40) || 'nothing'}`, () => {
      assert.equal(newTodoId(ids), next);
    });
  }
});
