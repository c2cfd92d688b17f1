import { statSync } from 'node:fs';
import { scratch } from '../support/scratch';
import { withEditor } from '../support/vscode/editor';
import { emptyExtension } from '../support/vscode/server';
import { maxVsixBytes, packagedVsix } from '../support/vscode/package';
import { median, type Row } from './table';

const rounds = 8;
const mostMs = 50;

/** What the installed extension costs a window: its activation after each reload, and its package. */
export async function benchActivation(): Promise<Row[]> {
  const vsix = await packagedVsix();
  const place = scratch();
  try {
    const took = await withEditor({ place, vsix }, async (editor) => {
      const ours: number[] = [];
      const empty: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        if (round > 0) await editor.reload();
        // Whoever comes second finds VS Code warm.
        if (round % 2 === 0) ours.push(await editor.activate());
        empty.push(await editor.activate(emptyExtension));
        if (round % 2 === 1) ours.push(await editor.activate());
      }
      return { ours, empty };
    });
    const said = (all: readonly number[]): string =>
      `${median(all).toFixed(0)} ms (${Math.min(...all).toFixed(0)} to ${Math.max(...all).toFixed(0)})`;
    const { size } = statSync(vsix);
    return [
      {
        what: `activation in the extension host, ${String(rounds)} windows`,
        ours: said(took.ours),
        baseline: `${said(took.empty)} by an extension that does nothing; bound ${String(mostMs)} ms`,
        ratio: (median(took.ours) / median(took.empty)).toFixed(2),
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
