// The command line in a process of its own, with a heartbeat that a test can afford to wait for: beatMs, then its arguments.
import { readArgs } from '../../src/cli/args';
import { explain } from '../../src/cli/exitCodes';
import { runMission } from '../../src/cli/runMission';
import { realParts } from '../../src/host/parts';
import { bridge } from './scratch';

const [beatMs, ...args] = process.argv.slice(2);
const parsed = readArgs(args);
if (!parsed.ok || (parsed.call.name !== 'task' && parsed.call.name !== 'resume')) throw new Error('task or resume');
process.exitCode = await runMission(parsed.call, bridge, { ...realParts, beatMs: Number(beatMs) }).catch(
  (error: unknown) => {
    const known = explain(error);
    process.stderr.write(`${known?.sentence ?? String(error)}\n`);
    return known?.code ?? 1;
  },
);
