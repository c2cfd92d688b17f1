import { useMemo } from 'react';
import { beforeMerge, type Caution } from '../../../src/core/view/beforeMerge';
import { useApp, useView } from '../../app/context';
import { t } from '../../app/l10n';
import { useSelectedTodo } from '../../app/selection';
import { Icon } from '../../components/Icon';
import { LinkButton } from '../../components/LinkButton';
import { Section } from '../../components/Section';
import { Text } from '../../components/Text';

/** Everything that was not clean, as plainly as the success. */
export function BeforeMerge() {
  const { state, version } = useView();
  // The mission is folded in place: its version tells when it is another.
  const cautions = useMemo(() => (state ? beforeMerge(state) : []), [state, version]);
  return (
    <Section title={t('Before You Merge')} className="before-merge">
      {cautions.length === 0 ? (
        <p className="empty">{t('Nothing stands out: every TODO is done and verified.')}</p>
      ) : (
        <ul className="cautions" tabIndex={0} aria-label={t('Before You Merge')}>
          {cautions.map((caution, index) => (
            <CautionRow key={`${index}-${caution.text}`} caution={caution} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function CautionRow({ caution }: { readonly caution: Caution }) {
  return (
    <li className="caution">
      <Icon name={caution.icon} />
      <Text className="caution-text" title={caution.text}>
        {caution.text}
      </Text>
      <CautionAction caution={caution} />
    </li>
  );
}

function CautionAction({ caution }: { readonly caution: Caution }) {
  const app = useApp();
  const [, selectTodo] = useSelectedTodo();
  const { addCheck, session, todo } = caution;
  const name = (verb: string) => (todo === undefined ? verb : `${verb}: ${todo}`);
  if (addCheck !== undefined) {
    return (
      <LinkButton
        label={name(t('Add Check'))}
        onPress={() => {
          app.act({ type: 'addCheck', todo: addCheck });
        }}
      >
        {t('Add Check')}
      </LinkButton>
    );
  }
  if (session === undefined && todo === undefined) return null;
  return (
    <LinkButton
      label={name(t('Show'))}
      onPress={() => {
        if (session !== undefined) app.act({ type: 'openTranscript', session });
        else selectTodo(todo ?? null);
      }}
    >
      {t('Show')}
    </LinkButton>
  );
}
