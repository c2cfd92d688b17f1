import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MissionFolder } from '../../src/host/folder';
import type { HostParts } from '../../src/host/parts';
import { ended } from '../support/folders';
import { goodAgents, todos } from '../support/fakeMission';
import { FakeServer } from '../unit/host/fakeHost';
import type { Held } from '../support/vscode/editor';
import { mebibytes, type Row } from './table';

/** The same file is copied among the editor’s extensions, without anything beside it: so it is CommonJS. */
const { held } = createRequire(import.meta.url)('../support/vscode/driver/meter.cjs') as { held: () => Held };
const early = 20;
const small = 5;
const large = 1_000;

/**
 * Heap that a window’s host keeps, after a garbage collection: mission after mission in one folder, then one of 1,000 TODOs.
 * The backend is a fake that is thrown away with its mission; journals and files are real.
 */
export async function benchMemory(missions = 200): Promise<Row[]> {
  const directory = realpathSync(mkdtempSync(path.join(tmpdir(), 'orchestrator-bench-')));
  let size = small;
  const parts = (): HostParts => {
    const agents = goodAgents(
      todos(Object.fromEntries(Array.from({ length: size }, (_, at) => [`T${String(at)}`, []]))),
    );
    return new FakeServer(agents, () => 0).parts(60_000);
  };
  const folder = new MissionFolder(
    { directory, bridge: '/bridge.mjs', env: {}, settings: () => [], log: () => undefined },
    { ...parts(), connect: (...args) => parts().connect(...args) },
  );
  const play = async (): Promise<number> => {
    await folder.start('Write files');
    const { seq } = await ended(folder, 'sealed');
    return seq;
  };
  try {
    for (let count = 0; count < early; count += 1) await play();
    const before = heap();
    for (let count = early; count < missions; count += 1) await play();
    const after = heap();
    size = large;
    const records = await play();
    const most = heap();
    size = small;
    await play();
    const again = heap();
    const row = (what: string, ours: number, base: number, name: string): Row => ({
      what,
      ours: mebibytes(ours),
      baseline: `${mebibytes(base)} ${name}`,
      ratio: (ours / base).toFixed(2),
    });
    return [
      row(`heap after ${String(missions)} missions in one window`, after, before, `after ${String(early)}`),
      row(
        `heap with a sealed mission of 1,000 TODOs, ${records.toLocaleString('en')} records`,
        most,
        after,
        'before it',
      ),
      row('heap when the next mission has replaced it', again, after, 'before it'),
    ];
  } finally {
    await folder.detach();
    rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/** Bytes in use once what nobody holds is gone. */
function heap(): number {
  return held().heapBytes;
}
