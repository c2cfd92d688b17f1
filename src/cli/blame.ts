import path from 'node:path';
import type { FileWrite } from '../core/mission/writes';
import type { MissionState } from '../core/mission/state';
import { plain, plainLines } from '../core/todo/text';
import { restingWord } from '../core/view/words';
import { lineOwners } from '../host/lineOwners';
import { findMission, workspaceAt } from '../host/workspace';
import type { BlameCall } from './args';
import { plainLine } from './view/plainLines';
import { lookOf, type Look } from './view/style';
import { row, widest } from './view/table';

/** Prints each line of a file with the TODO that wrote it. Throws a `HostError`. */
export async function blame({ file, mission: named, common }: BlameCall): Promise<number> {
  const workspace = await workspaceAt(common.directory);
  const mission = await findMission(workspace, named, 'mission', () => true, say);
  const name = path.relative(workspace, path.resolve(workspace, file)).split(path.sep).join('/');
  const { content, lines } = await lineOwners({ workspace, mission, path: name });
  if (common.json) {
    const told = {
      mission: mission.state.mission,
      file: name,
      lines: lines.map((owner) => entry(mission.state, owner)),
    };
    process.stdout.write(`${JSON.stringify(told)}\n`);
  } else {
    const text = content.toString().split('\n');
    process.stdout.write(
      blameLines(mission.state, text.slice(0, lines.length), lines)
        .map((line) => `${line}\n`)
        .join(''),
    );
  }
  return 0;
}

/** One line of `--json`; null is nobody’s, so the person’s. */
function entry(s: MissionState, owner: FileWrite | undefined) {
  if (!owner) return null;
  const { todo, attempt, session } = owner;
  const known = s.todos.get(todo);
  const state = known && restingWord(s, known).word;
  return { todo, title: known?.title ?? '', state, attempt, ...(session !== undefined && { session }) };
}

const mostTitle = 32;

/** `T3  Write the parser  12  const a = 1;` */
export function blameLines(
  s: MissionState,
  text: readonly string[],
  owners: readonly (FileWrite | undefined)[],
  { width, styles }: Look = lookOf(process.stdout),
): string[] {
  const who = owners.map((owner) => plain(owner?.todo ?? '–', 64));
  const titles = owners.map((owner) => plain(s.todos.get(owner?.todo ?? '')?.title ?? '', 200));
  const id = widest(who);
  const title = Math.min(mostTitle, widest(titles));
  const number = String(text.length).length;
  const rest = Math.max(20, width - id - title - number - 6);
  return text.map((line, index) =>
    row(
      [
        { text: who[index] ?? '', width: id, tone: owners[index] ? 'strong' : 'faint' },
        { text: titles[index] ?? '', width: title },
        { text: String(index + 1), width: number, align: 'right', tone: 'faint' },
        { text: plainLines(line.replace(/\r$/, ''), 2_000).join(' '), width: rest },
      ],
      styles,
    ),
  );
}

function say(sentence: string): void {
  process.stderr.write(`${plainLine(Date.now(), sentence)}\n`);
}
