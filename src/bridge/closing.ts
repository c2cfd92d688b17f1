import { sentenceOf } from '../core/todo/text';
import type { PluginInput } from './host';

/** Sessions whose turn is remembered. */
const mostSessions = 500;
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
  const turns = new Map<string, { readonly message: string; answered: boolean }>();
  return {
    recorded: (session) => {
      const turn = turns.get(session);
      if (turn) turn.answered = true;
    },
    beforeCall: async (session, message) => {
      const known = turns.get(session);
      if (known?.message === message && known.answered) {
        turns.delete(session);
        await abort(client, session, log);
        return;
      }
      turns.delete(session);
      turns.set(session, known?.message === message ? known : { message, answered: false });
      for (const oldest of turns.keys()) {
        if (turns.size <= mostSessions) break;
        turns.delete(oldest);
      }
    },
  };
}

async function abort(client: PluginInput['client'], session: string, log: (sentence: string) => void): Promise<void> {
  const aborted = client.session.abort({ path: { id: session } }).catch((error: unknown) => {
    log(`The turn of ${session} could not be ended: ${sentenceOf(error)}`);
  });
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([aborted, new Promise((resolve) => (timer = setTimeout(resolve, mostMs)))]);
  clearTimeout(timer);
}
