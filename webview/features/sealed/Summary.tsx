import { useMission } from '../../app/context';
import { t } from '../../app/l10n';
import { Section } from '../../components/Section';
import { Text } from '../../components/Text';

/** What the Commander said last, whole. */
export function Summary() {
  const summary = useMission()?.summary ?? '';
  return (
    <Section title={t('Commander’s Summary')} className="summary">
      <div className="summary-text" tabIndex={0} role="group" aria-label={t('Commander’s Summary')}>
        {summary === '' ? (
          <p className="empty">{t('The Commander has said nothing yet.')}</p>
        ) : (
          <Text className="summary-words">{summary}</Text>
        )}
      </div>
    </Section>
  );
}
