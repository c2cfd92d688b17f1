import { fileURLToPath } from 'node:url';
import { maskSecrets } from '../core/secrets';
import { plain } from '../core/todo/text';
import { readArgs, usage } from './args';
import { blame } from './blame';
import { exitCodes, explain } from './exitCodes';
import { list, showStatus, stop } from './lookups';
import { report } from './report';
import { sendNote, setPaused } from './requests';
import { runMission } from './runMission';
import { revert, undo } from './undo';
import { version } from './version';

/** The bridge’s bundle lies beside the command line’s. */
const bridge = fileURLToPath(new URL('bridge.mjs', import.meta.url));

async function main(): Promise<number> {
  const parsed = readArgs(process.argv.slice(2));
  if (!parsed.ok) {
    process.stderr.write(`${plain(maskSecrets(parsed.sentence), 1_000)}\n`);
    return exitCodes.usage;
  }
  const { call } = parsed;
  switch (call.name) {
    case 'help':
      process.stdout.write(`${usage}\n`);
      return 0;
    case 'version':
      process.stdout.write(`${version}\n`);
      return 0;
    case 'task':
    case 'resume':
      return await runMission(call, bridge);
    case 'stop':
      return await stop(call.common, call.mission, bridge);
    case 'status':
      return await showStatus(call.common, call.mission);
    case 'note':
      return await sendNote(call);
    case 'pause':
    case 'unpause':
      return await setPaused(call.common, call.mission, call.name);
    case 'list':
      return await list(call.common);
    case 'report':
      return await report(call);
    case 'blame':
      return await blame(call);
    case 'revert':
      return await revert(call);
    case 'undo':
      return await undo(call.common, call.mission);
  }
}

// Whoever read our output has gone: the mission goes on without being watched.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

main()
  .catch((error: unknown) => {
    const known = explain(error);
    const sentence = known?.sentence ?? `Internal error: ${error instanceof Error ? error.message : String(error)}`;
    process.stderr.write(`${plain(maskSecrets(sentence), 2_000)}\n`);
    if (!known && process.env['ORCHESTRATOR_DEBUG'] && error instanceof Error)
      process.stderr.write(`${maskSecrets(error.stack ?? '')}\n`);
    return known?.code ?? exitCodes.internal;
  })
  .then((code) => {
    process.exitCode = code;
  })
  .catch(() => {
    process.exitCode = exitCodes.internal;
  });
