import { t } from '../../app/l10n';
import { useApp } from '../../app/context';
import { Icon } from '../../components/Icon';
import { LinkButton } from '../../components/LinkButton';
import { Text } from '../../components/Text';
import { budgetSpent } from '../../../src/core/mission/limits';
import type { Moment } from '../../../src/core/view/moment';
import { whyLine } from '../../../src/core/view/why';
import { missionWord, type StateName } from '../../../src/core/view/words';

const turning: ReadonlySet<StateName> = new Set<StateName>(['missionRunning', 'planning', 'stopping']);

/** The mission’s state in a word, and why it goes on or does not. */
export function WhyLine({ moment }: { readonly moment: Moment }) {
  const { act } = useApp();
  const { state, now } = moment;
  const word = missionWord(state);
  const isSpent = state.end === undefined && state.stop === undefined && budgetSpent(state, now) !== undefined;
  return (
    <>
      <span className="header-state">
        <Icon name={word.name} turns={turning.has(word.name)} />
        <strong>{`${word.word.charAt(0).toUpperCase()}${word.word.slice(1)}`}</strong>
      </span>
      <p className="header-why">
        <Text className="text-wrap">{whyLine(moment)}</Text>
        {isSpent ? (
          <LinkButton
            onPress={() => {
              act({ type: 'raiseLimit' });
            }}
          >
            {t('Raise Limit…')}
          </LinkButton>
        ) : null}
      </p>
    </>
  );
}
