import { isMergeAsk } from '../../core/mission/mergeAsk';
import { duration, plain } from '../../core/todo/text';
import { iconOf } from '../../core/view/icons';
import type { Moment } from '../../core/view/moment';
import { asksFor, asksInOrder, type NeedsYou } from '../../core/view/needsYou';
import { names } from '../../core/view/words';
import type { Entry } from './entry';

/** A command is shown whole, as far as one is kept. */
const saidChars = 4_000;

/** A folder whose mission may wait for the person. */
export interface AskSource {
  readonly key: string;
  readonly name: string;
  readonly moment: Moment;
  /** Whether an answer can be given here: another process drives the mission, or nobody does. */
  readonly answerable: boolean;
}

/** An ask in the tree; the same object as long as it is open. */
export interface AskElement {
  readonly key: string;
  readonly folder: string;
  readonly ask: string;
}

/** The asks of all folders, the one that waits longest first. */
export interface AskModel {
  /** Takes how things stand; says whether anything that is shown changed. */
  update(sources: readonly AskSource[]): boolean;
  readonly elements: readonly AskElement[];
  entry(element: AskElement): Entry | undefined;
}

/** Makes the model. Waiting times are shown in minutes, so that the list does not change every second. */
export function askModel(): AskModel {
  let known = new Map<string, AskElement>();
  let entries = new Map<string, Entry>();
  let elements: readonly AskElement[] = [];
  let shown = '';
  return {
    get elements() {
      return elements;
    },
    entry: (element) => entries.get(element.key),
    update(sources) {
      const all = sources.flatMap((source) => asksInOrder(source.moment).map((ask) => ({ source, ask })));
      all.sort((a, b) => a.ask.openedAt - b.ask.openedAt);
      const waiting = new Set(all.map(({ source }) => source.key)).size;
      const next = new Map<string, AskElement>();
      entries = new Map();
      elements = all.map(({ source, ask }) => {
        const key = `${source.key}/${ask.ask}`;
        const element = known.get(key) ?? { key, folder: source.key, ask: ask.ask };
        next.set(key, element);
        entries.set(key, entryOf(source, ask, waiting > 1));
        return element;
      });
      known = next;
      const now = JSON.stringify([...entries]);
      const changed = now !== shown;
      shown = now;
      return changed;
    },
  };
}

function entryOf(source: AskSource, ask: NeedsYou, manyFolders: boolean): Entry {
  const said = ask.command ?? ask.text;
  const who = capital(ask.who);
  const waited = duration(Math.floor(ask.waitedMs / 60_000) * 60_000);
  const since = ask.waitedMs < 60_000 ? '' : waited;
  const label = `${ask.todo === undefined ? who : plain(ask.todo, 64)}  ${plain(said, 200)}`;
  const holds = ask.holdsUp.length === 0 ? '' : `holds up ${names(ask.holdsUp)}`;
  const folder = manyFolders ? plain(source.name, 100) : '';
  const always = ask.always.length === 0 ? '' : `“Allow for This Mission” allows: ${ask.always.join(', ')}`;
  return {
    label,
    description: [ask.kind, since, folder].filter((part) => part !== '').join(' · '),
    tooltip: [`${who} ${asksFor(ask, saidChars)}`, ask.title, ask.why ?? '', holds, always]
      .filter((line) => line !== '')
      .join('\n\n'),
    spoken: [`${who} ${asksFor(ask, saidChars)}`, ask.title, since === '' ? '' : `waits for ${since}`, holds]
      .filter((part) => part !== '')
      .join(', '),
    icon: iconOf(ask.kind === 'permission' ? 'waitingPermission' : 'waitingQuestion'),
    context: contextOf(source, ask),
  };
}

function contextOf(source: AskSource, ask: NeedsYou): string {
  const words: string[] = ['ask'];
  if (ask.session !== undefined) words.push('transcript');
  if (source.answerable) {
    words.push(ask.kind);
    if (ask.kind === 'permission' && ask.to === 'agent' && ask.always.length > 0) words.push('always');
    words.push(isMergeAsk(ask.ask) ? 'merge' : ask.to);
  }
  return `.${words.join('.')}.`;
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
