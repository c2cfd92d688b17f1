import http from 'node:http';
import https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { authorization, type Address } from './address';

/** The server sends a heartbeat every 10 s; after three missed ones the line counts as dead. */
const silentMs = 31_000;
/** A server that is just coming up takes a connection and never answers it: a request for the stream gets no longer than this. */
const answerMs = 10_000;
const backoffMs = [100, 250, 500, 1_000, 2_000];
/** Characters of one event; the largest real one seen had 6 MB. */
const eventChars = 64 * 1024 * 1024;

export interface StreamListener {
  /** One event, parsed from JSON and not checked, and the folder that it is of when several are followed. */
  event(event: unknown, directory?: string): void;
  connected(): void;
  disconnected(sentence: string): void;
}

/** Where the stream is; `moved` aborts once it is somewhere else. */
export interface StreamPlace {
  readonly address: Address;
  readonly moved: AbortSignal;
  /** Folders of the same server that are followed, too; each folder has a stream of its own, so that then it is the server’s. */
  readonly others?: ReadonlySet<string>;
}

/**
 * Follows a server’s event stream until aborted: one connection, always drained, opened again whenever it ends, falls
 * silent or fails, and at once when the server has moved, since one that was started again has another address. There are no
 * event ids, so after each `connected` the listener must read what it missed.
 */
export async function followEvents(
  place: () => StreamPlace,
  directory: string,
  listener: StreamListener,
  signal: AbortSignal,
): Promise<void> {
  let failures = 0;
  const ended = () => signal.aborted;
  while (!ended()) {
    const { address, moved, others } = place();
    const leave = AbortSignal.any([signal, moved]);
    const opened = { yes: false };
    const why = await connectOnce(address, others?.size ? others : undefined, directory, listener, leave, opened);
    failures = opened.yes ? 1 : failures + 1;
    // Said once a loss, not once a try.
    if (!ended() && !moved.aborted && failures <= 1)
      listener.disconnected(`The line to OpenCode is lost (${why}); trying again.`);
    const wait = backoffMs[Math.min(failures - 1, backoffMs.length - 1)] ?? 2_000;
    await sleep(wait, undefined, { signal: leave }).catch(() => undefined); // moved or ended: on at once
  }
}

function connectOnce(
  address: Address,
  others: ReadonlySet<string> | undefined,
  directory: string,
  listener: StreamListener,
  signal: AbortSignal,
  opened: { yes: boolean },
): Promise<string> {
  return new Promise((resolve) => {
    const path = others ? '/global/event' : `/event?directory=${encodeURIComponent(directory)}`;
    const url = new URL(path, address.url);
    const followed = others ? unwrapping(listener, (of) => of === directory || others.has(of)) : listener;
    const request = (url.protocol === 'https:' ? https : http).get(
      url,
      { headers: { authorization: authorization(address), accept: 'text/event-stream' }, signal, agent: false },
      (response) => {
        if (response.statusCode !== 200) {
          response.resume();
          end(`status ${String(response.statusCode)}`);
          return;
        }
        clearTimeout(unanswered);
        response.setEncoding('utf8'); // decodes across chunks, also inside a character
        const frames = frameReader(followed, () => {
          if (opened.yes) return;
          opened.yes = true;
          listener.connected();
        });
        response.on('data', (chunk: string) => {
          watchdog.refresh();
          if (!frames(chunk)) end('an event larger than 64 MB');
        });
        response.on('end', () => {
          end('closed by the server');
        });
        response.on('error', (error) => {
          end(error.message);
        });
      },
    );
    const watchdog = setTimeout(() => {
      end('three heartbeats missed');
    }, silentMs);
    const unanswered = setTimeout(() => {
      end('no answer');
    }, answerMs);
    request.on('error', (error) => {
      end(error.message);
    });
    function end(why: string): void {
      clearTimeout(watchdog);
      clearTimeout(unanswered);
      request.destroy();
      resolve(why);
    }
  });
}

/** Events of the whole server carry the folder that they are of; those of strangers are left out. */
function unwrapping(listener: StreamListener, isOurs: (directory: string) => boolean): Pick<StreamListener, 'event'> {
  return {
    event: (event) => {
      if (typeof event !== 'object' || event === null || !('directory' in event) || !('payload' in event)) return;
      const { directory, payload } = event;
      if (typeof directory === 'string' && isOurs(directory)) listener.event(payload, directory);
    },
  };
}

/** Cuts the stream into events; false when one grows too large. What is not whole yet is only joined when it is. */
function frameReader(listener: Pick<StreamListener, 'event'>, first: () => void): (chunk: string) => boolean {
  let waiting: string[] = [];
  let size = 0;
  let last = '';
  return (chunk) => {
    waiting.push(chunk);
    size += chunk.length;
    const ends = (last + chunk).includes('\n\n');
    last = chunk.slice(-1);
    if (!ends) return size <= eventChars;
    const frames = waiting.join('').split('\n\n');
    const rest = frames.pop() ?? '';
    waiting = [rest];
    size = rest.length;
    for (const frame of frames) {
      const data = dataOf(frame);
      if (data === '') continue;
      first();
      listener.event(parse(data));
    }
    return size <= eventChars;
  };
}

function dataOf(frame: string): string {
  return frame
    .split('\n')
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.slice(5).trimStart())
    .join('\n');
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined; // half a frame of a dying server; the listener ignores what it does not know
  }
}
