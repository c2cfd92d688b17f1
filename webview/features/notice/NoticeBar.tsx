import { useEffect, useState } from 'react';
import { actSchema } from '../../../src/protocol/viewMessages';
import type { Notice } from '../../../src/protocol/hostMessages';
import { useApp, usePart } from '../../app/context';
import { t } from '../../app/l10n';
import { Button } from '../../components/Button';
import { Icon } from '../../components/Icon';

const codicons = { info: 'info', warning: 'warning', error: 'error' } as const;
const colours = { info: 'blue', warning: 'warning', error: 'error' } as const;
const gravity = { error: 0, warning: 1, info: 2 } as const;
/** How long a screen reader has to take a new notice up, in milliseconds. */
const announceMs = 1_000;

/** What holds the mission up and is no fact of it, the gravest first, each with what can be done. */
export function NoticeBar() {
  const notices = usePart((view) => view.setup?.notices);
  if (!notices || notices.length === 0) return null;
  const sorted = [...notices].sort((a, b) => gravity[a.severity] - gravity[b.severity]);
  return (
    <section className="notices" aria-label={t('Notices')}>
      {sorted.map((notice) => (
        <NoticeRow key={notice.id} notice={notice} />
      ))}
    </section>
  );
}

function NoticeRow({ notice }: { readonly notice: Notice }) {
  const app = useApp();
  const { severity, text } = notice;
  // What this page does not know how to ask for is no button.
  const actions = notice.actions.flatMap(({ label, act }) => {
    const parsed = actSchema.safeParse(act);
    return parsed.success ? [{ label, act: parsed.data }] : [];
  });
  return (
    <div className="notice">
      <Icon codicon={codicons[severity]} colour={colours[severity]} />
      <p className="notice-text">{text}</p>
      {severity === 'info' ? null : <Announced text={text} />}
      {actions.length === 0 ? null : (
        <span className="notice-actions">
          {actions.map(({ label, act }) => (
            <Button
              key={label}
              onPress={() => {
                app.act(act);
              }}
            >
              {label}
            </Button>
          ))}
        </span>
      )}
    </div>
  );
}

/** Says a new notice once: its text may count seconds, which nobody wants to hear. */
function Announced({ text }: { readonly text: string }) {
  const [said, setSaid] = useState(text);
  useEffect(() => {
    const timer = window.setTimeout(() => {
      setSaid('');
    }, announceMs);
    return () => {
      window.clearTimeout(timer);
    };
  }, []);
  return (
    <span role="alert" className="unseen">
      {said}
    </span>
  );
}
