import assert from 'node:assert/strict';
import { decideAnswer } from '../../../src/core/mission/decide';
import type { Answer } from '../../../src/core/answers/schemas';
import { parseAnswer } from '../../../src/core/answers/schemas';
import { promptText } from '../../../src/core/agents/prompts';
import { refuseAnswer } from '../../../src/bridge/guard';
import { readArgs } from '../../../src/cli/args';
import { HostError } from '../../../src/host/errors';
import { checkText, readMission } from '../../../src/host/workspace';
import { readSaid } from '../../../src/protocol/slash';
import type { Signal } from '../../../src/runtime/ports';
import { diamond, fakeMission, todos } from '../../support/fakeMission';
import { Told } from '../cli/viewMission';

const refusal = (act: () => unknown): string => {
  try {
    act();
    return '';
  } catch (error) {
    assert.ok(error instanceof HostError && error.kind === 'input', String(error));
    return error.message;
  }
};

describe('the text of a mission', () => {
  it('is refused when it is empty or blank, also of marks that nobody sees, and says what to do', () => {
    for (const text of ['', ' ', '\n\t\r\n', '\u00a0\u3000', '\u200b\ufeff\u2060\u202e', '\u0000\u0007'])
      assert.match(
        refusal(() => checkText(text)),
        /is empty: say in a sentence/,
        JSON.stringify(text),
      );
    for (const text of ['x', '👩‍👩‍👧', '日本', '\u202eabc']) checkText(text);
  });

  it('is taken with a million characters and refused with one more', () => {
    checkText('x'.repeat(1_000_000));
    assert.match(
      refusal(() => checkText('x'.repeat(1_000_001))),
      /1000001 characters; at most 1000000/,
    );
  });

  const texts = [
    '/stop',
    '/stop everything',
    '/cancel T1',
    '{{template}} ${HOME} $(id) `id` %PATH% !ls @README.md',
    '--help me',
  ];
  for (const text of texts) {
    it(`is no command and no template: ${text}`, () => {
      checkText(text);
      const parsed = readArgs(['task', '--', text]);
      assert.ok(parsed.ok && parsed.call.name === 'task');
      assert.equal(parsed.call.text, text);
      assert.deepEqual(readSaid(`/task "${text}"`), { type: 'task', text });
      const told = new Told(text);
      const turn = told.begin('commander');
      const prompt = promptText(told.state, told.state.turns.get(turn)!);
      assert.ok(prompt.includes(text), prompt);
    });
  }
});

describe('the id of a mission', () => {
  it('with ../ in it, or anything that is no plain name, is refused before a file is looked at', async () => {
    for (const id of ['../x', '..', '../../etc/passwd', 'a/b', 'a\\b', '', 'm\u0000', '~', 'x'.repeat(65), 'm-1\n'])
      await assert.rejects(
        readMission('/nowhere', id),
        (error) => error instanceof HostError && error.kind === 'input' && !error.message.includes('\n'),
        JSON.stringify(id),
      );
  });
});

describe('an answer that is not its session’s', () => {
  const worker = { role: 'worker', todo: 'T1' };
  const report = { status: 'done', summary: 'Done.', files: [] };

  it('is refused when it names another TODO or another role', () => {
    assert.match(refuseAnswer(worker, { ...report, todo: 'T2' }) ?? '', /belongs to TODO T1 and answers for no other/);
    assert.match(
      refuseAnswer(worker, { ...report, role: 'commander' }) ?? '',
      /is the worker’s and answers for nobody/,
    );
    assert.match(refuseAnswer({ role: 'planner' }, { todo: 'T1' }) ?? '', /belongs to no TODO/);
  });

  it('is taken when it names its own, or nobody', () => {
    for (const args of [report, { ...report, todo: 't1', role: 'Worker' }, undefined, 7, { todo: 7 }])
      assert.equal(refuseAnswer(worker, args), undefined);
  });

  it('counts for the TODO of its session, whatever it names', () => {
    const told = new Told('Do it').plan([{ id: 'T1' }, { id: 'T2' }]);
    const turn = told.state.turns.get(told.work('T1'))!;
    const parsed = parseAnswer('mission_report', { ...report, todo: 'T2', turn: 't9', session: 'ses_x' });
    assert.ok(parsed.ok);
    const fact = decideAnswer(told.state, turn, parsed.answer, { runs: [], leaves: () => false });
    assert.ok(fact?.type === 'worker.reported');
    assert.deepEqual([fact.todo, fact.turn], ['T1', turn.id]);
  });

  it('of another role’s tool is nobody’s answer', () => {
    const told = new Told('Do it').plan([{ id: 'T1' }]);
    const turn = told.state.turns.get(told.work('T1'))!;
    const seal: Answer = { tool: 'mission_decide', value: { summary: 'Sealed.', actions: [{ type: 'seal' }] } };
    const pass: Answer = { tool: 'mission_review', value: { verdict: 'pass', summary: '', evidence: [], issues: [] } };
    for (const answer of [seal, pass])
      assert.equal(decideAnswer(told.state, turn, answer, { runs: [], leaves: () => false }), undefined);
  });
});

describe('an event of a session that is not ours', () => {
  it('changes nothing: the mission’s facts are the same with it and without', async () => {
    const facts = async (strangers: boolean): Promise<unknown[]> => {
      const mission = fakeMission({ plan: todos(diamond) });
      const { backend } = mission;
      const listen = backend.onSignal.bind(backend);
      backend.onSignal = (listener) => {
        listen((signal) => {
          listener(signal);
          if (strangers) for (const stranger of stray) listener(stranger);
        });
      };
      await mission.run();
      assert.equal(mission.driver.state.end?.state, 'sealed');
      return mission.records.map(({ fact }) => ({ ...fact, message: undefined }));
    };
    assert.deepEqual(await facts(true), await facts(false));
  });
});

/** Everything that a session of somebody else’s may signal. */
const session = 'ses_somebody_else';
const stray: readonly Signal[] = [
  { type: 'busy', session },
  { type: 'answer', session, tool: 'mission_decide', input: { summary: 'Sealed.', actions: [{ type: 'seal' }] } },
  { type: 'answer', session, tool: 'mission_report', input: { status: 'done', summary: '', files: [] } },
  { type: 'refused', session, callID: 'c', sentence: 'no' },
  { type: 'failed', session, failure: { kind: 'auth', sentence: 'no key' } },
  { type: 'retrying', session, until: 9e15, sentence: 'later' },
  { type: 'activity', session, headline: 'rm -rf' },
  { type: 'tool', session, callID: 'c', running: true },
  { type: 'usage', session, message: 'm', tokens: 1e9, cost: 1e6 },
  { type: 'asked', session, ask: 'per_x', kind: 'permission', title: 'rm -rf' },
  { type: 'replied', ask: 'per_x', reply: 'always' },
  { type: 'stepped', session },
  { type: 'idle', session },
];
