import { decideEdit } from '../core/mission/decideEdit';
import type { MissionState } from '../core/mission/state';
import { sentenceOf } from '../core/todo/text';
import type { FolderBackend } from '../opencode/backend';
import { realPathInsideSync } from '../persistence/insidePath';
import { watchRequests, type DriverRequest } from '../persistence/requests';
import type { Driver } from '../runtime/driver';
import { answerAsk } from './replies';
import { settingsOf } from './settings';

export interface Obeying {
  readonly driver: Driver;
  readonly backend: FolderBackend;
  /** Where other processes leave their requests. */
  readonly dir: string;
  /** The token of the driver’s lock. */
  readonly token: string;
  /** When the lock was taken, in milliseconds since the epoch. */
  readonly since: number;
  /** Aborting asks for a stop; the reason, if it is a text, says by whom. */
  readonly stop: AbortSignal;
  readonly log: (sentence: string) => void;
  /** Ends the obedience. */
  readonly signal: AbortSignal;
}

/** Carries out what people want: a stop from this process, and what others ask for by requests on disk. */
export function obey(obeying: Obeying): void {
  const { driver, dir, token, since, stop, log, signal } = obeying;
  const stopNow = () => {
    driver.stop(typeof stop.reason === 'string' ? stop.reason : 'a signal');
  };
  if (stop.aborted) stopNow();
  stop.addEventListener('abort', stopNow);
  const onRequest = (request: DriverRequest): void => {
    try {
      carryOut(obeying, request);
    } catch (error) {
      log(`A request by ${request.by} was not carried out: ${sentenceOf(error)}`);
    }
  };
  watchRequests(dir, { onRequest, onForeign: log, signal, token, since }).catch((error: unknown) => {
    log(`What other windows ask for cannot be read: ${sentenceOf(error)}`);
  });
}

function carryOut({ driver, backend, log }: Obeying, request: DriverRequest): void {
  const { state } = driver;
  switch (request.type) {
    case 'stop':
      driver.stop(request.by);
      return;
    case 'pause':
      driver.pause(request.by);
      return;
    case 'unpause':
      driver.unpause(request.by);
      return;
    case 'note':
      driver.note(request.text, { to: request.todo, now: request.now });
      return;
    case 'hurry':
      driver.hurry(request.note);
      return;
    case 'edit':
      driver.edit((now) => {
        const decided = decideEdit(now, request.edit, leaves(state));
        return decided.ok ? decided.fact : undefined;
      });
      return;
    case 'change':
      driver.change(settingsOf(state.settings, request.set), request.by);
      return;
    case 'command':
      if (request.act === 'kill') driver.killCommand(request.id, request.by);
      else driver.runAgain(request.id);
      return;
    case 'reply': {
      const ask = state.asks.get(request.ask);
      if (!ask) return;
      // A stop behind it must not wait until OpenCode has told of the answer.
      answerAsk(ask, request.reply, { driver, backend }).catch((error: unknown) => {
        log(`The answer by ${request.by} was not taken: ${sentenceOf(error)}`);
      });
    }
  }
}

/** Whether a path leads out of a mission’s workspace. */
export function leaves({ directory }: MissionState): (path: string) => boolean {
  return (path) => !realPathInsideSync(directory, path);
}
