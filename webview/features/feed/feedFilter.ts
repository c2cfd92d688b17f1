import * as z from 'zod';
import type { FeedItem } from '../../../src/core/view/feed';
import { t } from '../../app/l10n';

/** Which notifications are shown. */
export const feedFilterSchema = z.enum(['all', 'needsYou', 'good', 'bad', 'note']);
export type FeedFilter = z.infer<typeof feedFilterSchema>;

/** Up to which notification of which mission everything was read, by its key. */
export const feedReadSchema = z.object({ mission: z.string(), key: z.string() });
export type FeedRead = z.infer<typeof feedReadSchema>;

/** A filter with its line in the menu, and the sentence that says nothing passed it. */
export interface FeedFilterWords {
  readonly filter: FeedFilter;
  readonly label: string;
  readonly none: string;
}

/** The filters in the order of the menu. */
export function feedFilters(): readonly FeedFilterWords[] {
  return [
    { filter: 'all', label: t('All'), none: '' },
    { filter: 'needsYou', label: t('Needs You'), none: t('No notification asks for you.') },
    { filter: 'good', label: t('Good News'), none: t('No good news yet.') },
    { filter: 'bad', label: t('Bad News'), none: t('No bad news.') },
    { filter: 'note', label: t('Notes'), none: t('No note.') },
  ];
}

/** The notifications that pass the filter and are not read. */
export function unread(feed: readonly FeedItem[], filter: FeedFilter, read: FeedRead | undefined): readonly FeedItem[] {
  // One that is gone has fallen out at the old end, so that all are newer.
  const from = read === undefined ? 0 : feed.findIndex((item) => item.key === read.key) + 1;
  return feed.slice(from).filter((item) => filter === 'all' || item.kind === filter);
}
