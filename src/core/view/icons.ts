import type { StateName } from './words';

/** What a colour says; each surface has a theme colour for it. */
export type ColourRole = 'blue' | 'green' | 'purple' | 'warning' | 'error' | 'description';

/** What stands before a line and is no state. */
export type SignName =
  | 'note'
  | 'noteDelivered'
  | 'plan'
  | 'issue'
  | 'warning'
  | 'clearRead'
  | 'permission'
  | 'question'
  | 'stop'
  | 'time'
  | 'info';

/** A state or a sign. */
export type IconName = StateName | SignName;

/** A codicon with the meaning of its colour. */
export interface Icon {
  readonly codicon: string;
  readonly colour: ColourRole;
}

const icons: Readonly<Record<IconName, Icon>> = {
  queued: { codicon: 'circle-large-outline', colour: 'description' },
  running: { codicon: 'play-circle', colour: 'blue' },
  waitingPermission: { codicon: 'shield', colour: 'warning' },
  waitingQuestion: { codicon: 'question', colour: 'warning' },
  rateLimited: { codicon: 'watch', colour: 'warning' },
  stalled: { codicon: 'warning', colour: 'warning' },
  reviewing: { codicon: 'eye', colour: 'purple' },
  done: { codicon: 'check', colour: 'green' },
  verified: { codicon: 'pass-filled', colour: 'green' },
  unverified: { codicon: 'pass', colour: 'green' },
  failed: { codicon: 'error', colour: 'error' },
  blocked: { codicon: 'circle-slash', colour: 'error' },
  cancelled: { codicon: 'close', colour: 'description' },
  stopping: { codicon: 'loading', colour: 'description' },
  stopped: { codicon: 'stop-circle', colour: 'description' },
  lostContact: { codicon: 'debug-disconnect', colour: 'error' },
  planning: { codicon: 'list-ordered', colour: 'blue' },
  missionRunning: { codicon: 'sync', colour: 'blue' },
  waiting: { codicon: 'bell-dot', colour: 'warning' },
  paused: { codicon: 'debug-pause', colour: 'description' },
  sealed: { codicon: 'verified-filled', colour: 'green' },
  exhausted: { codicon: 'dashboard', colour: 'warning' },
  note: { codicon: 'mail', colour: 'description' },
  noteDelivered: { codicon: 'mail-read', colour: 'description' },
  plan: { codicon: 'checklist', colour: 'description' },
  issue: { codicon: 'issues', colour: 'error' },
  warning: { codicon: 'warning', colour: 'warning' },
  clearRead: { codicon: 'check-all', colour: 'description' },
  permission: { codicon: 'shield', colour: 'description' },
  question: { codicon: 'question', colour: 'warning' },
  stop: { codicon: 'debug-stop', colour: 'description' },
  time: { codicon: 'watch', colour: 'description' },
  info: { codicon: 'info', colour: 'description' },
};

/** The icon of a state or a sign. */
export function iconOf(name: IconName): Icon {
  return icons[name];
}

/** Whether a text names a state or a sign. */
export function isIconName(name: unknown): name is IconName {
  return typeof name === 'string' && Object.hasOwn(icons, name);
}
