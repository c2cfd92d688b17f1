import { protocolVersion } from '../../protocol/hostMessages';
import { textChars, viewMessageSchema, type ViewMessage } from '../../protocol/viewMessages';

/** Characters of all texts in one message; a mission’s text is the longest thing a view may send. */
const messageChars = textChars + 10_000;
/** Values in one message: lists, objects, texts and numbers alike. */
const messageValues = 5_000;
/** What a view may send at once, and then a second: far more than hands can do, far less than a broken page does. */
const burst = 200;
const perSecond = 50;

export interface IncomingPorts {
  readonly now: () => number;
  /** Told of the first message of each kind that is dropped. */
  readonly log: (sentence: string) => void;
  readonly take: (message: ViewMessage) => void;
  /** The page is of another version than the host: it must be loaded anew. */
  readonly outdated: () => void;
}

/** What lets a view’s messages in: everything else is dropped. */
export interface Incoming {
  readonly receive: (raw: unknown) => void;
  /** The page is loaded anew: nothing is taken before it says that it is ready. */
  readonly reset: () => void;
  readonly dispose: () => void;
}

/** Checks each message of a view: too many, too large, unknown, before `ready` or after the end are dropped and logged once. */
export function incoming(ports: IncomingPorts): Incoming {
  const told = new Set<string>();
  let ready = false;
  let disposed = false;
  let tokens = burst;
  let filledAt = ports.now();

  const drop = (reason: string): void => {
    if (told.has(reason)) return;
    told.add(reason);
    ports.log(`A message of the dashboard is dropped: ${reason}. More of the kind are dropped without a word.`);
  };
  const admitted = (): boolean => {
    const now = ports.now();
    tokens = Math.min(burst, tokens + (Math.max(0, now - filledAt) / 1_000) * perSecond);
    filledAt = now;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };

  return {
    receive(raw) {
      if (disposed) return;
      if (!admitted()) {
        drop('too many at once');
        return;
      }
      if (!isSmall(raw)) {
        drop('too large');
        return;
      }
      const parsed = viewMessageSchema.safeParse(raw);
      if (!parsed.success) {
        drop('of no known kind');
        return;
      }
      const message = parsed.data;
      if (message.type === 'ready') {
        if (message.version !== protocolVersion) {
          ports.outdated();
          return;
        }
        ready = true;
      } else if (!ready) {
        drop('it came before the page was ready');
        return;
      }
      ports.take(message);
    },
    reset() {
      ready = false;
    },
    dispose() {
      disposed = true;
    },
  };
}

/** Counts texts and values and stops at the limit, so that a huge message costs no more than a large one. */
function isSmall(raw: unknown): boolean {
  let chars = 0;
  let values = 0;
  const rest: unknown[] = [raw];
  while (rest.length > 0) {
    const value = rest.pop();
    values += 1;
    if (typeof value === 'string') chars += value.length;
    else if (Array.isArray(value)) {
      if (value.length > messageValues) return false;
      for (const item of value) rest.push(item);
    } else if (typeof value === 'object' && value !== null) {
      let keys = 0;
      for (const [key, item] of Object.entries(value)) {
        chars += key.length;
        keys += 1;
        if (keys > messageValues) return false;
        rest.push(item);
      }
    }
    if (chars > messageChars || values > messageValues) return false;
  }
  return true;
}
