import { useCallback, useMemo, useState } from 'react';
import { foldFeed } from '../../../src/core/view/feed';
import { useApp, usePart, useSaved } from '../../app/context';
import { t } from '../../app/l10n';
import { useSelectedTodo, useTab } from '../../app/selection';
import { IconButton } from '../../components/IconButton';
import { LinkButton } from '../../components/LinkButton';
import { useMenu } from '../../components/menuContext';
import { Section } from '../../components/Section';
import { Toolbar } from '../../components/Toolbar';
import { VirtualRows } from '../../components/VirtualRows';
import { entriesOf, type FeedEntry } from './feedEntries';
import { feedFilters, feedFilterSchema, feedReadSchema, unread, type FeedFilter, type FeedRead } from './feedFilter';
import { FeedLine } from './FeedLine';

const rowHeight = 24;
const readOrNot = feedReadSchema.nullable();

/** The notifications, newest first; what is minor comes as one digest an interval. */
export function Feed() {
  const feed = usePart((view) => view.feed);
  const digestMs = usePart((view) => view.setup?.digestMs ?? 0);
  const mission = usePart((view) => view.state?.mission ?? '');
  const [filter, setFilter] = useSaved<FeedFilter>('feedFilter', feedFilterSchema, 'all');
  const [stored, setRead] = useSaved<FeedRead | null>('feedRead', readOrNot, null);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const read = stored?.mission === mission ? stored : undefined;
  const rows = useMemo(() => foldFeed(unread(feed, filter, read), digestMs), [feed, filter, read, digestMs]);
  const entries = useMemo(() => entriesOf(rows, open), [rows, open]);
  const words = feedFilters().find((item) => item.filter === filter);

  const clear = (): void => {
    const newest = feed.at(-1);
    if (newest) setRead({ mission, key: newest.key });
  };
  const showAll = (): void => {
    setFilter('all');
    setRead(null);
  };
  return (
    <Section
      title={t('Notifications')}
      className="notifications"
      note={
        filter === 'all'
          ? digestMs > 0
            ? t('one digest every {0}', intervalWords(digestMs))
            : null
          : (words?.label ?? null)
      }
      actions={<FeedActions filter={filter} onFilter={setFilter} onClear={clear} />}
    >
      {entries.length === 0 ? (
        <Empty isNew={feed.length === 0} none={words?.none} onShowAll={showAll} />
      ) : (
        <Rows entries={entries} open={open} onOpen={setOpen} />
      )}
    </Section>
  );
}

interface RowsProps {
  readonly entries: readonly FeedEntry[];
  readonly open: ReadonlySet<string>;
  readonly onOpen: (open: ReadonlySet<string>) => void;
}

function Rows({ entries, open, onOpen }: RowsProps) {
  const app = useApp();
  const [, selectTodo] = useSelectedTodo();
  const [, showTab] = useTab();
  const render = useCallback((entry: FeedEntry) => <FeedLine entry={entry} />, []);
  const toggle = (entry: FeedEntry): void => {
    if (entry.type !== 'digest') return;
    const next = new Set(open);
    if (!next.delete(entry.key)) next.add(entry.key);
    onOpen(next);
  };
  return (
    <div role="log" aria-live="off" aria-label={t('Notifications')} className="feed-log">
      <VirtualRows
        items={entries}
        rowHeight={rowHeight}
        keyOf={keyOf}
        render={render}
        treeOf={treeOf}
        label={t('Notifications')}
        role="tree"
        rowRole="treeitem"
        onToggle={toggle}
        onPress={toggle}
        onSpace={toggle}
        onEnter={(entry) => {
          if (entry.type === 'digest') {
            toggle(entry);
            return;
          }
          const { action, session, todo } = entry.item;
          if (action) app.act(action.act);
          else if (session !== undefined) app.act({ type: 'openTranscript', session });
          else if (todo !== undefined) {
            showTab('todo');
            selectTodo(todo);
          }
        }}
      />
    </div>
  );
}

interface EmptyProps {
  readonly isNew: boolean;
  readonly none: string | undefined;
  readonly onShowAll: () => void;
}

function Empty({ isNew, none = '', onShowAll }: EmptyProps) {
  const digestMs = usePart((view) => view.setup?.digestMs ?? 0);
  const news =
    digestMs > 0
      ? t('Nothing yet. News comes once every {0}; what needs you comes at once.', intervalWords(digestMs))
      : t('Nothing yet. What needs you comes at once.');
  return (
    <p className="empty">
      {isNew ? news : none === '' ? t('Everything is read.') : none}{' '}
      {isNew ? null : <LinkButton onPress={onShowAll}>{t('Show All')}</LinkButton>}
    </p>
  );
}

interface FeedActionsProps {
  readonly filter: FeedFilter;
  readonly onFilter: (filter: FeedFilter) => void;
  readonly onClear: () => void;
}

function FeedActions({ filter, onFilter, onClear }: FeedActionsProps) {
  const app = useApp();
  const openMenu = useMenu();
  return (
    <Toolbar label={t('Notifications')}>
      <IconButton
        codicon={filter === 'all' ? 'filter' : 'filter-filled'}
        label={t('Filter Notifications')}
        hasMenu
        onPress={(event) => {
          const items = feedFilters().map((item) => ({
            label: item.label,
            checked: item.filter === filter,
            run: () => {
              onFilter(item.filter);
            },
          }));
          openMenu(t('Filter Notifications'), items, event.currentTarget);
        }}
      />
      <IconButton codicon="check-all" label={t('Clear Read')} onPress={onClear} />
      <IconButton
        codicon="gear"
        label={t('Notification Settings')}
        onPress={() => {
          app.act({ type: 'openSettings', setting: 'notifications' });
        }}
      />
    </Toolbar>
  );
}

/** `60s`, `90s`, `5m`. */
function intervalWords(ms: number): string {
  return ms > 60_000 && ms % 60_000 === 0 ? `${ms / 60_000}m` : `${Math.round(ms / 1_000)}s`;
}

function keyOf(entry: FeedEntry): string {
  return entry.key;
}

function treeOf(entry: FeedEntry) {
  return entry.tree;
}
