import type { TreePlace } from '../../components/rowKeys';
import { agentTree, byAttention, type AgentNode } from '../../../src/core/view/agents';
import type { AgentRow } from '../../../src/core/view/agentRow';
import type { Moment } from '../../../src/core/view/moment';
import { costWords } from '../../../src/core/view/status';
import { duration, tokens } from '../../../src/core/todo/text';
import { isShownBy, type AgentFilter } from './agentFilter';

/** A row of the table, with every figure as it is shown; the same object for as long as nothing in it changes. */
export interface TableRow {
  readonly key: string;
  readonly node: AgentNode;
  readonly tree: TreePlace;
  readonly elapsed: string;
  readonly last: string;
  readonly tokens: string;
  readonly cost: string;
}

/** How the table is looked at. */
export interface TableView {
  /** Keys of the rows that are folded. */
  readonly folded: readonly string[];
  readonly filter: AgentFilter;
  /** Two lines a row: by attention, with the leaders and Finished at the end. */
  readonly isNarrow: boolean;
}

/** The key under which everything below the Commander is folded. */
export const leaderKey = 'below';

/** The rows in the order in which they are shown. */
export function tableRows(moment: Moment, view: TableView): TableRow[] {
  const isFiltered = view.filter !== 'all';
  const isFolded = (key: string): boolean => !isFiltered && view.folded.includes(key);
  const nodes = agentTree(moment, { finished: isFiltered || !isFolded('finished') });
  if (isFiltered) return filtered(moment, nodes, view.filter);
  return view.isNarrow ? narrowRows(moment, nodes, isFolded) : treeRows(moment, nodes, isFolded);
}

type IsFolded = (key: string) => boolean;

function treeRows(moment: Moment, nodes: readonly AgentNode[], isFolded: IsFolded): TableRow[] {
  const [leader, ...below] = nodes;
  if (!leader) return [];
  const branches = below.filter((node) => node.level === 2);
  const top: TreePlace = {
    level: 1,
    ...{ size: 1, place: 1 },
    ...(branches.length > 0 ? { isOpen: !isFolded(leaderKey) } : {}),
  };
  const rows = [rowOf(moment, leader, top)];
  if (top.isOpen !== true) return rows;
  for (const [index, node] of branches.entries()) {
    const branch: TreePlace = { level: 2, size: branches.length, place: index + 1, parent: leader.key };
    if (node.kind === 'agent') rows.push(rowOf(moment, node, branch));
    else rows.push(...groupRows(moment, node, membersOf(nodes, node.key), branch, isFolded));
  }
  return rows;
}

function narrowRows(moment: Moment, nodes: readonly AgentNode[], isFolded: IsFolded): TableRow[] {
  const agents = nodes.filter((node) => node.kind === 'agent');
  const atWork = byAttention(agents.filter(({ group }) => group === 'workers' || group === 'reviewers'));
  const leaders = agents.filter(({ group }) => group === undefined);
  const finished = nodes.find((node) => node.kind === 'group' && node.key === 'finished');
  const flat = [...atWork, ...leaders];
  const size = flat.length + (finished ? 1 : 0);
  const rows = flat.map((node, index) => rowOf(moment, node, { level: 1, size, place: index + 1 }));
  if (finished) {
    rows.push(...groupRows(moment, finished, membersOf(nodes, 'finished'), { level: 1, size, place: size }, isFolded));
  }
  return rows;
}

function filtered(moment: Moment, nodes: readonly AgentNode[], filter: AgentFilter): TableRow[] {
  const kept = byAttention(nodes.filter((node) => node.kind === 'agent')).filter((row) => isShownBy(filter, row));
  return kept.map((node, index) => rowOf(moment, node, { level: 1, size: kept.length, place: index + 1 }));
}

function groupRows(
  moment: Moment,
  group: AgentNode,
  members: readonly AgentRow[],
  place: TreePlace,
  isFolded: IsFolded,
): TableRow[] {
  const isOpen = !isFolded(group.key);
  const rows = [rowOf(moment, group, { ...place, isOpen })];
  if (!isOpen) return rows;
  for (const [index, member] of members.entries()) {
    const tree = { level: place.level + 1, size: members.length, place: index + 1, parent: group.key };
    rows.push(rowOf(moment, member, tree));
  }
  return rows;
}

function membersOf(nodes: readonly AgentNode[], group: string): AgentRow[] {
  return nodes.filter((node): node is AgentRow => node.kind === 'agent' && node.group === group);
}

function rowOf({ now }: Moment, node: AgentNode, tree: TreePlace): TableRow {
  const isAgent = node.kind === 'agent';
  return {
    key: node.key,
    node,
    tree,
    elapsed: isAgent && node.elapsedMs !== undefined ? duration(node.elapsedMs) : '',
    last: isAgent && node.lastEventAt !== undefined ? duration(now - node.lastEventAt) : '',
    tokens: node.tokens === undefined ? '' : tokens(node.tokens),
    cost: costWords(node),
  };
}

/** The rows in the order that they had, as far as they were there: what is new comes after its siblings. */
export function inOrderOf(before: readonly TableRow[], rows: readonly TableRow[]): TableRow[] {
  const place = new Map(before.map((row, index) => [row.key, index]));
  const siblings = new Map<string | undefined, TableRow[]>();
  for (const row of rows) {
    const list = siblings.get(row.tree.parent);
    if (list) list.push(row);
    else siblings.set(row.tree.parent, [row]);
  }
  const ordered: TableRow[] = [];
  const add = (parent: string | undefined): void => {
    const list = siblings.get(parent) ?? [];
    list.sort((a, b) => (place.get(a.key) ?? Infinity) - (place.get(b.key) ?? Infinity) || a.tree.place - b.tree.place);
    for (const [index, row] of list.entries()) {
      ordered.push(row.tree.place === index + 1 ? row : { ...row, tree: { ...row.tree, place: index + 1 } });
      if (siblings.has(row.key)) add(row.key);
    }
  };
  add(undefined);
  return ordered;
}

/** The rows, with each that did not change as the object that it was: such a row is not drawn again. */
export function keepSame(before: readonly TableRow[], rows: readonly TableRow[]): TableRow[] {
  const old = new Map(before.map((row) => [row.key, row]));
  return rows.map((row) => {
    const was = old.get(row.key);
    return was && isSameRow(was, row) ? was : row;
  });
}

function isSameRow(a: TableRow, b: TableRow): boolean {
  const { node: _a, tree: _b, ...figures } = a;
  for (const [name, value] of Object.entries(figures)) if (b[name as keyof typeof figures] !== value) return false;
  return isAlike(a.tree, b.tree) && isAlike(shownOf(a.node), shownOf(b.node));
}

/** Times in milliseconds are shown as words, which are compared already. */
function shownOf(node: AgentNode): object {
  if (node.kind === 'group') return { ...node, tokens: 0, cost: 0 };
  return { ...node, elapsedMs: 0, lastEventAt: 0, tokens: 0, cost: 0 };
}

function isAlike(a: object, b: object): boolean {
  const others = new Map<string, unknown>(Object.entries(b));
  for (const [name, value] of Object.entries(a) as [string, unknown][]) {
    const other = others.get(name);
    if (Object.is(value, other)) continue;
    if (typeof value !== 'object' || typeof other !== 'object' || value === null || other === null) return false;
    if (!isAlike(value, other)) return false;
  }
  return true;
}
