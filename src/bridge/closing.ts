import { setTimeout as sleep } from 'node:timers/promises';
import { sentenceOf } from '../core/todo/text';
import type { PluginInput } from './host';
import { presentTurns } from './presentTurns';

/** An abort that takes longer is not waited for: the host sends one, too. */
const mostMs = 1_000;

/** Ends our agents’ turns where their answer is recorded. */
export interface Closing {
  /** An answer was recorded in this session. */
  recorded(session: string): void;
  /** OpenCode is about to ask the model, for the user message of this id. */
  beforeCall(session: string, message: string): Promise<void>;
}

/**
 * OpenCode asks the model for closing words after each tool call. When the call was the answer, nobody wants them: the turn is
 * aborted just before, from within, so that no request leaves. The steps before are complete, with what they cost.
 */
export function closing(client: PluginInput['client'], log: (sentence: string) => void): Closing {
  const turns = presentTurns<{ answered: boolean }>();
  return {
    recorded: (session) => {
      const turn = turns.last(session);
      if (turn) turn.answered = true;
    },
    beforeCall: async (session, message) => {
      const turn = turns.of(session, message, () => ({ answered: false }));
      if (!turn.answered) return;
      turn.answered = false; // one abort an answer
      const aborted = client.session.abort({ path: { id: session } }).catch((error: unknown) => {
        log(`The turn of ${session} could not be ended: ${sentenceOf(error)}`);
      });
      await Promise.race([aborted, sleep(mostMs, undefined, { ref: false })]);
    },
  };
}
