import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';
import { createRouter } from './router.js';
import { createStore } from './store.js';

/** Starts the API on 127.0.0.1; port 0 takes any free one. */
export function startServer({ port = 0, store = createStore() } = {}) {
  const server = createServer(createRouter(store));
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      resolve({
        url: `http://127.0.0.1:${server.address().port}`,
        close: () => new Promise((done) => server.close(done).closeAllConnections()),
      });
    });
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { url } = await startServer({ port: Number(process.env.PORT ?? 3000) });
  console.log(`Notes at ${url}/notes`);
}
