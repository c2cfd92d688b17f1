import type { FactOf } from '../mission/facts';
import { landingWords } from '../mission/landing';
import type { MissionState } from '../mission/state';
import { plain } from '../todo/text';
import type { FeedDraft } from './feed';
import { restingWord } from './words';

/** What became of a TODO in the merge queue; one that has landed is done by it. */
export function landingItem(
  s: MissionState,
  fact: FactOf<'todo.merged'> | FactOf<'landing.failed'> | FactOf<'todo.landed'>,
): FeedDraft {
  const words = landingWords(fact).slice(0, -1);
  const todo = s.todos.get(fact.todo);
  if (fact.type !== 'todo.landed' || todo?.state !== 'done') {
    const isTrouble = fact.type === 'landing.failed' || (fact.type === 'todo.merged' && fact.next === 'person');
    return isTrouble ? { icon: 'warning', kind: 'note', text: words } : { icon: 'info', kind: 'info', text: words };
  }
  const { name, word } = restingWord(s, todo);
  return {
    ...{ todo: fact.todo, text: `${words}, ${word}`, did: word },
    ...(name === 'verified' ? { icon: 'verified', kind: 'good' } : { icon: 'unverified', kind: 'note' }),
  };
}

/** A TODO that passed and is not done before it has landed. */
export function mergedNextItem({ todo }: FactOf<'todo.reviewed'>): FeedDraft {
  const did = 'passed, merged next';
  return { icon: 'reviewing', kind: 'info', todo, text: `${plain(todo, 64)} ${did}`, did };
}
