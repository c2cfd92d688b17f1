import { useEffect, useId, useRef, useState } from 'react';
import { textChars } from '../../../src/protocol/viewMessages';
import { useApp, usePart } from '../../app/context';
import { t } from '../../app/l10n';
import { useDraft } from '../../app/selection';
import { Button } from '../../components/Button';
import { Icon } from '../../components/Icon';
import { LinkButton } from '../../components/LinkButton';

/** The large field, the folder and the button. What is written stays until the mission has begun. */
export function MissionField() {
  const app = useApp();
  const setup = usePart((view) => view.setup);
  const [text, write] = useDraft('mission');
  const [fault, setFault] = useState<string>();
  const [isSent, setSent] = useState(false);
  const faultId = useId();
  const field = useMissionShown(text, write);
  const isFound = setup?.openCode.found ?? false;
  const isStarting = isSent || setup?.mode === 'starting';
  const canStart = isFound && !isStarting;

  const start = (): void => {
    if (!canStart) return;
    const wrong = faultOf(text);
    setFault(wrong);
    if (wrong !== undefined) {
      field.current?.focus();
      return;
    }
    setSent(true);
    void app.start(text).then(({ ok, sentence }) => {
      setSent(false);
      if (!ok) setFault(sentence ?? t('The mission could not be started.'));
    });
  };
  return (
    <form
      className="start-form"
      onSubmit={(event) => {
        event.preventDefault();
        start();
      }}
    >
      <textarea
        ref={field}
        className="start-field"
        aria-label={t('Mission')}
        aria-describedby="start-lead"
        aria-invalid={fault !== undefined}
        aria-errormessage={fault === undefined ? undefined : faultId}
        placeholder={
          isFound
            ? t('Replace server sessions with short-lived tokens. Keep the old cookie readable for one release…')
            : t('Describe the mission…')
        }
        value={text}
        readOnly={isStarting}
        onChange={(event) => {
          write(event.target.value);
          setFault(undefined);
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.nativeEvent.isComposing) return;
          event.preventDefault();
          start();
        }}
      />
      <p className="start-fault" id={faultId} role="alert">
        {fault === undefined ? null : (
          <>
            <Icon name="failed" />
            <span>{fault}</span>
          </>
        )}
      </p>
      <div className="start-row">
        <Folder />
        <span className="start-row-end">
          {isFound ? (
            <span className="key">{submitKey()}</span>
          ) : (
            <span>{t('Start needs OpenCode. Your text is kept.')}</span>
          )}
          <Button primary codicon="rocket" disabled={!canStart} onPress={start}>
            {isStarting ? t('Starting…') : t('Start Mission')}
          </Button>
        </span>
      </div>
    </form>
  );
}

/** The folder in which the mission runs. */
function Folder() {
  const app = useApp();
  const setup = usePart((view) => view.setup);
  if (!setup) return <span />;
  return (
    <span className="start-folder">
      {t('in')} <b>{setup.folder.name}</b>{' '}
      {setup.folders > 1 ? (
        <LinkButton
          onPress={() => {
            app.act({ type: 'changeFolder' });
          }}
        >
          {t('Change Folder')}
        </LinkButton>
      ) : null}
    </span>
  );
}

/** Follows the host’s wish to have the focus in the field; a text it brings comes after what is there. */
function useMissionShown(text: string, write: (text: string) => void) {
  const field = useRef<HTMLTextAreaElement>(null);
  const show = usePart((view) => view.show);
  const latest = useRef(text);
  latest.current = text;
  const wanted = show?.what === 'mission' ? show : undefined;
  useEffect(() => {
    if (!wanted || wanted.number <= lastShown) return;
    lastShown = wanted.number;
    field.current?.focus();
    const brought = wanted.text ?? '';
    const present = latest.current;
    if (brought === '' || present.includes(brought)) return;
    write(present.trim() === '' ? brought : `${present.trimEnd()}\n\n${brought}`);
  }, [wanted, write]);
  return field;
}

/** The last wish that was followed, so that a field that is drawn again does not follow it twice. */
let lastShown = 0;

function faultOf(text: string): string | undefined {
  if (text.trim() === '') return t('Say what the mission is.');
  if (text.length <= textChars) return undefined;
  return t('This is too long by {0} characters.', (text.length - textChars).toLocaleString());
}

function submitKey(): string {
  return navigator.userAgent.includes('Mac') ? '⌘Enter' : 'Ctrl+Enter';
}
