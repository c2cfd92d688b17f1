import * as z from 'zod';
import { t } from '../../app/l10n';
import type { AgentRow } from '../../../src/core/view/agentRow';
import type { StateName } from '../../../src/core/view/words';

const kinds = [
  'all',
  'needsYou',
  'running',
  'reviewing',
  'queued',
  'rateLimited',
  'stalled',
  'failed',
  'done',
] as const;

/** Which agents are listed. */
export type AgentFilter = (typeof kinds)[number];

/** How it is kept. */
export const agentFilterSchema = z.enum(kinds);

const names: Readonly<Record<Exclude<AgentFilter, 'all' | 'needsYou'>, readonly StateName[]>> = {
  running: ['running'],
  reviewing: ['reviewing'],
  queued: ['queued'],
  rateLimited: ['rateLimited'],
  stalled: ['stalled', 'lostContact'],
  failed: ['failed', 'blocked'],
  done: ['done', 'verified', 'unverified'],
};

/** Whether a filter lists an agent. */
export function isShownBy(filter: AgentFilter, row: AgentRow): boolean {
  if (filter === 'all') return true;
  return filter === 'needsYou' ? row.needsYou : names[filter].includes(row.state.name);
}

/** Every filter with its name. */
export function agentFilters(): readonly { readonly filter: AgentFilter; readonly label: string }[] {
  return kinds.map((filter) => ({ filter, label: labelOf(filter) }));
}

/** What is said when a filter lists nobody. */
export function noneOf(filter: AgentFilter): string {
  return filter === 'needsYou' ? t('No agent needs you.') : t('No agent is {0}.', labelOf(filter).toLowerCase());
}

function labelOf(filter: AgentFilter): string {
  switch (filter) {
    case 'all':
      return t('All');
    case 'needsYou':
      return t('Needs You');
    case 'running':
      return t('Running');
    case 'reviewing':
      return t('Reviewing');
    case 'queued':
      return t('Queued');
    case 'rateLimited':
      return t('Rate-Limited');
    case 'stalled':
      return t('Stalled or Lost');
    case 'failed':
      return t('Failed');
    case 'done':
      return t('Done');
  }
}
