import { t } from '../../app/l10n';
import { modelArrow } from '../../../src/core/view/agentRow';
import { leaderKey, type TableRow } from './agentRows';

/** Under which key a row’s folding is kept: the Commander’s session changes, what is below it does not. */
export function foldKey(row: TableRow): string {
  return row.node.kind === 'agent' && row.node.level === 1 && row.tree.level === 1 ? leaderKey : row.key;
}

/** Everything that is known of a row: also what is dropped or cut. */
export function tooltipOf(row: TableRow): string {
  const { node } = row;
  if (node.kind === 'group') return `${node.name} ${node.count}\n${node.summary}`;
  const { name, expected } = node.model;
  const model = expected === undefined ? modelArrow(node.model) : modelWarning(name, expected);
  const context = node.context === undefined ? '' : t('Context {0}', node.context);
  const figures = [
    row.elapsed === '' ? '' : t('Elapsed {0}', row.elapsed),
    row.last === '' ? '' : t('Last event {0} ago', row.last),
    row.tokens === '' ? '' : t('{0} tokens', row.tokens),
    row.cost,
  ];
  const figured = figures.filter((part) => part !== '').join(' · ');
  const lines = [`${node.name} ${node.title}`.trim(), node.state.word, node.now, model, figured, context];
  return lines.filter((line) => line !== '').join('\n');
}

/** That another model answers than the configured one. */
export function modelWarning(name: string, expected: string): string {
  return t('{0}, configured is {1}', name, expected);
}
