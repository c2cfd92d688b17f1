import { maskCertain, maskSecrets } from '../secrets';
import type { Fact } from './facts';

/**
 * Facts in which a person’s own words stand. Agents are told them word for word, and must be told the same again after a
 * restart: they are masked where they are shown, not where they are kept.
 */
const ofPeople: ReadonlySet<Fact['type']> = new Set<Fact['type']>([
  ...([
    'mission.created',
    'mission.resumed',
    'settings.changed',
    'note.added',
    'note.hurried',
    'todos.edited',
    'ask.closed',
  ] as const),
]);

/** Fields that name something: another value would be another thing. */
const names: ReadonlySet<string> = new Set([
  ...['type', 'mission', 'directory', 'id', 'todo', 'turn', 'session', 'message', 'callID', 'ask', 'role', 'kind'],
  ...['state', 'status', 'outcome', 'how', 'next', 'as', 'size', 'limit', 'model', 'after', 'order', 'waitFor'],
  ...['files', 'file', 'from', 'to', 'asked', 'answered', 'signal'],
  ...['tree', 'path', 'todos', 'issue'],
  ...['base', 'folder', 'theirs', 'conflicts', 'commit', 'uncommitted'],
]);
/** Commands are run as they stand; a check with a certain secret in it is refused before it is anybody’s check. */
const commands: ReadonlySet<string> = new Set(['check', 'command']);

/**
 * A fact as it may be kept: what agents, models and servers say has lost its secrets. To be called on every fact before it is
 * reduced and written, so that the state is the fold of what stands on disk. The same fact comes back when nothing is masked.
 */
export function maskFact<F extends Fact>(fact: F): F {
  if (ofPeople.has(fact.type)) return maskSettings(fact);
  return maskFields(fact);
}

/** A server’s address may be given with a name and a password, which are not used: who attaches has them in the environment. */
function maskSettings<F extends Fact>(fact: F): F {
  if (!('settings' in fact)) return fact;
  const { settings } = fact;
  const url = maskSecrets(settings['server.url']);
  return url === settings['server.url'] ? fact : { ...fact, settings: { ...settings, 'server.url': url } };
}

function maskFields<T extends object>(value: T): T {
  const changed = Object.entries(value).flatMap(([name, field]: [string, unknown]) => {
    if (names.has(name)) return [];
    const clean = commands.has(name) && typeof field === 'string' ? maskCertain(field) : maskValue(field);
    return clean === field ? [] : [[name, clean] as const];
  });
  return changed.length === 0 ? value : { ...value, ...Object.fromEntries(changed) };
}

function maskValue(value: unknown): unknown {
  if (typeof value === 'string') return maskSecrets(value);
  if (Array.isArray(value)) {
    const clean: unknown[] = value.map(maskValue);
    return clean.every((item, index) => item === value[index]) ? value : clean;
  }
  return typeof value === 'object' && value !== null ? maskFields(value) : value;
}
