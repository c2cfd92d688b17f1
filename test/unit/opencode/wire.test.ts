import assert from 'node:assert/strict';
import { markOf } from '../../../src/core/recovery/habits';
import type { Signal } from '../../../src/runtime/ports';
import { signalsOf } from '../../../src/opencode/wire';
import events from './fixtures/events.json';

type Name = keyof typeof events;

const worker = events.idle.properties.sessionID;
const asking = events.permissionAsked.properties.sessionID;

/** A call that has ended, with the marks that tell it from others. */
function ended(
  of: 'bashCompleted' | 'writeRefused' | 'reportCompleted' | 'reportRefused' | 'invalidTool',
  name: string,
  missing = false,
): Signal {
  const { sessionID: session, callID, state } = events[of].properties.part;
  const said = 'error' in state ? state.error : state.output;
  const call = markOf(`${name} ${JSON.stringify(state.input)}`);
  const outcome = markOf(`${state.status} ${said}`);
  return {
    type: 'tool',
    session,
    callID,
    running: false,
    ended: { name, call, outcome, failed: 'error' in state, missing },
  };
}

/** Recorded events of OpenCode 1.18.33, trimmed, with the signals they must give. */
const expected: Readonly<Partial<Record<Name, readonly Signal[]>>> = {
  busy: [{ type: 'busy', session: worker }],
  idleStatus: [{ type: 'idle', session: worker }],
  idle: [{ type: 'idle', session: worker }],
  retry: [
    {
      type: 'retrying',
      session: events.retry.properties.sessionID,
      until: 1795381671989,
      attempt: 1,
      sentence: 'Scripted failure 429.',
    },
  ],
  // Our own prompt, as it is stored.
  userMessage: [{ type: 'usage', session: worker, message: events.userMessage.properties.info.id, tokens: 0, cost: 0 }],
  userText: [{ type: 'activity', session: worker }],
  stepMessage: [
    {
      ...{ type: 'usage', session: worker, message: events.stepMessage.properties.info.id },
      ...{ tokens: 4360, context: 4339, cost: 0.004381, model: 'scripted/scripted-1' },
    } as const,
  ],
  delta: [{ type: 'activity', session: worker }],
  stepStart: [{ type: 'activity', session: worker }],
  stepFinish: [{ type: 'stepped', session: worker }],
  writeRunning: [
    { type: 'tool', session: worker, callID: 'call_s0_1', running: true },
    { type: 'activity', session: worker, headline: 'write /home/person/repo/src/a.ts' },
  ],
  bashRunning: [
    { type: 'tool', session: worker, callID: 'call_s2_3', running: true },
    { type: 'activity', session: worker, headline: 'bash echo hi; exit 3' },
  ],
  bashCompleted: [ended('bashCompleted', 'bash')],
  writeRefused: [ended('writeRefused', 'write')],
  reportPending: [
    { type: 'tool', session: worker, callID: 'call_a_7', running: true },
    { type: 'activity', session: worker, headline: 'mission_report' },
  ],
  reportCompleted: [
    ended('reportCompleted', 'mission_report'),
    {
      type: 'answer',
      session: worker,
      tool: 'mission_report',
      input: { status: 'done', summary: 'T1: done.', files: ['src/a.ts'] },
    },
  ],
  reportRefused: [
    ended('reportRefused', 'mission_report'),
    {
      type: 'refused',
      session: worker,
      callID: 'call_a_7',
      sentence: 'The field status is wrong: Invalid option: expected one of "done"|"blocked".',
    },
  ],
  invalidTool: [
    ended('invalidTool', 'mission_review', true),
    {
      type: 'refused',
      session: worker,
      callID: 'call_s5_6',
      sentence: events.invalidTool.properties.part.state.input.error,
    },
  ],
  error401: [
    {
      type: 'failed',
      session: events.error401.properties.sessionID,
      failure: { kind: 'auth', sentence: 'The provider refused the key: Scripted failure 401.' },
    },
  ],
  errorAborted: [
    {
      type: 'failed',
      session: events.errorAborted.properties.sessionID,
      failure: { kind: 'aborted', sentence: 'The turn was aborted.' },
    },
  ],
  errorModel: [
    {
      type: 'failed',
      session: events.errorModel.properties.sessionID,
      failure: { kind: 'unknown', sentence: 'UnknownError: Model not found: scripted/nobody.' },
    },
  ],
  permissionAsked: [
    {
      type: 'asked',
      session: asking,
      ask: events.permissionAsked.properties.id,
      kind: 'permission',
      title: 'bash: echo may I',
      permission: { name: 'bash', patterns: ['echo may I'], always: ['echo *'] },
    },
  ],
  permissionOnce: [{ type: 'replied', ask: events.permissionOnce.properties.requestID, reply: 'once' }],
  permissionReject: [{ type: 'replied', ask: events.permissionReject.properties.requestID, reply: 'reject' }],
  questionAsked: [
    {
      type: 'asked',
      session: asking,
      ask: events.questionAsked.properties.id,
      kind: 'question',
      title: 'Tabs?',
      questions: [
        {
          question: 'Tabs?',
          header: 'Tabs',
          options: [
            { label: 'yes', description: 'y' },
            { label: 'no', description: 'n' },
          ],
          multiple: false,
        },
      ],
    },
  ],
  questionReplied: [{ type: 'replied', ask: events.questionReplied.properties.requestID, reply: 'answered' }],
  questionRejected: [{ type: 'replied', ask: events.questionRejected.properties.requestID, reply: 'rejected' }],
  connected: [],
  heartbeat: [],
  sessionCreated: [],
  sessionDiff: [],
  pluginAdded: [],
  fileEdited: [],
  compacted: [],
};

describe('events as signals', () => {
  for (const [name, signals] of Object.entries(expected)) {
    it(`${name}: ${signals.map(({ type }) => type).join(', ') || 'none'}`, () => {
      assert.deepEqual(signalsOf(events[name as Name]), signals);
    });
  }

  it('an overflow is told as one: the turn goes on after it', () => {
    const [signal] = signalsOf(events.errorOverflow);
    assert.equal(signal?.type === 'failed' && signal.failure.kind, 'overflow');
  });

  it('what a tool of ours was given is an answer only when the tool has completed', () => {
    for (const event of [events.reportPending, events.reportRunning, events.reportRefused]) {
      assert.deepEqual(
        signalsOf(event).filter(({ type }) => type === 'answer'),
        [],
      );
    }
  });

  it('OpenCode’s own refusal of a tool that is not ours is no refusal of an answer', () => {
    const event = structuredClone(events.invalidTool);
    event.properties.part.state.input.tool = 'todowrite';
    assert.deepEqual(
      signalsOf(event).map(({ type }) => type),
      ['tool'],
    );
  });

  it('what is unknown or malformed gives no signal', () => {
    const odd: unknown[] = [undefined, null, 0, '', 'idle', [], [events.idle], {}, { type: 7 }];
    odd.push({ type: 'session.idle' }, { type: 'session.idle', properties: null }, { type: 'no.such', properties: {} });
    odd.push({ type: 'session.idle', properties: { sessionID: 3 } }, { type: '__proto__', properties: {} });
    odd.push({ type: 'session.status', properties: { sessionID: worker, status: 'idle' } });
    odd.push({ type: 'message.updated', properties: { info: { id: 'x' } } });
    odd.push({ type: 'message.part.updated', properties: { part: { type: 'tool', sessionID: worker } } });
    odd.push({ type: 'permission.asked', properties: { sessionID: worker, id: 'per_1' } });
    odd.push({ type: 'permission.replied', properties: { reply: 'once' } });
    for (const event of odd) assert.deepEqual(signalsOf(event), [], JSON.stringify(event));
  });

  // Every field of every recorded event, taken out or replaced: no exception, and nothing half-read.
  it('bears any field of any event missing or of another type', () => {
    for (const event of Object.values(events)) {
      for (const path of pathsOf(event)) {
        for (const value of [undefined, null, 7, 'text', [], {}]) {
          for (const signal of signalsOf(replaced(event, path, value))) {
            if ('session' in signal)
              assert.equal(typeof signal.session, 'string', `${path.join('.')} in ${event.type}`);
            if ('until' in signal) assert.ok(Number.isFinite(signal.until));
            if ('tokens' in signal) assert.ok(Number.isFinite(signal.tokens) && Number.isFinite(signal.cost));
          }
        }
      }
    }
  });

  it('a message without usage counts as none', () => {
    const event = replaced(events.stepMessage, ['properties', 'info', 'tokens'], { input: 'many', cache: 5 });
    const [signal] = signalsOf(replaced(event, ['properties', 'info', 'cost'], null));
    assert.deepEqual(signal?.type === 'usage' && [signal.tokens, signal.cost], [0, 0]);
  });

  // A signal may end up in the journal, in a log line or on a screen.
  it('keeps what a hostile or garrulous server says short', () => {
    const much = 'x'.repeat(1_000_000);
    const state = ['properties', 'part', 'state'];
    const hostile: [string, unknown][] = [
      ['a command', replaced(events.bashRunning, [...state, 'input', 'command'], much)],
      ['a file name', replaced(events.writeRunning, [...state, 'input', 'filePath'], much)],
      ['a pattern that is asked for', replaced(events.permissionAsked, ['properties', 'patterns'], [much, much])],
      ['a question', replaced(events.questionAsked, ['properties', 'questions'], [{ question: much }])],
      ['a provider’s error', replaced(events.error401, ['properties', 'error', 'data', 'message'], much)],
      ['why it retries', replaced(events.retry, ['properties', 'status', 'message'], much)],
      ['a tool’s refusal', replaced(events.reportRefused, [...state, 'error'], much)],
      [
        'arguments that were no JSON',
        replaced(events.invalidTool, [...state, 'input', 'error'], `${much} mission_plan`),
      ],
    ];
    const sizes = hostile.map(([what, event]) => ({ what, size: JSON.stringify(signalsOf(event)).length }));
    for (const { size } of sizes) assert.ok(size > 50, 'it is told at all');
    assert.deepEqual(
      sizes.filter(({ size }) => size > 5_000),
      [],
    );
  });
});

function pathsOf(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [[...path]];
  return [[...path], ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

/** A copy with one field replaced; undefined takes it out. */
function replaced(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  if (typeof value !== 'object' || value === null) return value;
  const inner = replaced((value as Record<string, unknown>)[key], rest, by);
  const copy: Record<string, unknown> = { ...value, [key]: inner };
  if (inner === undefined) Reflect.deleteProperty(copy, key);
  return copy;
}
