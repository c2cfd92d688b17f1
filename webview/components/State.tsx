import type { StateWord } from '../../src/core/view/words';
import { Icon } from './Icon';

/** A state as it is shown everywhere: icon and word. */
export function State({ word }: { readonly word: StateWord }) {
  return (
    <span className="state">
      <Icon name={word.name} />
      <span className="state-word">{word.word}</span>
    </span>
  );
}
