import assert from 'node:assert/strict';
import type { ViewMessage } from '../../../../src/protocol/viewMessages';
import { incoming } from '../../../../src/vscode/dashboard/incoming';

interface Seen {
  readonly taken: ViewMessage[];
  readonly logged: string[];
  outdated: number;
  now: number;
}

function gate() {
  const seen: Seen = { taken: [], logged: [], outdated: 0, now: 1_000 };
  const made = incoming({
    now: () => seen.now,
    log: (sentence) => seen.logged.push(sentence),
    take: (message) => seen.taken.push(message),
    outdated: () => (seen.outdated += 1),
  });
  return { ...made, seen };
}

const ready = { type: 'ready', version: 1 };

describe('what comes from the dashboard', () => {
  it('is taken once the page is ready', () => {
    const { receive, seen } = gate();
    receive(ready);
    receive({ type: 'say', id: 1, text: '/status' });
    assert.deepEqual(
      seen.taken.map(({ type }) => type),
      ['ready', 'say'],
    );
    assert.deepEqual(seen.logged, []);
  });

  const bad: [string, unknown][] = [
    ['nothing', undefined],
    ['a text', 'stop'],
    ['an unknown type', { type: 'run', command: 'rm -rf' }],
    ['an unknown act', { type: 'act', id: 1, act: { type: 'runCommand', command: 'workbench.action.quit' } }],
    ['a field too many', { type: 'resync', extra: 1 }],
    ['50 MB', { type: 'say', id: 1, text: 'x'.repeat(50_000_000) }],
    ['a list without end', { type: 'watch', session: Array.from({ length: 1_000_000 }, () => 'x') }],
    ['a bad line', { type: 'act', id: 1, act: { type: 'openFile', path: 'a.ts', line: -1 } }],
  ];
  for (const [name, message] of bad) {
    it(`is dropped and logged once: ${name}`, () => {
      const { receive, seen } = gate();
      receive(ready);
      receive(message);
      receive(message);
      assert.equal(seen.taken.length, 1);
      assert.equal(seen.logged.length, 1);
    });
  }

  it('is dropped before the page is ready, after it is loaded anew, and after the end', () => {
    const { receive, reset, dispose, seen } = gate();
    receive({ type: 'resync' });
    receive(ready);
    reset();
    receive({ type: 'resync' });
    receive(ready);
    dispose();
    receive({ type: 'resync' });
    assert.deepEqual(
      seen.taken.map(({ type }) => type),
      ['ready', 'ready'],
    );
    assert.equal(seen.logged.length, 1);
  });

  it('is dropped when it comes 10,000 times a second, and taken again afterwards', () => {
    const { receive, seen } = gate();
    receive(ready);
    for (let nth = 0; nth < 10_000; nth += 1) {
      seen.now += 0.1;
      receive({ type: 'resync' });
    }
    assert.ok(seen.taken.length < 300, `${seen.taken.length} were taken`);
    assert.equal(seen.logged.length, 1);
    seen.now += 2_000;
    const before = seen.taken.length;
    receive({ type: 'resync' });
    assert.equal(seen.taken.length, before + 1);
  });

  it('loads a page of another version anew', () => {
    const { receive, seen } = gate();
    receive({ type: 'ready', version: 0 });
    receive({ type: 'resync' });
    assert.equal(seen.outdated, 1);
    assert.deepEqual(seen.taken, []);
  });
});
