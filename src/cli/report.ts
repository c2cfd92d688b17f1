import { writeFile } from 'node:fs/promises';
import { plain } from '../core/todo/text';
import { HostError } from '../host/errors';
import { formatOfName, makeReport, reportText, type ReportFormat } from '../host/report';
import { workspaceAt } from '../host/workspace';
import type { Call } from './args';
import { version } from './version';
import { plainLine } from './view/plainLines';

/** Prints the report of a mission, or writes it to a file, which is never overwritten without `--force`. */
export async function report(call: Extract<Call, { name: 'report' }>): Promise<number> {
  const { out, force, common } = call;
  const format = formatOf(call);
  const workspace = await workspaceAt(common.directory);
  const now = Date.now();
  const made = await makeReport(workspace, { mission: call.mission, now, release: version, unreadable: say });
  const text = reportText(made, format);
  if (out === undefined) {
    // As every call with `--json`: one object a line.
    process.stdout.write(common.json ? `${JSON.stringify(made)}\n` : text);
    return 0;
  }
  await save(out, text, force);
  say(`The report of mission ${made.mission} is in ${out}.`);
  return 0;
}

/** The format that is named, that of the file’s ending, or Markdown. */
function formatOf({ format, out, common }: Extract<Call, { name: 'report' }>): ReportFormat {
  if (format !== undefined) return format;
  if (common.json) return 'json';
  if (out === undefined) return 'md';
  const found = formatOfName(out);
  if (found) return found;
  throw new HostError(
    'input',
    `The name ${plain(out, 200)} tells no format: end it in .md, .json or .html, or add --format.`,
  );
}

async function save(out: string, text: string, force: boolean): Promise<void> {
  try {
    await writeFile(out, text, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === '') throw error;
    const shown = plain(out, 400);
    if (code === 'EEXIST')
      throw new HostError('input', `${shown} is there already: name another file, or add --force.`);
    throw new HostError('input', `The report cannot be written to ${shown} (${code}).`);
  }
}

function say(sentence: string): void {
  process.stderr.write(`${plainLine(Date.now(), sentence)}\n`);
}
