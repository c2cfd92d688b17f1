import assert from 'node:assert/strict';
import { decideLost, type Failure } from '../../../src/core/mission/decide';
import type { Fact, FactOf, Recorded } from '../../../src/core/mission/facts';
import { plan } from '../../../src/core/mission/plan';
import { fold, reduce } from '../../../src/core/mission/reduce';
import { waitsForPerson } from '../../../src/core/mission/select';
import { defaultSettings, type Settings } from '../../../src/core/mission/settings';
import type { MissionState, Turn } from '../../../src/core/mission/state';
import { promptText } from '../../../src/core/agents/prompts';
import {
  failureClasses,
  policies,
  policyTable,
  usualPace,
  waitsOfAnAttempt,
  type FailureClass,
} from '../../../src/core/recovery/policies';

const usage = { tokens: 1, cost: 0 };
const second = 1_000;
const minute = 60 * second;

/** A mission of so many TODOs, told by facts; time is turned by hand. */
class Told {
  readonly s: MissionState;
  readonly records: Recorded[] = [];
  at = 1_000_000;

  constructor(todos: number, settings: Partial<Settings> = {}) {
    this.s = fold([]);
    this.say({
      ...{ type: 'mission.created', mission: 'm', text: 'Build it', directory: '/w' },
      settings: { ...defaultSettings, ...settings },
    });
    const added = Array.from({ length: todos }, (_, index) => {
      const id = `T${String(index + 1)}`;
      return { id, title: id, detail: id, files: [`${id}.ts`], after: [] };
    });
    this.say({ type: 'turn.ordered', turn: 'p', role: 'planner', attempt: 1, kind: 'first', message: 'm_p' });
    this.say({ type: 'session.opened', turn: 'p', session: 's_p' });
    this.say({ type: 'planner.planned', turn: 'p', summary: '', added, sources: [], refusals: [] });
    this.say({ type: 'turn.ended', turn: 'p', ...usage });
  }

  say(fact: Fact): void {
    const record = { seq: this.records.length + 1, at: this.at, fact };
    this.records.push(record);
    reduce(this.s, record);
  }

  /** Carries out what the planner orders now; the turns that began. */
  order(): Turn[] {
    return plan(this.s, this.at).flatMap((effect) => {
      if (effect.type !== 'order') return [];
      const { type: _, ...order } = effect;
      const turn = `t${String(this.s.turnsOrdered + 1)}`;
      this.say({ type: 'turn.ordered', turn, message: `m_${turn}`, ...order });
      if (order.session === undefined) this.say({ type: 'session.opened', turn, session: `s_${turn}` });
      return [this.turn(turn)];
    });
  }

  turn(id: string): Turn {
    const turn = this.s.turns.get(id);
    assert.ok(turn, `turn ${id} is in flight`);
    return turn;
  }

  lose(turn: Turn, failure: FailureClass, more: Partial<Failure> = {}): FactOf<'turn.lost'> {
    const known = { class: failure, now: this.at, ...more };
    const fact = decideLost(this.s, this.turn(turn.id), 'error', `it met ${failure}`, usage, known);
    this.say(fact);
    return fact;
  }

  one(turns: readonly Turn[] = this.order()): Turn {
    assert.equal(turns.length, 1, 'exactly one turn begins');
    const [turn] = turns;
    assert.ok(turn);
    return turn;
  }

  /** When the gate of OpenCode’s default model opens, from now, in milliseconds. */
  get wait(): number {
    const gate = this.s.gates.get('');
    return gate ? gate.until - this.at : 0;
  }
}

describe('the policies of a model’s failures', () => {
  it('are told in one table, a row a class', () => {
    assert.equal(policyTable().split('\n').length, failureClasses.length + 2);
    for (const name of failureClasses) assert.ok(policyTable().includes(policies[name].what), name);
  });

  it('burn no attempt where the model is to blame, and let no attempt go on for ever', () => {
    for (const name of failureClasses) {
      const told = new Told(1);
      let next: string = 'continue';
      let turns = 0;
      while (next !== 'over' && turns < 100) {
        const [turn] = told.order();
        if (!turn) {
          // A person answers, or time passes; another turn of the model has opened the gate.
          for (const ask of told.s.asks.keys()) told.say({ type: 'ask.closed', ask, reply: 'Try again' });
          told.at += 31 * minute;
          told.s.gates.clear();
          continue;
        }
        turns += 1;
        next = told.lose(turn, name).next;
      }
      const { goesOn, asks } = policies[name];
      const most = { never: 1, once: 2, remind: 2, counted: 4, always: asks ? 100 : waitsOfAnAttempt + 1 }[goesOn];
      assert.equal(turns, most, `${name} takes ${String(most)} turns`);
      assert.equal(told.s.todos.get('T1')?.attempts, 1, `${name} takes one session`);
    }
  });

  it('of a journal without classes are those of the release that wrote it', () => {
    const told = new Told(1);
    const turn = told.one();
    told.say({ type: 'turn.lost', turn: turn.id, how: 'error', reason: '500', next: 'over', ...usage });
    assert.equal(told.s.gates.size, 0);
    assert.equal(told.s.todos.get('T1')?.state, 'queued');
    assert.equal(told.one().attempt, 2);
  });
});

describe('the gate of a model', () => {
  it('closes for steps that grow, lets one turn try at each, and ends the mission after the last', () => {
    const told = new Told(5);
    const [first, ...others] = told.order();
    assert.ok(first);
    const waits: number[] = [];
    told.lose(first, 'provider');
    for (const turn of others) told.lose(turn, 'provider');
    assert.equal(told.wait, 15 * second, 'what failed at the same time is one failure');
    for (;;) {
      waits.push(told.wait);
      told.at += told.wait - 1;
      assert.deepEqual(told.order(), [], 'nobody begins before the time');
      told.at += 1;
      if (plan(told.s, told.at).some((effect) => effect.type === 'end')) break;
      const probe = told.one();
      assert.deepEqual(told.order(), [], 'one turn tries');
      told.lose(probe, 'provider');
      if (waits.length > 20) break;
    }
    assert.deepEqual(waits.slice(0, usualPace.stepsMs.length), usualPace.stepsMs);
    const [end] = plan(told.s, told.at);
    assert.ok(end?.type === 'end' && end.state === 'failed');
    assert.match(end.reason, /^OpenCode’s default model has not answered for \d+m, in 10 tries: it met provider\./);
    assert.match(end.reason, /Look at the provider’s status and at your quota, or choose another model \(models\./);
    for (const todo of told.s.todos.values()) assert.deepEqual([todo.attempts, todo.tries], [1, 1]);
  });

  it('opens for all as soon as the turn that tries has heard from the model', () => {
    const told = new Told(5);
    for (const turn of told.order()) told.lose(turn, 'limit');
    told.at += 15 * second;
    const probe = told.one();
    told.say({ type: 'model.answered', turn: probe.id });
    assert.equal(told.s.gates.size, 0);
    const others = told.order();
    assert.equal(others.length, 4);
    for (const turn of others) assert.deepEqual([turn.kind, turn.attempt], ['continue', 1]);
  });

  it('is not opened before its time by a turn that had begun before', () => {
    const told = new Told(2);
    const [a, b] = told.order();
    assert.ok(a && b);
    told.lose(a, 'limit', { askedUntil: told.at + 5 * minute });
    told.say({
      type: 'worker.reported',
      turn: b.id,
      todo: 'T2',
      status: 'done',
      summary: '',
      files: [],
      followUps: [],
    });
    told.say({ type: 'turn.ended', turn: b.id, ...usage });
    assert.equal(told.wait, 5 * minute);
    assert.deepEqual(told.order(), []);
  });

  it('heeds a provider’s time when it is later, never the nonsense, and never for longer than the cap', () => {
    const cases: [number | undefined, number][] = [
      [undefined, 15 * second],
      [-1, 15 * second],
      [Number.NaN, 15 * second],
      [Number.POSITIVE_INFINITY, 15 * second],
      [1_000_000 - 60_000, 15 * second],
      [1_000_000 + 90 * second, 90 * second],
      [1_000_000 + 5 * 60 * minute, 30 * minute],
    ];
    for (const [askedUntil, wait] of cases) {
      const told = new Told(1);
      told.lose(told.one(), 'limit', { askedUntil });
      assert.equal(told.wait, wait, String(askedUntil));
    }
  });

  it('is each model’s own', () => {
    const told = new Told(2, { 'models.worker': 'a/x', 'models.reviewer': 'b/y' });
    const [one, two] = told.order();
    assert.ok(one && two);
    told.say({
      type: 'worker.reported',
      turn: one.id,
      todo: 'T1',
      status: 'done',
      summary: '',
      files: [],
      followUps: [],
    });
    told.say({ type: 'turn.ended', turn: one.id, ...usage });
    told.lose(two, 'provider');
    assert.deepEqual([...told.s.gates.keys()], ['a/x']);
    assert.equal(told.one().role, 'reviewer');
  });

  it('lets another turn try when the one that tried was ended for another reason', () => {
    const told = new Told(1);
    told.lose(told.one(), 'provider');
    told.at += 15 * second;
    told.lose(told.one(), 'interrupted');
    assert.equal(told.s.gates.get('')?.step, 1);
    assert.equal(told.one().kind, 'continue');
  });

  it('is open again for whoever resumes, not for whoever takes over', () => {
    const told = new Told(1);
    told.lose(told.one(), 'provider');
    told.say({ type: 'mission.resumed', settings: told.s.settings, adopted: true });
    assert.deepEqual(told.order(), []);
    told.say({ type: 'mission.resumed', settings: told.s.settings });
    assert.equal(told.one().attempt, 1);
  });

  it('does not stay closed for longer because the clock was set back', () => {
    const told = new Told(1);
    told.lose(told.one(), 'provider');
    told.at -= 60 * minute;
    told.say({ type: 'clock.jumped', ms: -60 * minute });
    assert.equal(told.wait, 15 * second);
  });

  it('holds back no person’s question: what only waits for its time is not waiting for a person', () => {
    const told = new Told(1);
    told.lose(told.one(), 'provider');
    told.s.asks.set('A1', { id: 'A1', kind: 'question', title: 'Which one?', openedAt: told.at });
    assert.equal(waitsForPerson(told.s), false);
    told.s.gates.clear();
    assert.equal(waitsForPerson(told.s), true);
  });
});

describe('a key that is refused, a model that is not there', () => {
  it('asks a person, holds back the turns of that model alone, and goes on in the same session when answered', () => {
    const told = new Told(3, { 'models.worker': 'openai/gpt-x', 'limits.parallelSessions': 2 });
    const [one, two] = told.order();
    assert.ok(one && two);
    const fact = told.lose(one, 'key');
    assert.deepEqual([fact.next, fact.how, fact.retryAt], ['continue', 'waits', undefined]);
    const ask = told.s.asks.get('model:openai/gpt-x');
    assert.match(ask?.title ?? '', /^The key of openai is refused for the workers, on openai\/gpt-x \(it met key\)\./);
    assert.match(ask?.title ?? '', /“opencode auth login”, or choose another models\.worker; then try again\.$/);
    assert.deepEqual(
      ask?.questions?.[0]?.options.map(({ label }) => label),
      ['Try again'],
    );
    told.say({
      type: 'worker.reported',
      turn: two.id,
      todo: 'T2',
      status: 'done',
      summary: '',
      files: [],
      followUps: [],
    });
    told.say({ type: 'turn.ended', turn: two.id, ...usage });
    const review = told.one();
    assert.equal(review.role, 'reviewer', 'others go on');
    told.say({ type: 'todo.reviewed', turn: review.id, todo: 'T2', outcome: 'passed', summary: '', issues: [] });
    told.say({ type: 'turn.ended', turn: review.id, ...usage });
    assert.deepEqual(told.order(), []);
    assert.equal(waitsForPerson(told.s), true);
    told.say({ type: 'ask.closed', ask: 'model:openai/gpt-x', reply: 'Try again' });
    const again = told.order()[0];
    assert.deepEqual([again?.kind, again?.session, again?.attempt], ['continue', one.session, 1]);
    assert.deepEqual(told.s.news.notes, [], 'the Commander is not told');
  });

  it('is asked about no more after a resume, or when the role is to run on another model', () => {
    for (const how of ['resume', 'settings'] as const) {
      const told = new Told(1, { 'models.worker': 'a/x' });
      told.lose(told.one(), 'noModel');
      assert.match([...told.s.asks.values()][0]?.title ?? '', /^OpenCode could not start a\/x for the workers /);
      const settings = { ...told.s.settings, 'models.worker': 'a/y' };
      if (how === 'resume') told.say({ type: 'mission.resumed', settings: told.s.settings });
      else told.say({ type: 'settings.changed', settings, by: 'you' });
      assert.equal(told.s.asks.size, 0);
      assert.equal(told.one().attempt, 1);
    }
  });

  it('says at most 300 characters of what the provider said', () => {
    const told = new Told(1);
    const fact = decideLost(told.s, told.one(), 'error', 'x'.repeat(5_000), usage, { class: 'key', now: told.at });
    told.say(fact);
    assert.ok(([...told.s.asks.values()][0]?.title.length ?? 0) < 600);
  });
});

describe('a context that is full', () => {
  it('gives a worker a fresh session that is told how the last one ended', () => {
    const told = new Told(1);
    const fact = told.lose(told.one(), 'overflow', { words: `${'x'.repeat(9_000)} I wrote half of it.` });
    assert.equal(fact.next, 'over');
    assert.ok((fact.carried ?? '').length <= 1_500);
    const fresh = told.one();
    assert.equal(fresh.attempt, 2);
    const text = promptText(told.s, fresh);
    assert.match(text, /An earlier session ran out of room\..*\nx+ I wrote half of it\.\n/);
  });

  it('gives the Commander a fresh session, which is then its own', () => {
    const told = new Told(0);
    const first = told.one();
    told.lose(first, 'overflow');
    const fresh = told.one();
    assert.deepEqual([fresh.role, fresh.kind, fresh.attempt], ['commander', 'first', 2]);
    assert.notEqual(fresh.session, first.session);
    assert.equal(told.s.commander.session, fresh.session);
    told.say({
      ...{ type: 'commander.decided', turn: fresh.id, summary: '', added: [], retried: [], cancelled: [], asks: [] },
      ...{ seal: false, refusals: [], plan: 'all' },
    });
    told.say({ type: 'turn.ended', turn: fresh.id, ...usage });
    const planner = told.one();
    told.say({ type: 'planner.planned', turn: planner.id, summary: '', added: [], sources: [], refusals: [] });
    told.say({ type: 'turn.ended', turn: planner.id, ...usage });
    const next = told.one();
    assert.deepEqual([next.role, next.session, next.attempt], ['commander', fresh.session, 2]);
  });
});

describe('a Commander that changes nothing', () => {
  const decide = (told: Told, more: Partial<FactOf<'commander.decided'>> = {}): void => {
    const turn = told.one();
    told.say({
      ...{ type: 'commander.decided', turn: turn.id, summary: '', added: [], retried: [], cancelled: [], asks: [] },
      ...{ seal: true, refusals: [], ...more },
    });
    told.say({ type: 'turn.ended', turn: turn.id, ...usage });
  };
  const stuckMission = (): Told => {
    const told = new Told(1, { 'limits.recoveryAttempts': 0 });
    told.lose(told.one(), 'request');
    assert.equal(told.s.todos.get('T1')?.state, 'failed');
    return told;
  };

  it('is told so after three turns, and after six the mission has failed and says what is left', () => {
    const told = stuckMission();
    for (let turn = 1; turn <= 6; turn += 1) {
      decide(told);
      assert.equal(
        told.s.news.refusals.some((text) => /turns in a row have changed nothing/.test(text)),
        turn >= 3,
      );
    }
    const [end] = plan(told.s, told.at);
    assert.ok(end?.type === 'end' && end.state === 'failed');
    assert.match(end.reason, /changed nothing in 6 turns in a row, and this is left: T1 is not done/);
  });

  it('begins its count again with anything that changes something, by whomever', () => {
    for (const change of ['retry', 'note', 'edit', 'resume'] as const) {
      const told = stuckMission();
      for (let turn = 1; turn <= 5; turn += 1) decide(told);
      if (change === 'retry') decide(told, { retried: [{ todo: 'T1' }] });
      else if (change === 'note') told.say({ type: 'note.added', text: 'go' });
      else if (change === 'resume') told.say({ type: 'mission.resumed', settings: told.s.settings });
      else
        told.say({
          ...{ type: 'todos.edited', ticked: [], unticked: [], retitled: [{ id: 'T1', title: 'Again' }], added: [] },
          ...{ done: [], kept: [] },
        });
      assert.equal(told.s.commander.idle, 0, change);
    }
  });
});
