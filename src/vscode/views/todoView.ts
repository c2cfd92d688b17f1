import {
  commands,
  EventEmitter,
  l10n,
  TreeItem,
  TreeItemCheckboxState,
  TreeItemCollapsibleState,
  window,
  type TreeDataProvider,
} from 'vscode';
import { todoOrders, type TodoOrder } from '../../core/view/todos';
import { tally } from '../../core/view/words';
import type { Desk, Place } from '../desk';
import { isLive } from '../missions';
import { paced } from '../pace';
import { themeIcon } from './icon';
import { registerTodoCommands } from './todoCommands';
import { todoDrag } from './todoDrag';
import { todoModel, type TodoElement, type TodoSource } from './todoModel';

const viewId = 'orchestrator.todo';
const orderKey = 'orchestrator.todoOrder';
/** The tree is brought up to date at most so often. */
const refreshMs = 250;
/** Some states come with time alone: an agent that is silent. */
const lookMs = 10_000;

/** The native tree of TODOs, with check boxes. It costs next to nothing while it is hidden. */
export function registerTodoView(desk: Desk): void {
  const { context, missions } = desk;
  const model = todoModel();
  const changes = new EventEmitter<TodoElement | TodoElement[] | undefined>();
  const kept = context.workspaceState.get(orderKey);
  // The dashboard, the command line and todo.md have the list’s order, too.
  let order = todoOrders.find((each) => each === kept) ?? 'list';

  const update = () => model.update(sources(missions.places), order);
  update();
  const provider: TreeDataProvider<TodoElement> = {
    onDidChangeTreeData: changes.event,
    getChildren: (element) => {
      // VS Code asks for the roots when the view comes into sight, which may be before it says so.
      if (!element) update();
      return [...(element ? model.children(element) : model.roots())];
    },
    getParent: (element) => model.parent(element),
    getTreeItem: (element) => treeItem(element),
    resolveTreeItem(item, element) {
      item.tooltip = model.tooltip(element);
      return item;
    },
  };
  const treeItem = (element: TodoElement): TreeItem => {
    const entry = model.entry(element);
    const isTodo = element.kind === 'todo';
    const item = new TreeItem(entry.label, isTodo ? TreeItemCollapsibleState.None : TreeItemCollapsibleState.Expanded);
    item.id = element.key;
    item.description = entry.description;
    item.contextValue = entry.context;
    item.accessibilityInformation = { label: entry.spoken, role: 'treeitem' };
    if (entry.icon) item.iconPath = themeIcon(entry.icon);
    if (!isTodo) return item;
    item.checkboxState = {
      state: entry.checked === true ? TreeItemCheckboxState.Checked : TreeItemCheckboxState.Unchecked,
      tooltip:
        entry.checked === true ? l10n.t('Take the tick away') : l10n.t('Tick it yourself; it is marked as yours'),
      accessibilityInformation: { label: entry.spoken },
    };
    item.command = {
      command: 'orchestrator.showTodo',
      title: l10n.t('Show in Dashboard'),
      arguments: [element],
    };
    return item;
  };

  const view = window.createTreeView(viewId, {
    treeDataProvider: provider,
    manageCheckboxStateManually: true,
    showCollapseAll: true,
    canSelectMany: true,
    dragAndDropController: todoDrag(desk),
  });

  const refresh = paced(desk.clock, refreshMs, () => {
    showCounts(view, missions.places);
    if (!view.visible) return;
    const changed = update();
    if (changed === 'all') changes.fire(undefined);
    else if (changed.length > 0) changes.fire([...changed]);
  });
  const choose = (next: TodoOrder): void => {
    order = next;
    void commands.executeCommand('setContext', orderKey, next);
    void context.workspaceState.update(orderKey, next);
    refresh.ask();
  };
  void commands.executeCommand('setContext', orderKey, order);

  let forgetLook = (): void => undefined;
  const look = (): void => {
    forgetLook = desk.clock.after(lookMs, () => {
      if (view.visible && missions.places.some(isLive)) refresh.ask();
      look();
    });
  };
  look();

  context.subscriptions.push(
    view,
    changes,
    refresh,
    { dispose: () => forgetLook() },
    view.onDidChangeVisibility(() => refresh.ask()),
    view.onDidChangeCheckboxState(async ({ items }) => {
      for (const [element, state] of items) {
        if (element.kind !== 'todo') continue;
        const done = state === TreeItemCheckboxState.Checked;
        try {
          await desk.act(element.folder, { type: 'edit', edit: { type: 'tick', todo: element.todo, done } });
        } catch (error) {
          desk.complain(error);
        }
        // What the mission made of it is shown, also where that is nothing.
        changes.fire(element);
      }
      refresh.ask();
    }),
    missions.onDidChange(() => refresh.ask()),
    missions.onDidChangePlaces(() => refresh.ask()),
    missions.onDidRecord(() => refresh.ask()),
    missions.onDidHear(() => refresh.ask()),
    desk.command('orchestrator.orderTodosByList', () => choose('list')),
    desk.command('orchestrator.orderTodosByDependency', () => choose('dependency')),
    desk.command('orchestrator.groupTodosByState', () => choose('state')),
    ...registerTodoCommands(desk, { selection: () => view.selection[0], order: () => order }),
  );
  showCounts(view, missions.places);
}

/** The folders as the tree shows them. */
function sources(places: readonly Place[]): TodoSource[] {
  return places.flatMap((place) => {
    const moment = place.moment();
    if (!moment) return [];
    const editable = isLive(place) && moment.state.stop === undefined;
    return [{ key: place.key, name: place.name, moment, editable }];
  });
}

interface Counted {
  badge?: { value: number; tooltip: string } | undefined;
  description?: string | undefined;
}

/** The badge has what is left of missions that are not sealed; nothing is set that is so already. */
function showCounts(view: Counted, places: readonly Place[]): void {
  let [left, done, total] = [0, 0, 0];
  for (const { folder } of places) {
    const { mission } = folder;
    if (!mission) continue;
    left += mission.open.size;
    const counted = tally(mission);
    done += counted.done;
    total += counted.of;
  }
  const description = total === 0 ? undefined : l10n.t('{0} of {1}', done, total);
  if (view.description !== description) view.description = description;
  if ((view.badge?.value ?? 0) === left) return;
  const tooltip = left === 1 ? l10n.t('1 TODO is left') : l10n.t('{0} TODOs are left', left);
  view.badge = left === 0 ? undefined : { value: left, tooltip };
}
