import { permissionRules } from '../core/agents/permissions';
import { promptText, sessionTitle } from '../core/agents/prompts';
import type { MissionState, Turn } from '../core/mission/state';
import { modelOfTurn } from '../core/recovery/models';
import type { Backend, Clock, Ports, SessionOrder, TurnRecord } from './ports';

/** The outside, and what a turn waits for. */
export interface TurnPorts extends Ports {
  /** Called before a session is opened, and awaited before it is prompted; so more than once for a turn. Never rejects. */
  readonly before?: (turn: Turn) => Promise<void> | undefined;
  /** Makes the worktree of a turn that works in one. Rejects when it cannot be made. */
  readonly prepare?: (turn: Turn) => Promise<void>;
  /** Where a turn works that does not work in the workspace folder. */
  readonly directoryOf?: (turn: Pick<Turn, 'role' | 'todo'>) => string | undefined;
}

/** Waits between tries to start a turn: starting is safe to repeat, since the session and the message have their ids. */
const retryMs = [200, 1_000, 3_000];
const awayMs = 1_000;

/**
 * Opens the turn’s session, or finds it, and sends the prompt. False when the mission stopped meanwhile and nothing was
 * sent. Rejects when the backend refuses after several tries.
 */
export async function startTurn(
  s: MissionState,
  ports: TurnPorts,
  id: string,
  /** Whether its session may have been opened before. */
  mayExist: boolean,
  signal: AbortSignal,
  opened: (session: string) => void,
  /** The prompt is about to be sent, maybe not for the first time. */
  sending: () => void,
): Promise<boolean> {
  let session = s.turns.get(id)?.session;
  for (let tries = 0; ; tries += 1) {
    const turn = s.turns.get(id);
    if (!turn || turn.unwanted || s.stop || signal.aborted) return false;
    try {
      await ports.prepare?.(turn);
      if (isAway(s, id, signal)) return false;
      void ports.before?.(turn);
      session ??= await openOrFind(s, ports, turn, mayExist || tries > 0);
      opened(session);
      return await send(s, ports, id, session, signal, sending);
    } catch (error) {
      const kind = kindOf(error);
      // A server that is away comes back, or the mission is stopped: neither costs an attempt.
      const wait = kind === 'unreachable' ? awayMs : retryMs[tries];
      if (wait === undefined || kind === 'refused') throw error;
      await pause(ports.clock, wait, signal);
    }
  }
}

/** Whether nobody wants a turn any more, or not now. */
function isAway(s: MissionState, id: string, signal: AbortSignal): boolean {
  return signal.aborted || s.stop !== undefined || s.turns.get(id)?.unwanted !== false;
}

/** Waits for so many milliseconds, or until the signal aborts. */
function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const forget = clock.after(ms, done);
    signal.addEventListener('abort', done);
    function done(): void {
      forget();
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}

async function openOrFind(s: MissionState, ports: TurnPorts, turn: Turn, mayExist: boolean): Promise<string> {
  const order = sessionOrder(s, turn);
  const found = mayExist ? await ports.backend.findSession(order) : undefined;
  return found ?? (await ports.backend.openSession({ ...order, directory: ports.directoryOf?.(turn) }));
}

async function send(
  s: MissionState,
  ports: TurnPorts,
  id: string,
  session: string,
  signal: AbortSignal,
  sending: () => void,
): Promise<boolean> {
  const away = () => isAway(s, id, signal);
  const turn = s.turns.get(id);
  if (!turn || away()) return false;
  // “Go on” makes no sense in a session that never got its first prompt.
  const fresh = turn.kind !== 'first' && (await ports.backend.isEmpty(session));
  const sources = turn.role === 'planner' ? await ports.files.freshSources(ports.clock.now()) : [];
  const text = promptText(s, fresh ? { ...turn, kind: 'first' } : turn, sources);
  const model = modelOfTurn(s, turn);
  const variant = s.settings[`variants.${turn.role}`];
  const ready = ports.before?.(turn);
  if (ready) await ready;
  if (away()) return false;
  sending();
  await ports.backend.prompt({ session, message: turn.message, role: turn.role, model, variant, text });
  return true;
}

/** The shell runs of a turn’s session, looked at from where it works. Rejects as the backend does. */
export function runsOf({ backend, directoryOf }: TurnPorts, turn: Turn): ReturnType<Backend['readRuns']> {
  return backend.readRuns(turn.session ?? '', directoryOf?.(turn));
}

/** The record of a turn at rest; undefined while its session is busy. Rejects as the backend does. */
export async function restingRecord(ports: TurnPorts, turn: Turn, session: string): Promise<TurnRecord | undefined> {
  const { backend } = ports;
  const isBusy = () => backend.isBusy(session, ports.directoryOf?.(turn));
  if (await isBusy()) return undefined;
  const record = await backend.readTurn(session, turn.message);
  // It may have begun between the two looks, and what is not complete then is no sign of an end.
  return record.sent && !record.complete && record.answer === undefined && (await isBusy()) ? undefined : record;
}

/** What a turn’s session carries; the same for the same turn, so that it can be found again. */
export function sessionOrder(s: MissionState, turn: Turn): SessionOrder {
  const files = turn.role === 'worker' ? s.todos.get(turn.todo ?? '')?.files : undefined;
  return {
    mission: s.mission,
    role: turn.role,
    todo: turn.todo,
    attempt: turn.attempt,
    title: sessionTitle(s, turn),
    parent: turn.role === 'commander' ? undefined : s.commander.session,
    model: modelOfTurn(s, turn),
    rules: (prefix) => permissionRules({ role: turn.role, files, prefix }),
  };
}

function kindOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'kind' in error ? error.kind : undefined;
}
