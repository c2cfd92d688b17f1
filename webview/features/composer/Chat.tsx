import { useLayoutEffect, useRef } from 'react';
import * as z from 'zod';
import { t } from '../../app/l10n';
import { usePart, useSaved } from '../../app/context';
import { IconButton } from '../../components/IconButton';
import { Text } from '../../components/Text';
import type { ChatRow } from '../../../src/protocol/hostMessages';
import { standingOf } from './standing';

const hiddenSchema = z.string();

/** What was asked and answered while no mission runs. */
export function Chat() {
  const chat = usePart((view) => view.chat);
  const standing = usePart(standingOf);
  const [hidden, setHidden] = useSaved('chat.hidden', hiddenSchema, '');
  const list = useRef<HTMLDivElement>(null);
  const from = chat.findIndex((row) => row.id === hidden) + 1;
  const runs = standing === 'runs' || standing === 'stopping';
  // While a mission is at work, what was chatted about before is out of the way; what a command answered is not.
  const command = chat.findLastIndex((row) => row.from === 'person' && row.text.startsWith('/'));
  const rows = runs && command < 0 ? [] : chat.slice(runs ? Math.max(from, command) : from);
  const newest = rows.at(-1);

  useLayoutEffect(() => {
    const element = list.current;
    if (element) element.scrollTop = element.scrollHeight;
  }, [newest?.id, newest?.text.length]);

  if (rows.length === 0) return null;
  return (
    <section className="chat" aria-label={t('Chat')}>
      <div ref={list} className="chat-list" role="log" aria-live="off" tabIndex={0} aria-label={t('Messages')}>
        {rows.map((row) => (
          <ChatLine key={row.id} row={row} />
        ))}
      </div>
      <IconButton
        codicon="close"
        label={t('Hide Chat')}
        onPress={() => {
          setHidden(newest?.id ?? '');
        }}
      />
    </section>
  );
}

function ChatLine({ row }: { readonly row: ChatRow }) {
  return (
    <div className="chat-line">
      <span className="chat-from">{row.from === 'person' ? t('You') : t('Answer')}</span>
      <span className="chat-words">
        <Text className="text-wrap">{row.text === '' && !row.done ? '…' : row.text}</Text>
        {row.error === undefined ? null : <Text className="text-wrap chat-error">{row.error}</Text>}
      </span>
    </div>
  );
}
