import { parseArgs } from 'node:util';
import { reportFormats, type ReportFormat } from '../host/report';

export type Call =
  | { readonly name: 'task'; readonly text: string; readonly common: Common }
  | { readonly name: 'resume'; readonly mission?: string; readonly answer?: string; readonly common: Common }
  | { readonly name: 'stop' | 'status'; readonly mission?: string; readonly common: Common }
  | { readonly name: 'list'; readonly common: Common }
  | ReportCall
  | NoteCall
  | RevertCall
  | BlameCall
  | { readonly name: 'undo'; readonly mission?: string; readonly common: Common }
  | { readonly name: 'pause' | 'unpause'; readonly mission?: string; readonly common: Common }
  | { readonly name: 'help' | 'version' };

interface ReportCall {
  readonly name: 'report';
  readonly mission?: string;
  /** Undefined: by the file's ending. */
  readonly format: ReportFormat | undefined;
  readonly out: string | undefined;
  readonly force: boolean;
  readonly common: Common;
}

/** A note to a mission that another process runs. */
export interface NoteCall {
  readonly name: 'note';
  readonly mission?: string;
  readonly text: string;
  /** The TODO whose worker it is for. */
  readonly to?: string;
  readonly now: boolean;
  readonly common: Common;
}

/** Takes back what a TODO changed. */
export interface RevertCall {
  readonly name: 'revert';
  readonly mission?: string;
  /** Undefined: what all TODOs of the mission changed. */
  readonly todo: string | undefined;
  /** Of its files only these; all where there are none. */
  readonly files: readonly string[];
  /** Though later TODOs build on it. */
  readonly force: boolean;
  readonly common: Common;
}

/** Tells who wrote each line of a file. */
export interface BlameCall {
  readonly name: 'blame';
  readonly mission?: string;
  readonly file: string;
  readonly common: Common;
}

/** What every call takes. */
export interface Common {
  readonly directory: string;
  readonly json: boolean;
  readonly set: readonly string[];
}

export type ParsedArgs = { ok: true; call: Call } | { ok: false; sentence: string };

export const usage = `OpenCode Orchestrator: agents on OpenCode carry out a mission until every TODO is ticked with proof.

  opencode-orchestrator task "<mission>"    run a mission to its end
  opencode-orchestrator resume [mission]    go on with the newest unfinished (or the named) mission
  opencode-orchestrator stop [mission]      stop a mission that another process runs
  opencode-orchestrator status [mission]    how the newest (or the named) mission stands
  opencode-orchestrator note [mission] "<text>"    tell the Commander, or with --to the worker of a TODO
  opencode-orchestrator pause, unpause [mission]  start nothing new for a while, and go on
  opencode-orchestrator list                the missions of this folder
  opencode-orchestrator report [mission]    what happened, who did what, what is proven
  opencode-orchestrator blame [mission] <file>    which TODO wrote each line of a file
  opencode-orchestrator revert [mission] <todo>   take back what a TODO changed
  opencode-orchestrator revert [mission] --all    take back what all TODOs changed
  opencode-orchestrator undo [mission]      take back the last revert

  -C, --directory DIR    the workspace folder (here)
      --server URL       attach to a running OpenCode server (OPENCODE_SERVER_USERNAME, OPENCODE_SERVER_PASSWORD)
      --opencode PATH    the opencode executable (looked up on PATH)
      --set KEY=VALUE    a setting, such as limits.parallelSessions=8; may be repeated
      --answer TEXT      resume: the answer to what the Commander asked, or a note to it
      --format FORMAT    report: md, json or html (md, or what the file's ending says)
      --out FILE         report: write it to a file
      --force            report: overwrite the file; revert: though later TODOs build on it
      --file PATH        revert: only this file; may be repeated
      --all              revert: the whole mission
      --to TODO          note: the worker of that TODO reads it before its review
      --now              note: the Commander gets a turn for it as soon as possible
      --json             one JSON object a line on standard output, words on standard error
  -h, --help             this text
  -V, --version          the version

Exit codes: 0 sealed, 1 internal error, 2 wrong use, 3 stopped, 4 exhausted, 5 failed, 6 waits for a person, 7 no OpenCode server.`;

const options = {
  directory: { type: 'string', short: 'C', multiple: true },
  server: { type: 'string', multiple: true },
  opencode: { type: 'string', multiple: true },
  set: { type: 'string', multiple: true },
  answer: { type: 'string', multiple: true },
  format: { type: 'string', multiple: true },
  out: { type: 'string', multiple: true },
  force: { type: 'boolean' },
  file: { type: 'string', multiple: true },
  all: { type: 'boolean' },
  to: { type: 'string', multiple: true },
  now: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'V' },
} as const;

/** Reads the command line; what cannot be used is answered with one sentence. */
export function readArgs(argv: readonly string[]): ParsedArgs {
  let parsed;
  try {
    parsed = parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    const words = error instanceof Error ? (error.message.split(/\. |\n/)[0] ?? '') : String(error);
    return wrong(`${words.replace(/\.$/, '')}.`);
  }
  const { values, positionals } = parsed;
  if (values.help) return { ok: true, call: { name: 'help' } };
  if (values.version) return { ok: true, call: { name: 'version' } };
  for (const name of ['directory', 'server', 'opencode', 'answer', 'format', 'out', 'to'] as const) {
    if ((values[name]?.length ?? 0) > 1) return wrong(`--${name} is given more than once.`);
  }
  const set = [...(values.set ?? [])];
  if (values.opencode?.[0] !== undefined) set.push(`opencode.path=${values.opencode[0]}`);
  if (values.server?.[0] !== undefined) set.push(`server.url=${values.server[0]}`);
  const common = { directory: values.directory?.[0] ?? '.', json: values.json ?? false, set };
  const [name, ...rest] = positionals;
  if (name !== 'resume' && values.answer) return wrong('--answer goes with resume.');
  const [format, out] = [values.format?.[0], values.out?.[0]];
  if (name === 'report') return readReport(rest, common, format, out, values.force ?? false);
  if (format !== undefined || out !== undefined) return wrong('--format and --out go with report.');
  if (name === 'revert') {
    const { file: files = [], force = false, all = false } = values;
    return readRevert(rest, common, { files, force, all });
  }
  if (values.force) return wrong('--force goes with report and revert.');
  if (values.file) return wrong('--file goes with revert.');
  if (values.all) return wrong('--all goes with revert.');
  if (name !== 'note' && (values.to ?? values.now) !== undefined) return wrong('--to and --now go with note.');
  if (name === 'blame') return readBlame(rest, common);
  if (name === 'note') return readNote(rest, common, { to: values.to?.[0], now: values.now ?? false });
  return readCall(name, rest, common, values.answer?.[0]);
}

function readReport(
  rest: readonly string[],
  common: Common,
  format: string | undefined,
  out: string | undefined,
  force: boolean,
): ParsedArgs {
  const [mission] = rest;
  if (rest.length > 1) return wrong('report takes one mission at most.');
  const known = reportFormats.find((name) => name === format);
  if (format !== undefined && known === undefined) return wrong('--format is md, json or html.');
  if (common.json && known !== undefined && known !== 'json') return wrong('--json and --format do not agree.');
  if (out === '') return wrong('--out needs the name of a file.');
  if (force && out === undefined) return wrong('--force goes with --out.');
  const named = mission === undefined ? {} : { mission };
  return { ok: true, call: { name: 'report', ...named, format: known, out, force, common } };
}

function readNote(rest: readonly string[], common: Common, how: { to: string | undefined; now: boolean }): ParsedArgs {
  const { to, now } = how;
  const text = rest.at(-1);
  if (text === undefined) return wrong('The note is missing: opencode-orchestrator note "<text>".');
  if (rest.length > 2) return wrong('The note is one argument: put it into quotes.');
  const [mission] = rest.length === 2 ? rest : [];
  const named = { ...(mission !== undefined && { mission }), ...(to !== undefined && { to }) };
  return { ok: true, call: { name: 'note', text, now, ...named, common } };
}

function readRevert(
  rest: readonly string[],
  common: Common,
  { files, force, all }: { files: readonly string[]; force: boolean; all: boolean },
): ParsedArgs {
  if (all) {
    const [mission] = rest;
    if (rest.length > 1) return wrong('revert --all takes one mission at most.');
    if (files.length > 0 || force) return wrong('--all takes back everything: --file and --force do not go with it.');
    return { ok: true, call: { name: 'revert', todo: undefined, files, force, ...(mission && { mission }), common } };
  }
  const todo = rest.at(-1);
  if (todo === undefined) return wrong('The TODO is missing: opencode-orchestrator revert <todo>.');
  if (rest.length > 2) return wrong('revert takes one TODO; name single files with --file.');
  const [mission] = rest.length === 2 ? rest : [];
  return { ok: true, call: { name: 'revert', todo, files, force, ...(mission !== undefined && { mission }), common } };
}

function readBlame(rest: readonly string[], common: Common): ParsedArgs {
  const file = rest.at(-1);
  if (file === undefined) return wrong('The file is missing: opencode-orchestrator blame <file>.');
  if (rest.length > 2) return wrong('blame takes one file.');
  const [mission] = rest.length === 2 ? rest : [];
  return { ok: true, call: { name: 'blame', file, ...(mission !== undefined && { mission }), common } };
}

function readCall(
  name: string | undefined,
  rest: readonly string[],
  common: Common,
  answer: string | undefined,
): ParsedArgs {
  const [mission] = rest;
  const most = name === 'list' ? 0 : 1;
  const named = mission === undefined ? {} : { mission };
  switch (name) {
    case undefined:
      return wrong(
        'Say what to do: task, resume, note, stop, status, list, report, blame, revert or undo (--help tells more).',
      );
    case 'task':
      if (mission === undefined) return wrong('The mission is missing: opencode-orchestrator task "<mission>".');
      if (rest.length > 1) return wrong('The mission is one argument: put it into quotes.');
      return { ok: true, call: { name, text: mission, common } };
    case 'resume':
    case 'stop':
    case 'status':
    case 'pause':
    case 'unpause':
    case 'undo':
    case 'list':
      if (rest.length > most) return wrong(`${name} takes ${most === 0 ? 'no mission' : 'one mission at most'}.`);
      if (name === 'list') return { ok: true, call: { name, common } };
      if (name === 'resume')
        return { ok: true, call: { name, ...named, ...(answer === undefined ? {} : { answer }), common } };
      return { ok: true, call: { name, ...named, common } };
    default:
      return wrong(
        `There is no call “${name.slice(0, 40)}”: task, resume, note, pause, unpause, stop, status, list, report, blame, revert and undo are there.`,
      );
  }
}

function wrong(sentence: string): ParsedArgs {
  return { ok: false, sentence };
}
