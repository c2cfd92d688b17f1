/** Which faults strike which call, and what they make of the reply. */
import type { Ask } from './request';
import type { Fault, FaultMatch, Script } from './scenario';
import { workerScript } from './play';
import { reviewScript } from './reviewer';
import { answer } from './turn';
import type { Part, Reply } from './turn';

/** What providers and models do wrong, by the class of the failure; with a match they are faults. */
export const wrongs = {
  full: {
    status: 400,
    body: JSON.stringify({
      error: {
        message: 'Too long: the maximum context length is 200000 tokens.',
        code: 'context_length_exceeded',
      },
    }),
  },
  /** What a proxy answers in place of the provider. */
  garbage: { status: 200, body: '<html><body>Please log in.</body></html>' },
  overloaded: { status: 503, message: 'Overloaded.' },
  badKey: { status: 401, message: 'Incorrect API key provided: sk-proj-AbCdEfGhIjKlMnOpQrStUvWx012345.' },
  badRequest: { status: 400, message: 'The field reasoning_effort is unknown.' },
  missingTool: { repeat: { tool: 'deploy', input: { where: 'everywhere' } } },
  sameError: { repeat: { tool: 'read', input: { filePath: 'not/there.txt' } } },
} as const satisfies Record<string, Partial<Fault>>;

/** A fault with its count of strikes. */
export interface Armed {
  readonly fault: Fault;
  strikes: number;
}

/** Whether a call is one that the match names. */
export function matches(match: FaultMatch, ask: Ask, attempt: number, call: number): boolean {
  const among = (wanted: number | number[] | undefined, value: number | undefined): boolean =>
    wanted === undefined || (value !== undefined && [wanted].flat().includes(value));
  return (
    (match.role === undefined || match.role === ask.role) &&
    (match.todo === undefined || match.todo === ask.todo) &&
    (match.scope === undefined || match.scope === ask.scope) &&
    (match.model === undefined || match.model === ask.model) &&
    among(match.attempt, attempt) &&
    among(match.iteration, ask.state?.iteration) &&
    among(match.call, call)
  );
}

/** Faults that stand with a TODO’s or a review’s entry, with the role and the TODO filled in. */
export function localFaults(part: Part): Fault[] {
  const { role, todo, scope } = part.ask;
  const own =
    role === 'worker' && todo !== undefined
      ? workerScript(part.script, todo, part.attempt).faults
      : role === 'reviewer' && scope !== undefined
        ? reviewScript(part, todo).faults
        : undefined;
  return own ?? [];
}

/** All faults that strike this call; each strike is counted. Those that replace the role’s tool wait for the call that holds it. */
export function strike(
  armory: Map<Fault, Armed>,
  faults: readonly Fault[],
  part: Part,
  call: number,
  reply: Reply,
): Fault[] {
  return faults.filter((fault) => {
    const replaces = fault.prose !== undefined || fault.proseJson !== undefined || fault.invalid !== undefined;
    if (replaces && reply.kind !== 'answer') return false;
    if (!matches(fault, part.ask, part.attempt, call)) return false;
    const armed = armory.get(fault) ?? { fault, strikes: 0 };
    armory.set(fault, armed);
    if (fault.times !== undefined && armed.strikes >= fault.times) return false;
    armed.strikes += 1;
    return true;
  });
}

/** The reply as the faults change it. */
export function distort(part: Part, reply: Reply, faults: readonly Fault[]): Reply {
  return faults.reduce((now, fault): Reply => {
    const input = now.tool?.input ?? {};
    if (fault.prose !== undefined) return { kind: 'prose', text: fault.prose };
    if (fault.proseJson !== undefined) {
      const payload = fault.proseJson === true ? input : fault.proseJson;
      return { kind: 'prose', text: `Here is my answer:\n\n\`\`\`json\n${JSON.stringify(payload, null, 2)}\n\`\`\`\n` };
    }
    if (fault.invalid !== undefined) return answer(part, fault.invalid === true ? {} : fault.invalid);
    if (fault.repeat !== undefined) {
      const again = fault.repeat === true ? { tool: 'bash', input: { command: 'true' } } : fault.repeat;
      return { kind: 'step', text: '', tool: { name: again.tool, input: again.input, idHint: 'again' } };
    }
    return now;
  }, reply);
}

/** Every fault that may concern this call. */
export function faultsFor(part: Part, injected: readonly Fault[]): Fault[] {
  const script: Script = part.script;
  return [...injected, ...localFaults(part), ...(script.faults ?? [])];
}
