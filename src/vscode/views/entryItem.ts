import { TreeItem, type Command } from 'vscode';
import type { Entry } from './entry';
import { themeIcon } from './icon';

/** An entry as VS Code draws it; without one an empty line, which the next refresh takes away. */
export function entryItem(key: string, entry: Entry | undefined, command: Command): TreeItem {
  const item = new TreeItem(entry?.label ?? '');
  item.id = key;
  if (!entry) return item;
  item.description = entry.description;
  item.tooltip = entry.tooltip;
  item.contextValue = entry.context;
  item.accessibilityInformation = { label: entry.spoken, role: 'treeitem' };
  item.iconPath = themeIcon(entry.icon);
  item.command = command;
  return item;
}
