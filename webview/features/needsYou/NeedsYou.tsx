import { useRef, useState } from 'react';
import { t } from '../../app/l10n';
import { useApp, useMissionMoment } from '../../app/context';
import { Icon } from '../../components/Icon';
import { IconButton } from '../../components/IconButton';
import { asksInOrder, type NeedsYou as Asked } from '../../../src/core/view/needsYou';
import type { AskReply } from '../../../src/protocol/viewMessages';
import { AskForm } from './AskForm';
import { AskWords, askSentence } from './AskWords';
import { PermissionButtons, PlanButtons } from './AskButtons';

/** What waits for the person, one at a time, the one that waits longest first. */
export function NeedsYou() {
  const moment = useMissionMoment();
  const asks = moment.state.stop ? [] : asksInOrder(moment);
  const [chosen, choose] = useState<string | undefined>();
  // A new ask queues behind; when the one that is shown goes, the next in its place follows.
  const place = useRef(0);
  const found = asks.findIndex(({ ask }) => ask === chosen);
  place.current = found >= 0 ? found : Math.min(place.current, Math.max(0, asks.length - 1));
  const shown = asks[place.current];
  if (!shown) return null;
  if (shown.ask !== chosen) choose(shown.ask);
  const step = (by: number): void => {
    choose(asks[(place.current + by + asks.length) % asks.length]?.ask);
  };
  return (
    <section className="strip" aria-label={t('Needs you')}>
      <div role="alert" className="unseen">
        {t('Needs you: {0}', askSentence(shown))}
      </div>
      <Icon codicon={shown.kind === 'permission' ? 'shield' : 'question'} />
      <Ask key={shown.ask} asked={shown}>
        {asks.length > 1 ? (
          <span className="strip-pages">
            <IconButton
              codicon="chevron-left"
              label={t('Previous Ask')}
              onPress={() => {
                step(-1);
              }}
            />
            <span>{t('{0} of {1}', place.current + 1, asks.length)}</span>
            <IconButton
              codicon="chevron-right"
              label={t('Next Ask')}
              onPress={() => {
                step(1);
              }}
            />
          </span>
        ) : null}
      </Ask>
    </section>
  );
}

/** How long its buttons do nothing after an ask appeared: nobody means what was not there a moment ago. */
const deafMs = 500;
/** After how long without the host’s word the answer counts as not arrived. */
const lostMs = 10_000;

function Ask({ asked, children }: { readonly asked: Asked; readonly children: React.ReactNode }) {
  const { ask } = useApp();
  const [shownAt] = useState(() => performance.now());
  const [isSent, setSent] = useState(false);
  const [problem, setProblem] = useState<string | undefined>();

  const reply = (answer: AskReply): void => {
    if (isSent || performance.now() - shownAt < deafMs) return;
    setSent(true);
    setProblem(undefined);
    const lost = window.setTimeout(() => {
      setSent(false);
      setProblem(t('The answer did not arrive; the ask is still open.'));
    }, lostMs);
    void ask({ type: 'answer', ask: asked.ask, reply: answer }).then((answered) => {
      window.clearTimeout(lost);
      if (answered.ok) return;
      setSent(false);
      setProblem(answered.sentence ?? t('The answer did not arrive; the ask is still open.'));
    });
  };

  const isForm = asked.to !== 'plan' && asked.kind === 'question';
  return (
    <div className={isForm ? 'ask ask-form' : 'ask'}>
      <div className="ask-words">
        <AskWords asked={asked} />
        {problem === undefined ? null : (
          <p className="ask-problem" role="alert">
            {problem}
          </p>
        )}
      </div>
      {isForm ? (
        <AskForm asked={asked} reply={reply} isSent={isSent}>
          {children}
        </AskForm>
      ) : asked.to === 'plan' ? (
        <PlanButtons reply={reply} isSent={isSent}>
          {children}
        </PlanButtons>
      ) : (
        <PermissionButtons asked={asked} reply={reply} isSent={isSent}>
          {children}
        </PermissionButtons>
      )}
    </div>
  );
}
