import { useImperativeHandle, useLayoutEffect, useRef, type AriaAttributes, type KeyboardEvent, type Ref } from 'react';
import { textChars } from '../../../src/protocol/viewMessages';

/** What may be done to the field from outside. */
export interface FieldHandle {
  focus(): void;
}

interface MessageFieldProps {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly placeholder: { readonly long: string; readonly short: string };
  readonly disabled: boolean;
  readonly aria: AriaAttributes;
  readonly ref: Ref<FieldHandle>;
}

/** A field of several lines that is a combobox: a text area may not be one, so that plain editable text is used. */
export function MessageField({ text, onText, onKeyDown, placeholder, disabled, aria, ref }: MessageFieldProps) {
  const element = useRef<HTMLDivElement>(null);

  // The browser owns the text while it is typed; only what comes from elsewhere is put in.
  useLayoutEffect(() => {
    const field = element.current;
    if (!field || textOf(field) === text) return;
    field.textContent = text;
    if (document.activeElement === field) toEnd(field);
  }, [text]);
  useImperativeHandle(ref, () => ({
    focus() {
      const field = element.current;
      if (!field) return;
      field.focus();
      toEnd(field);
    },
  }));
  return (
    <div className="message-field">
      <div
        ref={element}
        role="combobox"
        aria-label={placeholder.long}
        aria-autocomplete="list"
        aria-haspopup="listbox"
        aria-disabled={disabled}
        {...aria}
        className="message-text"
        contentEditable={disabled ? false : 'plaintext-only'}
        suppressContentEditableWarning
        tabIndex={0}
        spellCheck
        onInput={(event) => {
          onText(textOf(event.currentTarget).slice(0, textChars));
        }}
        onKeyDown={onKeyDown}
      />
      {text === '' ? (
        <span className="message-placeholder" aria-hidden="true">
          <span className="hint-long">{placeholder.long}</span>
          <span className="hint-short">{placeholder.short}</span>
        </span>
      ) : null}
    </div>
  );
}

function textOf(field: HTMLElement): string {
  const text = field.innerText;
  // A last empty line is drawn by a newline of its own.
  return text === '\n' ? '' : text;
}

function toEnd(field: HTMLElement): void {
  const range = document.createRange();
  range.selectNodeContents(field);
  range.collapse(false);
  const selection = window.getSelection();
  selection?.removeAllRanges();
  selection?.addRange(range);
}
