import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import * as z from 'zod';
import { t } from '../../app/l10n';
import { useApp, usePart, useSaved } from '../../app/context';
import { useDraft } from '../../app/selection';
import { IconButton } from '../../components/IconButton';
import { readSaid } from '../../../src/protocol/slash';
import { Chat } from './Chat';
import { Completion, optionId, optionsFor } from './Completion';
import { Hints } from './Hints';
import { MessageField, type FieldHandle } from './MessageField';
import { standingOf, placeholderOf } from './standing';

const lastText = z.string();

/** The message box: a note to the Commander while a mission runs, else a plain question; a slash begins a command. */
export function Composer() {
  const { say } = useApp();
  const standing = usePart(standingOf);
  const show = usePart((view) => view.show);
  const [draft, setDraft] = useDraft('compose');
  const [last, setLast] = useSaved('compose.last', lastText, '');
  const [refusal, setRefusal] = useState<string | undefined>();
  const [isSending, setSending] = useState(false);
  const [closedFor, setClosedFor] = useState<string | undefined>();
  const [place, setPlace] = useState(0);
  const field = useRef<FieldHandle>(null);
  const list = useId();

  const options = closedFor === draft ? [] : optionsFor(draft);
  const active = options[Math.min(place, options.length - 1)];

  useEffect(() => {
    if (show?.what !== 'compose') return;
    if (show.text !== undefined) setDraft(show.text);
    field.current?.focus();
  }, [show, setDraft]);

  const write = (text: string): void => {
    setDraft(text);
    setPlace(0);
    setRefusal(undefined);
  };
  const send = (): void => {
    const text = draft.trim();
    if (text === '' || isSending || standing === 'demo') return;
    const said = readSaid(text);
    if (said.type === 'refused') {
      setRefusal(said.sentence);
      return;
    }
    setSending(true);
    setRefusal(undefined);
    setLast(text);
    void say(text).then((answer) => {
      setSending(false);
      if (!answer.ok) setRefusal(answer.sentence ?? t('It was not taken.'));
    });
  };
  const complete = (name: string): void => {
    const takesMore = options.some((option) => option.name === name && option.argument !== '');
    write(takesMore ? `${name} ` : name);
    setClosedFor(takesMore ? undefined : name);
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    if (active && inCompletion(event, active.name)) return;
    if (event.key === 'Enter' && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      send();
    } else if (event.key === 'ArrowUp' && draft === '' && last !== '') {
      event.preventDefault();
      write(last);
    }
  };
  /** Keys while commands are offered; whether the key was theirs. */
  const inCompletion = (event: KeyboardEvent, name: string): boolean => {
    switch (event.key) {
      case 'ArrowDown':
        setPlace((place + 1) % options.length);
        break;
      case 'ArrowUp':
        setPlace((place - 1 + options.length) % options.length);
        break;
      case 'Escape':
        event.stopPropagation();
        setClosedFor(draft);
        break;
      case 'Enter':
        if (event.shiftKey || name === draft) return false;
        complete(name);
        break;
      case 'Tab':
        if (event.shiftKey) return false;
        complete(name);
        break;
      default:
        return false;
    }
    event.preventDefault();
    return true;
  };

  const isOpen = options.length > 0;
  return (
    <footer className="composer">
      <Chat />
      <div className="composer-box">
        {isOpen ? <Completion id={list} options={options} active={active?.name} onPick={complete} /> : null}
        <MessageField
          ref={field}
          text={draft}
          onText={write}
          onKeyDown={onKeyDown}
          placeholder={placeholderOf(standing)}
          disabled={standing === 'demo'}
          aria={{
            'aria-expanded': isOpen,
            'aria-controls': isOpen ? list : undefined,
            'aria-activedescendant': isOpen && active ? optionId(list, active.name) : undefined,
          }}
        />
        <IconButton codicon="send" label={t('Send')} disabled={standing === 'demo' || isSending} onPress={send} />
      </div>
      {refusal === undefined ? (
        <Hints standing={standing} />
      ) : (
        <p className="composer-refusal" role="alert">
          {refusal}
        </p>
      )}
    </footer>
  );
}
