/**
 * The scripted model by itself: `tsx test/support/model/main.ts SCENARIO.json [--directory DIR] [--port N] [--write] [--quiet]`.
 * Prints its URL on the first line, then one line a call; `--write` puts an `opencode.json` for it into DIR.
 */
import { writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { opencodeConfig } from './config';
import { startModel } from './model';
import { loadScenario } from './scenario';

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      directory: { type: 'string', short: 'C' },
      port: { type: 'string' },
      write: { type: 'boolean' },
      quiet: { type: 'boolean' },
    },
  });
  const [file] = positionals;
  if (file === undefined)
    throw new Error('Give a scenario file: main.ts SCENARIO.json [--directory DIR] [--port N] [--write] [--quiet]');
  const directory = path.resolve(values.directory ?? '.');
  const model = await startModel(loadScenario(file), { directory, port: Number(values.port ?? 0) });
  if (values.write)
    writeFileSync(path.join(directory, 'opencode.json'), `${JSON.stringify(opencodeConfig(model), null, 2)}\n`);
  console.log(`scripted model listening on ${model.url}`);
  const begun = performance.now();
  if (!values.quiet) {
    model.on('end', (call) => {
      const at = ((call.at - begun) / 1000).toFixed(2).padStart(7);
      const who = `${call.role} ${call.todo ?? call.scope ?? ''}`.trim().padEnd(18);
      console.log(
        `${at} s  ${who} #${call.attempt}.${call.n}  ${call.outcome ?? ''}  ${call.tool?.name ?? ''}`.trimEnd(),
      );
    });
  }
  const stop = (): void => void model.close().then(() => process.exit(0));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
});
