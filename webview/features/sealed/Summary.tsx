import { useMission } from '../../app/context';
import { t } from '../../app/l10n';
import { Section } from '../../components/Section';
import { Text } from '../../components/Text';

/** What the Commander said last, whole. */
export function Summary() {
  const state = useMission();
  const summary = state?.summary ?? '';
  // What it said last of a mission that is not sealed sums nothing up.
  const title = state?.end?.state === 'sealed' ? t('Commander’s Summary') : t('What the Commander Said Last');
  return (
    <Section title={title} className="summary">
      <div className="summary-text" tabIndex={0} role="group" aria-label={title}>
        {summary === '' ? (
          <p className="empty">{t('The Commander has said nothing yet.')}</p>
        ) : (
          <Text className="summary-words">{summary}</Text>
        )}
      </div>
    </Section>
  );
}
