import { t } from '../../app/l10n';
import { Section } from '../../components/Section';

/** The commands that agents run beside their turns. */
export function CommandList() {
  return (
    <Section title={t('Background Commands')} className="commands">
      <p className="empty">{t('No background command.')}</p>
    </Section>
  );
}
