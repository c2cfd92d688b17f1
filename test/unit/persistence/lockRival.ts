// A process of its own that takes locks when it is told to, and keeps them until it ends: the tests’ second window.
import { createInterface } from 'node:readline';
import { LockError } from '../../../src/persistence/errors';
import { acquireLock } from '../../../src/persistence/lock';

interface Order {
  readonly path: string;
  /** Milliseconds since the epoch; all rivals start at once. */
  readonly at: number;
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const { path, at } = JSON.parse(line) as Order;
  while (Date.now() < at); // a timer would be some milliseconds late, and each rival by its own
  acquireLock(path, `of-${process.pid}`).then(
    () => console.log('won'),
    (error: unknown) => console.log(error instanceof LockError ? error.kind : String(error)),
  );
});
console.log('ready');
