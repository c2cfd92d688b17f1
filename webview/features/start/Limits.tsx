import { useApp, usePart } from '../../app/context';
import { t } from '../../app/l10n';
import { LinkButton } from '../../components/LinkButton';

/** The limits that the next mission will have, at a glance. */
export function Limits() {
  const app = useApp();
  const limits = usePart((view) => view.setup?.limits);
  if (!limits || limits.length === 0) return null;
  const open = (setting: string) => () => {
    app.act({ type: 'openSettings', setting });
  };
  return (
    <div className="start-limits">
      <dl className="start-limit-list">
        {limits.map(({ label, value, setting }) => (
          <div key={setting} className="start-limit">
            <dt>{label}</dt>
            <dd>
              {value}{' '}
              {setting.startsWith('budget') && value === t('none') ? (
                <LinkButton label={t('Set {0}…', label)} onPress={open(setting)}>
                  {t('Set…')}
                </LinkButton>
              ) : null}
            </dd>
          </div>
        ))}
      </dl>
      <span className="start-limits-change">
        <LinkButton label={t('Change limits…')} onPress={open('')}>
          {t('Change…')}
        </LinkButton>
      </span>
    </div>
  );
}
