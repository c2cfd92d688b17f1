import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import * as z from 'zod';
import type { Dashboard } from './dashboard';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const found = z.array(
  z.object({
    id: z.string(),
    help: z.string(),
    nodes: z.array(z.object({ html: z.string(), failureSummary: z.string().optional() })),
  }),
);

/** What axe finds wrong with a page, a line each; `rules`: these alone. */
export async function violations({ page }: Dashboard, rules?: readonly string[]): Promise<string[]> {
  await page.evaluate(`globalThis.axe ?? (() => { ${source} })()`);
  const options = rules === undefined ? {} : { runOnly: { type: 'rule', values: rules } };
  const run = `axe.run(document, ${JSON.stringify({ ...options, resultTypes: ['violations'] })})`;
  return linesOf(await page.evaluate(`${run}.then(({ violations }) => view.fair(violations))`));
}

/** What axe finds wrong with a page that is not the dashboard, a line each; `rules`: these alone. */
export async function pageFaults(page: Page, rules?: readonly string[]): Promise<string[]> {
  await page.evaluate(source);
  const options = rules === undefined ? {} : { runOnly: { type: 'rule', values: rules } };
  const run = `axe.run(document, ${JSON.stringify({ ...options, resultTypes: ['violations'] })})`;
  return linesOf(await page.evaluate(`${run}.then(({ violations }) => violations)`));
}

function linesOf(raw: unknown): string[] {
  return found.parse(raw).flatMap(({ id, help, nodes }) =>
    nodes.slice(0, 3).map(({ html, failureSummary = '' }) => {
      const why = failureSummary.split('\n').slice(1, 3).join(' ').trim();
      return `${id}: ${help}: ${html.slice(0, 160)} ${why.slice(0, 240)}`;
    }),
  );
}
