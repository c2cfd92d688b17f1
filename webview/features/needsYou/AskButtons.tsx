import type { ReactNode } from 'react';
import { isNarrow, useBand } from '../../app/band';
import { t } from '../../app/l10n';
import { useApp, usePart } from '../../app/context';
import { Button } from '../../components/Button';
import { IconButton } from '../../components/IconButton';
import { useMenu } from '../../components/menuContext';
import { Toolbar } from '../../components/Toolbar';
import { useTab } from '../../app/selection';
import type { NeedsYou } from '../../../src/core/view/needsYou';
import type { AskReply } from '../../../src/protocol/viewMessages';

interface ButtonsProps {
  readonly reply: (answer: AskReply) => void;
  readonly isSent: boolean;
  readonly children: ReactNode;
}

/** The answers to a permission. */
export function PermissionButtons(props: ButtonsProps & { readonly asked: NeedsYou }) {
  const { asked, reply, isSent, children } = props;
  const { act } = useApp();
  const openMenu = useMenu();
  const isTight = isNarrow(useBand());
  const isDemo = usePart((view) => view.setup?.demo === true);
  const disabled = isSent || isDemo;
  const always = (): void => {
    reply({ type: 'permission', reply: 'always' });
  };
  const allowed = asked.always.join('\n');
  const more = [
    ...(isTight && asked.always.length > 0 ? [{ label: t('Allow for This Mission'), run: always, disabled }] : []),
    {
      label: t('Deny with Reason…'),
      disabled,
      run: () => {
        act({ type: 'rejectWithReason', ask: asked.ask });
      },
    },
    ...transcriptItem(asked, act),
  ];
  return (
    <Toolbar label={t('Answer')} className="ask-buttons">
      <Button
        primary
        disabled={disabled}
        onPress={() => {
          reply({ type: 'permission', reply: 'once' });
        }}
      >
        {t('Allow Once')}
      </Button>
      {isTight || asked.always.length === 0 ? null : (
        <Button disabled={disabled} onPress={always} title={allowed}>
          {t('Allow for This Mission')}
        </Button>
      )}
      <Button
        disabled={disabled}
        onPress={() => {
          reply({ type: 'permission', reply: 'reject' });
        }}
      >
        {t('Deny')}
      </Button>
      {children}
      <IconButton
        codicon="ellipsis"
        label={t('More Answers')}
        hasMenu
        onPress={(event) => {
          openMenu(t('More Answers'), more, event.currentTarget);
        }}
      />
    </Toolbar>
  );
}

/** The menu line that opens the transcript of who asks. */
export function transcriptItem(asked: NeedsYou, act: ReturnType<typeof useApp>['act']) {
  const { session } = asked;
  if (session === undefined) return [];
  return [
    {
      label: t('Open Transcript'),
      run: () => {
        act({ type: 'openTranscript', session });
      },
    },
  ];
}

/** The answers to a plan: it is approved, or a note says what is to be changed. */
export function PlanButtons({ reply, isSent, children }: ButtonsProps) {
  const { act } = useApp();
  const [, show] = useTab();
  const isTight = isNarrow(useBand());
  const isDemo = usePart((view) => view.setup?.demo === true);
  return (
    <Toolbar label={t('Answer')} className="ask-buttons">
      <Button
        primary
        disabled={isSent || isDemo}
        onPress={() => {
          reply({ type: 'commander', answer: t('Approved.') });
        }}
      >
        {t('Approve Plan')}
      </Button>
      <Button
        disabled={isSent || isDemo}
        onPress={() => {
          show('plan');
        }}
      >
        {t('Edit Plan')}
      </Button>
      {isTight ? null : (
        <Button
          onPress={() => {
            act({ type: 'openTodoFile' });
          }}
        >
          {t('Open todo.md')}
        </Button>
      )}
      {children}
    </Toolbar>
  );
}
