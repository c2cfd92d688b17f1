/**
 * Records the mission that the dashboard plays as its demo: the real OpenCode, the scripted model, the real command line.
 * `npx tsx test/demo/record.ts` writes `media/demo/mission.jsonl` anew; no path of this machine is left in it.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { loadScenario } from '../support/model/scenario';
import { mission, opencode, root, scratch, scriptedModel } from '../support/scratch';

const most = 100 * 1024;
const here = path.join(root, 'test', 'demo');

const scenario = loadScenario(path.join(here, 'scenario.json'));
const place = scratch({ from: path.join(here, 'sample') });
const model = await scriptedModel(place, scenario);
try {
  const ran = await mission(place, scenario.mission ?? 'Build a tiny REST API for notes with its tests');
  if (ran.code !== 0) throw new Error(`The mission ended with ${String(ran.code)}: ${ran.stderr.slice(-2_000)}`);
  const lines = ran.lines
    .filter((line) => line['type'] !== 'result')
    .map((line) =>
      JSON.stringify(line)
        .replaceAll(place.workspace, '/demo')
        .replaceAll(place.base, '/demo')
        .replaceAll(opencode, ''),
    );
  const text = `${lines.join('\n')}\n`;
  if (text.length > most)
    throw new Error(`The recording has ${String(text.length)} characters, ${String(most)} are allowed.`);
  mkdirSync(path.join(root, 'media', 'demo'), { recursive: true });
  writeFileSync(path.join(root, 'media', 'demo', 'mission.jsonl'), text);
  console.log(`media/demo/mission.jsonl: ${String(lines.length)} records, ${String(text.length)} characters`);
} finally {
  await model.close();
  place.remove();
}
