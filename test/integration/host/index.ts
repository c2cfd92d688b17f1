/** What VS Code runs inside its extension host: mocha over the bundled `*.host.ts` files that stand beside this one. */
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** How one test ended, as the process outside reads it. */
export interface HostResult {
  readonly title: string;
  readonly ms: number;
  readonly error?: string;
}

/** Runs every host test; rejects when one fails. The results are in the file that the environment names. */
export async function run(): Promise<void> {
  const { default: Mocha } = await import('mocha');
  const results: HostResult[] = [];
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, forbidOnly: true, reporter: Mocha.reporters.Base });
  for (const name of readdirSync(__dirname).filter((file) => file.endsWith('.host.cjs'))) {
    mocha.addFile(path.join(__dirname, name));
  }
  const failures = await new Promise<number>((resolve) => {
    const runner = mocha.run(resolve);
    const note = (test: Mocha.Runnable, error?: Error): void => {
      results.push({
        title: test.fullTitle(),
        ms: test.duration ?? 0,
        ...(error && { error: error.stack ?? String(error) }),
      });
    };
    runner.on('pass', (test) => note(test));
    runner.on('fail', (test, error: Error) => note(test, error));
    runner.on('pending', (test) => note(test, new Error('it was skipped')));
  });
  const file = process.env['ORCHESTRATOR_HOST_RESULTS'];
  if (file !== undefined) writeFileSync(file, JSON.stringify(results));
  for (const { title, ms, error } of results)
    console.log(`${error === undefined ? 'ok  ' : 'FAIL'} ${title} (${ms} ms)`);
  if (failures > 0) throw new Error(`${failures} of ${results.length} host tests failed`);
}
