import { useApp } from '../../app/context';
import { t } from '../../app/l10n';
import { Button } from '../../components/Button';
import { Icon } from '../../components/Icon';

/** That no mission can be started yet, and what can be done about it. */
export function OpenCodeMissing({ text }: { readonly text: string }) {
  const app = useApp();
  // The first sentence stands by itself; a point within a version ends none.
  const [, first = text, rest = ''] = /^(.*?[.])\s+(.*)$/s.exec(text) ?? [];
  return (
    <section className="start-missing" aria-label={t('OpenCode')}>
      <Icon codicon="warning" />
      <div className="start-missing-body">
        <p className="start-missing-title">{first}</p>
        <p>{[rest, t('A mission needs it to run its agents.')].filter((part) => part !== '').join(' ')}</p>
        <div className="start-missing-actions">
          <Button
            primary
            codicon="desktop-download"
            onPress={() => {
              app.act({ type: 'installOpenCode' });
            }}
          >
            {t('Install OpenCode')}
          </Button>
          <Button
            onPress={() => {
              app.act({ type: 'setOpenCodePath' });
            }}
          >
            {t('Set Path…')}
          </Button>
          <Button
            onPress={() => {
              app.act({ type: 'useServer' });
            }}
          >
            {t('Use a Server…')}
          </Button>
          <span className="start-missing-again">
            <Button
              codicon="refresh"
              onPress={() => {
                app.act({ type: 'lookAgain' });
              }}
            >
              {t('Look Again')}
            </Button>
          </span>
        </div>
      </div>
    </section>
  );
}
