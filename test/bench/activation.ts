import { statSync } from 'node:fs';
import { scratch } from '../support/scratch';
import { withEditor } from '../support/vscode/editor';
import { maxVsixBytes, packagedVsix } from '../support/vscode/package';
import { median, type Row } from './table';

const rounds = 7;
const mostMs = 50;

/** What the installed extension costs a window: its activation after each reload, and its package. */
export async function benchActivation(): Promise<Row[]> {
  const vsix = await packagedVsix();
  const place = scratch();
  try {
    const took = await withEditor({ place, vsix }, async (editor) => {
      const all = [await editor.activate()];
      while (all.length < rounds) {
        await editor.reload();
        all.push(await editor.activate());
      }
      return all;
    });
    const { size } = statSync(vsix);
    return [
      {
        what: `activation in the extension host, ${String(rounds)} windows`,
        ours: `${median(took).toFixed(0)} ms (at most ${Math.max(...took).toFixed(0)})`,
        baseline: `bound ${String(mostMs)} ms`,
        ratio: (median(took) / mostMs).toFixed(2),
      },
      {
        what: 'size of the VSIX',
        ours: `${(size / 1e6).toFixed(2)} MB`,
        baseline: 'bound 1 MB',
        ratio: (size / maxVsixBytes).toFixed(2),
      },
    ];
  } finally {
    place.remove();
  }
}
