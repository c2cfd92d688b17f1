import { memo, useEffect, useLayoutEffect, useRef } from 'react';
import { clock } from '../../app/clock';
import { t } from '../../app/l10n';
import { useApp, useNow, usePart } from '../../app/context';
import { LinkButton } from '../../components/LinkButton';
import { Text } from '../../components/Text';
import type { TranscriptRow } from '../../../src/protocol/hostMessages';
import { duration, plain } from '../../../src/core/todo/text';
import type { AgentRow } from '../../../src/core/view/agentRow';

/** Entries in the page; the transcript’s own document has all of them. */
const mostEntries = 200;
/** Characters of an entry. */
const mostChars = 4_000;

/** The newest of what an agent said and did; it follows unless one has scrolled up. */
export function TranscriptTail({ row }: { readonly row: AgentRow }) {
  const { watch, act } = useApp();
  const { session } = row;
  const transcript = usePart((view) => view.transcript);
  const scroller = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const mine = transcript?.session === session ? transcript : undefined;
  const entries = mine?.entries.slice(-mostEntries) ?? [];

  useEffect(() => {
    if (session === undefined) return;
    watch(session);
    return () => {
      watch(null);
    };
  }, [session, watch]);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element && follows.current) element.scrollTop = element.scrollHeight;
  });

  const total = mine?.total ?? 0;
  return (
    <section className="transcript" aria-label={t('Transcript')}>
      <header className="details-part-head">
        <h3>{t('Transcript')}</h3>
        <span className="weak">
          {total > entries.length ? t('last {0} of {1}', entries.length, total) : total > 0 ? total : ''}
        </span>
        {session === undefined ? null : (
          <LinkButton
            onPress={() => {
              act({ type: 'openTranscript', session });
            }}
          >
            {t('Open Transcript')}
          </LinkButton>
        )}
      </header>
      <div
        ref={scroller}
        className="transcript-scroller"
        role="log"
        aria-live="off"
        aria-label={t('Transcript')}
        tabIndex={0}
        onScroll={(event) => {
          const { scrollHeight, scrollTop, clientHeight } = event.currentTarget;
          follows.current = scrollHeight - scrollTop - clientHeight < 24;
        }}
      >
        {entries.map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
        {mine?.error === undefined ? null : <p className="empty">{mine.error}</p>}
        {mine && entries.length === 0 && mine.error === undefined ? (
          <p className="empty">{t('This agent has said nothing yet.')}</p>
        ) : null}
      </div>
    </section>
  );
}

const Entry = memo(
  function Entry({ entry }: { readonly entry: TranscriptRow }) {
    const { at, kind, text, tool } = entry;
    const isTool = kind === 'tool';
    return (
      <div className={`entry entry-${kind}`}>
        <span className="entry-at weak">{clock(at, true)}</span>
        <Text className="entry-kind weak">{isTool ? plain(tool ?? '', 40) : kindWord(kind)}</Text>
        <Text isCode={isTool} className="entry-text text-wrap">
          {text.trim().slice(0, mostChars)}
        </Text>
        <span className="entry-result">
          {entry.added === undefined && entry.removed === undefined ? null : (
            <>
              <span className="added">{`+${entry.added ?? 0}`}</span>{' '}
              <span className="removed">{`−${entry.removed ?? 0}`}</span>
            </>
          )}
          <Result entry={entry} />
        </span>
      </div>
    );
  },
  // Each message brings new objects of the same entries.
  (a, b) =>
    a.entry.id === b.entry.id &&
    a.entry.text === b.entry.text &&
    a.entry.status === b.entry.status &&
    a.entry.exit === b.entry.exit &&
    a.entry.added === b.entry.added &&
    a.entry.durationMs === b.entry.durationMs,
);

function kindWord(kind: Exclude<TranscriptRow['kind'], 'tool'>): string {
  switch (kind) {
    case 'prompt':
      return t('prompt');
    case 'text':
      return t('text');
    case 'reasoning':
      return t('thought');
    case 'error':
      return t('error');
  }
}

function Result({ entry }: { readonly entry: TranscriptRow }) {
  const { status, exit, durationMs, kind } = entry;
  if (kind !== 'tool') return null;
  if (status === 'running') return <Running since={entry.at} />;
  const parts = [
    exit === undefined || exit === null ? (status === 'error' ? t('error') : '') : `exit ${exit}`,
    durationMs === undefined || durationMs < 1_000 ? '' : duration(durationMs),
  ];
  return parts.filter((part) => part !== '').join(', ');
}

function Running({ since }: { readonly since: number }) {
  return t('running, {0}', duration(useNow() - since));
}
