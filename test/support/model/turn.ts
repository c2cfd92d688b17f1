/** What the roles share: a turn as data, steps as tool calls, and what is known about a TODO. Pure, but for reading `from` files. */
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import type { Ask, DoneCall } from './request';
import { spell } from './scenario';
import type { Payload, Plan, PlanTodo, Script, Step } from './scenario';

/** What one call answers. `kind` tells tests which part of the turn it was; `idHint` begins the tool call’s id. */
export interface Reply {
  readonly kind: 'step' | 'answer' | 'closing' | 'chat' | 'prose';
  readonly text: string;
  readonly tool?: { readonly name: string; readonly input: Payload; readonly idHint: string };
  readonly latencyMs?: number;
}

/** What a role needs besides the request: which attempt this session is (from 1), and the fallback directory. */
export interface Part {
  readonly ask: Ask;
  readonly script: Script;
  readonly attempt: number;
  readonly directory: string;
}

/** One turn as data: steps, then what `more` asks for, then the payload of the role’s tool, then closing words. */
export interface Turn {
  readonly steps: readonly Step[];
  /** A call between the steps and the answer (a check), or nothing. */
  readonly more?: () => Reply | undefined;
  readonly payload: () => Payload;
  readonly corrected?: Payload | undefined;
  readonly latencyMs?: number | undefined;
  readonly closing: string;
}

/** The results of this turn’s calls whose id begins with `call_<hint>_`; interrupted ones do not count. */
export function resultsOf(ask: Ask, hint: string): DoneCall[] {
  return ask.done.filter(
    (call) => call.id.startsWith(`call_${hint}_`) && call.result !== undefined && !wasInterrupted(call.result),
  );
}

/** A TODO as the scenario or, failing that, the prompt names it. */
export function todoOf(part: Part, id: string): Pick<PlanTodo, 'id' | 'title' | 'files' | 'check'> {
  const planned = plansOf(part.script).flatMap((one) => one.todos);
  const delegated = delegatedIn(part.script);
  const known = [...planned, ...delegated].find((todo) => todo.id.toLowerCase() === id.toLowerCase());
  const named = fieldIn(part.ask.prompt, 'files');
  const check = checkIn(part.ask.prompt, known?.check);
  return {
    id,
    title: known?.title ?? fieldIn(part.ask.prompt, 'title') ?? id,
    files:
      known?.files ??
      (named
        ? named
            .split(/[,\s]+/)
            .map(bare)
            .filter(Boolean)
        : []),
    ...(check === undefined ? {} : { check }),
  };
}

/** The check a prompt names: the expected one where it is there word for word, else its `check:` line. */
export function checkIn(prompt: string, expected: string | undefined): string | undefined {
  if (expected !== undefined && prompt.includes(expected)) return expected;
  const line = fieldIn(prompt, 'check');
  return line && !/^(none|-|—)$/i.test(line) ? bare(line) : undefined;
}

export function plansOf(script: Script): Plan[] {
  return script.plan === undefined ? [] : Array.isArray(script.plan) ? script.plan : [script.plan];
}

/** Fills {{todo}}, {{attempt}}, {{dir}} and {{session}} into every string of a value. */
export function fill<T>(value: T, part: Part): T {
  const words: Record<string, string> = {
    todo: part.ask.todo ?? 'mission',
    attempt: String(part.attempt),
    dir: part.directory,
    session: part.ask.session,
  };
  const text = (raw: string): string =>
    raw.replace(/\{\{(todo|attempt|dir|session)\}\}/g, (_, name: string) => words[name] ?? '');
  const walk = (inner: unknown): unknown => {
    if (typeof inner === 'string') return text(inner);
    if (Array.isArray(inner)) return inner.map(walk);
    if (typeof inner !== 'object' || inner === null) return inner;
    return Object.fromEntries(Object.entries(inner).map(([key, one]) => [key, walk(one)]));
  };
  return walk(value) as T;
}

/** Calls the role’s own tool. */
export function answer(part: Part, input: Payload): Reply {
  return { kind: 'answer', text: '', tool: { name: part.ask.answerTool ?? 'none', input, idHint: 'a' } };
}

/** A scenario’s step as a tool call. */
export function stepCall(part: Part, raw: Step, idHint: string): Reply {
  const step = fill(raw, part);
  const file = (name: string): string => path.resolve(part.directory, name);
  const call = (name: string, input: Payload): Reply => ({
    kind: 'step',
    text: spell(step.say),
    tool: { name, input: onlyKnown(part.ask, name, input), idHint },
    ...(step.latencyMs === undefined ? {} : { latencyMs: step.latencyMs }),
  });
  if (step.write) return call('write', { filePath: file(step.write.file), content: contentOf(step.write, part) });
  if (step.edit) {
    const { edit } = step;
    return call('edit', {
      filePath: file(edit.file),
      oldString: edit.old,
      newString: edit.new,
      ...(edit.all ? { replaceAll: true } : {}),
    });
  }
  if (step.read !== undefined) return call('read', { filePath: file(step.read) });
  if (step.bash !== undefined) {
    const bash = typeof step.bash === 'string' ? { command: step.bash } : step.bash;
    return call('bash', { ...bash, description: 'Runs a command' });
  }
  return call(step.tool ?? 'none', step.input ?? {});
}

function contentOf(write: NonNullable<Step['write']>, part: Part): string {
  if (write.from !== undefined) return readFileSync(path.resolve(part.script.baseDir, write.from), 'utf8');
  return write.content ?? (write.lines ? `${write.lines.join('\n')}\n` : '');
}

/** OpenCode’s own tools differ by release (`bash` had a `description` once): leave out what the offered schema does not name. */
function onlyKnown(ask: Ask, name: string, input: Payload): Payload {
  const schema = ask.tools.get(name);
  if (!['bash', 'write', 'edit', 'read'].includes(name) || typeof schema !== 'object' || schema === null) return input;
  const properties = 'properties' in schema && typeof schema.properties === 'object' ? schema.properties : null;
  return properties ? Object.fromEntries(Object.entries(input).filter(([key]) => key in properties)) : input;
}

function delegatedIn(script: Script): PlanTodo[] {
  if (!Array.isArray(script.commander)) return [];
  const actions = script.commander.flatMap((turn) => (turn === 'default' ? [] : turn.actions));
  return actions.flatMap((action) => {
    const { id, title, files, check } = action;
    if (action.type !== 'delegate' || typeof id !== 'string' || !Array.isArray(files)) return [];
    const paths = files.filter((file) => typeof file === 'string');
    return [
      {
        id,
        title: typeof title === 'string' ? title : id,
        detail: '',
        files: paths,
        ...(typeof check === 'string' ? { check } : {}),
      },
    ];
  });
}

function fieldIn(prompt: string, name: string): string | undefined {
  return new RegExp(`^[\\s>*-]*\\**${name}\\**:\\**[ \\t]*(\\S.*)$`, 'im').exec(prompt)?.[1]?.trim();
}

function bare(text: string): string {
  return text.replace(/^(`+)(.*)\1$/, '$2').trim();
}

/** Whether OpenCode put this in place of a result, or at its end, because the call was cut off. */
export function wasInterrupted(result: string | undefined): boolean {
  if (result === '[Tool execution was interrupted]' || result === 'Tool execution aborted') return true;
  return /<shell_metadata>\s*User aborted the command/.test(result?.slice(-200) ?? '');
}
