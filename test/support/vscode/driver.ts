import { randomUUID } from 'node:crypto';
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** Speaks with the helper extension (folder `driver`) in the newest extension host that came up. */
export interface Driver {
  /** What the server’s environment must hold for the helper to find this. */
  readonly env: Readonly<Record<string, string>>;
  /** Asks the helper, waiting for one to be there. Rejects when the question fails or its extension host ends first. */
  ask(question: string, rest?: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** Resolves once an extension host has come up that was not there at the time of the call. */
  next(): Promise<void>;
  close(): Promise<void>;
}

interface Answer {
  readonly token?: string;
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: string;
}

interface Pending {
  readonly socket: Socket;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

const waitMs = 60_000;

/** Listens for the helper extension. */
export async function startDriver(): Promise<Driver> {
  const token = randomUUID();
  const pending = new Map<number, Pending>();
  const sockets = new Set<Socket>();
  const arrivals = new Set<() => void>();
  let current: Socket | undefined;
  let ids = 0;

  const take = (socket: Socket, answer: Answer): void => {
    if (answer.token === token) {
      current = socket;
      for (const arrived of arrivals) arrived();
    }
    const asked = answer.id === undefined ? undefined : pending.get(answer.id);
    if (asked?.socket !== socket || answer.id === undefined) return;
    pending.delete(answer.id);
    if (answer.error === undefined) asked.resolve(answer.result);
    else asked.reject(new Error(answer.error));
  };
  const gone = (socket: Socket): void => {
    sockets.delete(socket);
    if (current === socket) current = undefined;
    for (const [id, asked] of pending) {
      if (asked.socket !== socket) continue;
      pending.delete(id);
      asked.reject(new Error('the extension host ended before it answered'));
    }
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    onLines(socket, (line) => take(socket, JSON.parse(line) as Answer));
    socket.on('error', () => undefined).on('close', () => gone(socket));
  });
  const arrival = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const done = (): void => {
        clearTimeout(timer);
        arrivals.delete(done);
        resolve();
      };
      const timer = setTimeout(() => {
        arrivals.delete(done);
        reject(new Error(`no extension host came up within ${waitMs / 1000} s`));
      }, waitMs);
      arrivals.add(done);
    });

  await new Promise<void>((resolve, reject) => {
    server.on('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    env: { ORCHESTRATOR_TEST_DRIVER: `${port}:${token}` },
    next: arrival,
    ask: async (question, rest = {}) => {
      if (!current) await arrival();
      const socket = current;
      if (!socket) throw new Error('the extension host ended before it was asked');
      const id = ++ids;
      return await new Promise((resolve, reject) => {
        pending.set(id, { socket, resolve, reject });
        socket.write(`${JSON.stringify({ id, question, ...rest })}\n`);
      });
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function onLines(socket: Socket, take: (line: string) => void): void {
  let rest = '';
  socket.setEncoding('utf8');
  socket.on('data', (text) => {
    const lines = (rest + text.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
  });
}
