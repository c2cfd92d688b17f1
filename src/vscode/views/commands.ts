/** A command of the views, as the manifest has it. */
export interface ViewCommand {
  readonly command: string;
  readonly title: string;
  /** A codicon, where the command is shown as one. */
  readonly icon?: string;
  /** Where it stands, in the manifest’s words; `viewItem` holds words between dots that say what can be done. */
  readonly menus: readonly ViewMenu[];
  /** Whether it makes sense from the palette, where it asks what is meant. */
  readonly palette: boolean;
}

/** A place of a command in a menu. */
export interface ViewMenu {
  readonly menu: 'view/title' | 'view/item/context';
  readonly when: string;
  readonly group: string;
}

const todo = 'view == orchestrator.todo';
const ask = 'view == orchestrator.needsYou';
const history = 'view == orchestrator.missions';

function item(view: string, word: string, group: string): ViewMenu {
  return { menu: 'view/item/context', when: `${view} && viewItem =~ /\\.${word}\\./`, group };
}

function title(when: string, group: string): ViewMenu {
  return { menu: 'view/title', when, group };
}

/** The commands of the TODO view, the inbox and the history. The context key `orchestrator.todoOrder` is set by the view. */
export const viewCommands: readonly ViewCommand[] = [
  {
    ...{ command: 'orchestrator.orderTodosByList', title: 'Order by List', icon: 'list-ordered', palette: false },
    menus: [title(`${todo} && orchestrator.todoOrder != list`, '1_order@1')],
  },
  {
    ...{
      command: 'orchestrator.orderTodosByDependency',
      title: 'Order by Dependency',
      icon: 'list-flat',
      palette: false,
    },
    menus: [title(`${todo} && orchestrator.todoOrder != dependency`, '1_order@2')],
  },
  {
    ...{ command: 'orchestrator.groupTodosByState', title: 'Group by State', icon: 'list-tree', palette: false },
    menus: [title(`${todo} && orchestrator.todoOrder != state`, '1_order@3')],
  },
  {
    ...{ command: 'orchestrator.addTodo', title: 'Add TODO…', icon: 'add', palette: true },
    menus: [title(`${todo} && orchestrator.hasMission`, 'navigation@2')],
  },
  {
    ...{ command: 'orchestrator.openTodoFiles', title: 'Open Changes', icon: 'diff-multiple', palette: true },
    menus: [item(todo, 'files', 'inline@1'), item(todo, 'files', '1_open@1')],
  },
  {
    ...{ command: 'orchestrator.revertTodo', title: 'Revert Changes', icon: 'discard', palette: true },
    menus: [item(todo, 'changes', '4_revert@1')],
  },
  {
    ...{ command: 'orchestrator.revertFile', title: 'Revert File…', icon: 'discard', palette: true },
    menus: [item(todo, 'changes', '4_revert@2')],
  },
  {
    ...{ command: 'orchestrator.showTodo', title: 'Show in Dashboard', icon: 'dashboard', palette: false },
    menus: [item(todo, 'todo', '1_open@3')],
  },
  {
    ...{ command: 'orchestrator.retryTodo', title: 'Retry', icon: 'debug-restart', palette: true },
    menus: [item(todo, 'retry', 'inline@2'), item(todo, 'retry', '2_do@2')],
  },
  {
    ...{ command: 'orchestrator.openTodoTranscript', title: 'Open Transcript', icon: 'output', palette: false },
    menus: [item(todo, 'transcript', 'inline@3'), item(todo, 'transcript', '1_open@2')],
  },
  {
    ...{ command: 'orchestrator.tickTodo', title: 'Tick', icon: 'check', palette: true },
    menus: [item(todo, 'tick', '2_do@1')],
  },
  {
    ...{ command: 'orchestrator.untickTodo', title: 'Take the Tick Away', icon: 'discard', palette: true },
    menus: [item(todo, 'untick', '2_do@1')],
  },
  {
    ...{ command: 'orchestrator.cancelTodo', title: 'Cancel TODO', icon: 'close', palette: true },
    menus: [item(todo, 'cancel', '2_do@3')],
  },
  {
    ...{ command: 'orchestrator.editTodo', title: 'Edit…', icon: 'edit', palette: true },
    menus: [item(todo, 'edit', '3_edit@1')],
  },
  {
    ...{ command: 'orchestrator.addCheck', title: 'Add Check…', icon: 'beaker', palette: true },
    menus: [item(todo, 'nocheck', '3_edit@2')],
  },
  {
    ...{ command: 'orchestrator.moveTodoUp', title: 'Move Up', icon: 'arrow-up', palette: true },
    menus: [item(todo, 'edit', '3_edit@3')],
  },
  {
    ...{ command: 'orchestrator.moveTodoDown', title: 'Move Down', icon: 'arrow-down', palette: true },
    menus: [item(todo, 'edit', '3_edit@4')],
  },
  {
    ...{ command: 'orchestrator.allowOnce', title: 'Allow Once', icon: 'check', palette: true },
    menus: [item(ask, 'permission', 'inline@1'), item(ask, 'permission', '1_answer@1')],
  },
  {
    ...{ command: 'orchestrator.allowForMission', title: 'Allow for This Mission', icon: 'check-all', palette: true },
    menus: [item(ask, 'always', 'inline@2'), item(ask, 'always', '1_answer@2')],
  },
  {
    ...{ command: 'orchestrator.deny', title: 'Deny', icon: 'close', palette: true },
    menus: [item(ask, 'permission', 'inline@3'), item(ask, 'permission', '1_answer@3')],
  },
  {
    ...{ command: 'orchestrator.denyWithReason', title: 'Deny with Reason…', icon: 'comment', palette: true },
    menus: [item(ask, 'permission', '1_answer@4')],
  },
  {
    ...{ command: 'orchestrator.answerQuestion', title: 'Answer…', icon: 'reply', palette: true },
    menus: [item(ask, 'question', 'inline@1'), item(ask, 'question', '1_answer@1')],
  },
  {
    ...{ command: 'orchestrator.resolveConflict', title: 'Resolve Merge Conflict', icon: 'git-merge', palette: true },
    menus: [item(ask, 'merge', 'inline@2'), item(ask, 'merge', '1_answer@2'), item(todo, 'merge', '1_open@0')],
  },
  {
    ...{ command: 'orchestrator.showAsk', title: 'Show in Dashboard', icon: 'dashboard', palette: false },
    menus: [item(ask, 'ask', '2_open@2')],
  },
  {
    ...{ command: 'orchestrator.openAskTranscript', title: 'Open Transcript', icon: 'output', palette: false },
    menus: [item(ask, 'transcript', '2_open@1')],
  },
  {
    ...{ command: 'orchestrator.openMission', title: 'Open Mission', icon: 'dashboard', palette: false },
    menus: [item(history, 'mission', '1_open@1')],
  },
  {
    ...{ command: 'orchestrator.resumeListedMission', title: 'Resume', icon: 'debug-continue', palette: false },
    menus: [item(history, 'resume', 'inline@1'), item(history, 'resume', '1_open@2')],
  },
  {
    ...{ command: 'orchestrator.refreshMissions', title: 'Refresh', icon: 'refresh', palette: false },
    menus: [title(history, 'navigation@1')],
  },
];
