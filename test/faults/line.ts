/** A TCP line between a host and a server that can be cut, blocked and split. */
import net, { type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Line {
  readonly url: string;
  /** Breaks every connection. */
  cut(): void;
  /** Breaks every connection and takes none for so long. */
  refuse(ms: number): Promise<void>;
  /** Nothing passes either way for so long; then what waited passes or, with `cut`, every connection breaks. */
  blackHole(ms: number, cut: boolean): Promise<void>;
  /** Lets half of the next event pass and breaks its connection. */
  halfFrame(): void;
  /** For so long, what the server says arrives in pieces that end inside a character. */
  splitCharacters(ms: number): Promise<void>;
  close(): Promise<void>;
}

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  /** The event stream. */
  stream: boolean;
  /** Pieces go out one after the other. */
  tail: Promise<void>;
}

/** Sees each piece that passes before it goes on: `up` to the server, `down` to the host. */
export type Watch = (way: 'up' | 'down', chunk: Buffer) => void;

/** Opens a line to the port of 127.0.0.1 that `target` names at the time of each connection. */
export async function openLine(target: () => number, watch?: Watch): Promise<Line> {
  const pairs = new Set<Pair>();
  const fault = { refusing: false, holding: false, half: false, splitting: false };

  const down = (pair: Pair, chunk: Buffer): void => {
    if (fault.half && pair.stream && chunk.length > 20) {
      fault.half = false;
      pair.client.write(chunk.subarray(0, Math.floor(chunk.length / 2)), () => {
        end(pair);
      });
      return;
    }
    pair.tail = pair.tail.then(async () => {
      if (!fault.splitting) return void pair.client.write(chunk);
      for (const piece of pieces(chunk)) {
        pair.client.write(piece);
        await sleep(1);
      }
    });
  };
  const end = (pair: Pair): void => {
    pairs.delete(pair);
    pair.client.destroy();
    pair.server.destroy();
  };
  const listener = net.createServer((client) => {
    client.on('error', () => undefined); // a broken line is what this is for
    if (fault.refusing) return void client.resetAndDestroy();
    const server = net.connect(target(), '127.0.0.1');
    const pair: Pair = { client, server, stream: false, tail: Promise.resolve() };
    pairs.add(pair);
    client.setNoDelay(true);
    client.on('data', (chunk: Buffer) => {
      pair.stream ||= chunk.subarray(0, 10).toString().startsWith('GET /event');
      watch?.('up', chunk);
      server.write(chunk);
    });
    server.on('data', (chunk: Buffer) => {
      watch?.('down', chunk);
      down(pair, chunk);
    });
    server.on('error', () => undefined);
    for (const socket of [client, server]) {
      if (fault.holding) socket.pause();
      socket.on('end', () => void pair.tail.then(() => (socket === client ? server : client).end()));
      socket.on('close', () => void pair.tail.then(() => end(pair)));
    }
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    for (const pair of [...pairs]) {
      pair.client.resetAndDestroy();
      end(pair);
    }
  };
  const held = (holding: boolean): void => {
    fault.holding = holding;
    for (const { client, server } of pairs)
      for (const socket of [client, server]) socket[holding ? 'pause' : 'resume']();
  };
  return {
    url: `http://127.0.0.1:${String((listener.address() as AddressInfo).port)}`,
    cut,
    refuse: async (ms) => {
      fault.refusing = true;
      cut();
      await sleep(ms);
      fault.refusing = false;
    },
    blackHole: async (ms, andCut) => {
      held(true);
      await sleep(ms);
      if (andCut) cut();
      held(false);
    },
    halfFrame: () => {
      fault.half = true;
    },
    splitCharacters: async (ms) => {
      fault.splitting = true;
      await sleep(ms);
      fault.splitting = false;
    },
    close: () =>
      new Promise((resolve) => {
        listener.close(() => {
          resolve();
        });
        cut();
      }),
  };
}

/** Cuts bytes inside characters of more than one byte; in the middle where there are none. */
export function pieces(chunk: Buffer): Buffer[] {
  const inside = [...chunk.keys()].filter((at) => ((chunk[at] ?? 0) & 0xc0) === 0x80);
  const cuts = inside.length > 0 ? inside.slice(0, 12) : [Math.floor(chunk.length / 2)];
  return [0, ...cuts]
    .map((from, index) => chunk.subarray(from, cuts[index] ?? chunk.length))
    .filter(({ length }) => length > 0);
}
