import { holdsSecret } from '../secrets';
import { findCycle, key } from '../todo/graph';
import type { TodoDraft } from '../todo/model';
import { checkPath } from '../todo/paths';
import { textLimits, type WireTodo } from './schemas';

/** What a new TODO is checked against. */
export interface TodoContext {
  /** Ids of the TODOs that exist. */
  readonly ids: readonly string[];
  /** `limits.tasks`. */
  readonly limit: number;
  /** Whether a path leaves the workspace on the real disk (through a symlink). */
  readonly leaves: (path: string) => boolean;
}

export type Checked = { ok: true; todos: TodoDraft[] } | { ok: false; sentence: string };

/** A check is run and proven exactly as it stands, so it can be no masked one. */
export const secretInCheck =
  'The check holds what looks like a secret; have the command read it from the environment or from a file.';

const idPattern = /^[A-Za-z0-9._-]{1,64}$/;

/** Checks new TODOs together, as a plan or one decision brings them; the refusal is one sentence for the model. */
export function checkTodos(wire: readonly WireTodo[], context: TodoContext): Checked {
  const total = context.ids.length + wire.length;
  if (total > context.limit) {
    return refused(
      `There may be at most ${String(context.limit)} TODOs; this would make ${String(total)}. Plan fewer.`,
    );
  }
  const known = new Map(context.ids.map((id) => [key(id), id]));
  for (const { id } of wire) {
    if (!idPattern.test(id)) {
      return refused(`The id ${quote(id)} is not usable: letters, digits, “.”, “_” and “-” only, at most 64.`);
    }
    if (known.has(key(id))) return refused(`The id ${quote(id)} is a duplicate: choose an id that no other TODO has.`);
    known.set(key(id), id);
  }
  const todos: TodoDraft[] = [];
  for (const item of wire) {
    const result = checkOne(item, known, context.leaves);
    if (typeof result === 'string') return refused(result);
    todos.push(result);
  }
  const cycle = findCycle(todos);
  if (cycle) return refused(`The TODOs wait for each other in a cycle: ${cycle.slice(0, 20).join(' → ')}.`);
  return { ok: true, todos };
}

function checkOne(item: WireTodo, known: Map<string, string>, leaves: (path: string) => boolean): TodoDraft | string {
  const name = `TODO ${item.id}`;
  if (item.title.trim() === '') return `${name} has an empty title.`;
  const after: string[] = [];
  for (const other of item.after ?? []) {
    const id = known.get(key(other));
    if (id === undefined) return `${name} waits for ${quote(other)}, which is no TODO.`;
    if (key(other) === key(item.id)) return `${name} waits for itself.`;
    if (!after.includes(id)) after.push(id);
  }
  const files: string[] = [];
  for (const file of item.files) {
    const checked = checkPath(file);
    if (!checked.ok) return `${name}: ${checked.sentence}`;
    if (leaves(checked.path)) return `${name}: the file ${quote(file)} leads out of the workspace through a link.`;
    if (!files.includes(checked.path)) files.push(checked.path);
  }
  const check = item.check?.trim();
  if (holdsSecret(check ?? '')) return `${name}: ${secretInCheck}`;
  return {
    id: item.id,
    title: item.title,
    detail: item.detail,
    files,
    after,
    ...(check ? { check } : {}),
    ...(item.size ? { size: item.size } : {}),
    ...(item.isolate ? { isolate: true } : {}),
  };
}

function refused(sentence: string): Checked {
  return { ok: false, sentence };
}

/** A value as it may stand in a sentence: short, one line, quoted. */
export function quote(value: string): string {
  const line = JSON.stringify(value.slice(0, textLimits.title)).slice(1, -1);
  return `“${line.length > 80 ? `${line.slice(0, 79)}…` : line}”`;
}
