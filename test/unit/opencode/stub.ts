import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on a free loopback port, with how to stop it. */
export interface Stub {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Runs with a small http server that answers as told, and closes it with all its connections. */
export async function withStub<T>(answer: http.RequestListener, act: (stub: Stub) => Promise<T>): Promise<T> {
  const server = http.createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
      server.closeAllConnections();
    });
  try {
    return await act({ url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, close });
  } finally {
    await close();
  }
}

/** A port that nothing listens at. */
export function closedPort(): Promise<string> {
  return withStub(
    () => undefined,
    async ({ url, close }) => {
      await close();
      return url;
    },
  );
}
