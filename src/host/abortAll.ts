import { setTimeout as sleep } from 'node:timers/promises';
import { sentenceOf } from '../core/todo/text';
import { abortBusy } from '../runtime/abortBusy';
import type { Backend } from '../runtime/ports';

const passMs = 150;
const passes = 30;

/** Aborts a mission’s sessions until two passes find none of them busy; gives up after some seconds, or when nobody answers. */
export async function abortAll(
  backend: Backend,
  sessions: Pick<ReadonlySet<string>, 'has'>,
  log: (sentence: string) => void,
): Promise<void> {
  try {
    for (let pass = 0, quiet = 0; pass < passes && quiet < 2; pass += 1) {
      quiet = (await abortBusy(backend, sessions)) === 0 ? quiet + 1 : 0;
      await sleep(passMs);
    }
  } catch (error) {
    log(`The agents could not be told to stop: ${sentenceOf(error)}`);
  }
}
