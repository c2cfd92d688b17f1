import http from 'node:http';
import https from 'node:https';
import { authorization, type Address } from './address';

/** The server sends a heartbeat every 10 s; after three missed ones the line counts as dead. */
const silentMs = 31_000;
const backoffMs = [100, 250, 500, 1_000, 2_000];
/** Characters of one event; the largest real one seen had 6 MB. */
const eventChars = 64 * 1024 * 1024;

export interface StreamListener {
  /** One event, parsed from JSON and not checked. */
  event(event: unknown): void;
  connected(): void;
  disconnected(sentence: string): void;
}

/**
 * Follows a server’s event stream until aborted: one connection, always drained, opened again whenever it ends, falls
 * silent or fails; the address is asked for each time, since a server that was started again has another. There are no event ids, so after each `connected` the listener must read what it missed.
 */
export async function followEvents(
  address: () => Address,
  directory: string,
  listener: StreamListener,
  signal: AbortSignal,
): Promise<void> {
  let failures = 0;
  const ended = () => signal.aborted;
  while (!ended()) {
    const opened = { yes: false };
    const why = await connectOnce(address(), directory, listener, signal, opened);
    failures = opened.yes ? 1 : failures + 1;
    // Said once a loss, not once a try.
    if (!ended() && failures <= 1) listener.disconnected(`The line to OpenCode is lost (${why}); trying again.`);
    const wait = backoffMs[Math.min(failures - 1, backoffMs.length - 1)] ?? 2_000;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, wait);
      function done(): void {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      }
      signal.addEventListener('abort', done);
    });
  }
}

function connectOnce(
  address: Address,
  directory: string,
  listener: StreamListener,
  signal: AbortSignal,
  opened: { yes: boolean },
): Promise<string> {
  return new Promise((resolve) => {
    const url = new URL(`/event?directory=${encodeURIComponent(directory)}`, address.url);
    const request = (url.protocol === 'https:' ? https : http).get(
      url,
      { headers: { authorization: authorization(address), accept: 'text/event-stream' }, signal, agent: false },
      (response) => {
        if (response.statusCode !== 200) {
          response.resume();
          end(`status ${String(response.statusCode)}`);
          return;
        }
        response.setEncoding('utf8'); // decodes across chunks, also inside a character
        const frames = frameReader(listener, () => {
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
    request.on('error', (error) => {
      end(error.message);
    });
    function end(why: string): void {
      clearTimeout(watchdog);
      request.destroy();
      resolve(why);
    }
  });
}

/** Cuts the stream into events; false when one grows too large. What is not whole yet is only joined when it is. */
function frameReader(listener: StreamListener, first: () => void): (chunk: string) => boolean {
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
