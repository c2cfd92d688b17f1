import { useCallback } from 'react';
import * as z from 'zod';
import { useApp, useSaved } from '../../app/context';
import { agentFilterSchema, type AgentFilter } from './agentFilter';
import { leaderKey } from './agentRows';

const foldedSchema = z.array(z.string()).readonly();
const foldedAtFirst: readonly string[] = ['finished'];
/** What “collapse all” folds. */
const groups: readonly string[] = ['workers', 'reviewers', 'finished'];

/** How the table of agents is looked at: what is folded, and which agents are listed. */
export function useAgentView() {
  const { saved } = useApp();
  const [folded, setFolded] = useSaved('agents.folded', foldedSchema, foldedAtFirst);
  const [filter, setFilter] = useSaved<AgentFilter>('agents.filter', agentFilterSchema, 'all');
  const toggle = useCallback(
    (key: string) => {
      const now = saved.get('agents.folded', foldedSchema, foldedAtFirst);
      saved.set('agents.folded', now.includes(key) ? now.filter((other) => other !== key) : [...now, key]);
    },
    [saved],
  );
  const collapseAll = (): void => {
    setFolded([...groups, ...folded.filter((key) => key === leaderKey)]);
  };
  return { folded, toggle, collapseAll, filter, setFilter };
}
