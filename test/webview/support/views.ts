import { hostileScene } from './hostile';
import { many, scenes } from './missions';
import type { Scene } from './scenes';
import { sessionOf } from './story';

/** A view that is looked at: a scene, and what the page was left with. */
export interface ViewCase {
  readonly scene: () => Scene;
  readonly saved?: Readonly<Record<string, unknown>>;
  /** Widths at which it is another view than at others; all of them if not set. */
  readonly widths?: readonly number[];
}

const narrow = [320, 360];
const running = scenes['running']!;

/** The widths at which views are looked at, in CSS pixels. */
export const widths: readonly number[] = [320, 360, 920, 1400];

/** Every view by its name. */
export const views: Readonly<Record<string, ViewCase>> = {
  ...Object.fromEntries(Object.entries(scenes).map(([name, scene]) => [name, { scene }])),
  'tab-todo': { scene: running, saved: { tab: 'todo' }, widths: narrow },
  'tab-feed': { scene: running, saved: { tab: 'feed' }, widths: narrow },
  'tab-commands': { scene: running, saved: { tab: 'commands' }, widths: narrow },
  'proof-stopped': { scene: scenes['stopped']!, saved: { tab: 'proof' } },
  'proof-failed': { scene: scenes['failed']!, saved: { tab: 'proof' }, widths: [320, 1400] },
  details: { scene: running, saved: { agent: sessionOf('w-T6-2') } },
  'fifty-agents': { scene: () => many(60, 50), widths: [360, 1400] },
  'thousand-todos': { scene: () => many(1000, 50), saved: { tab: 'todo' }, widths: [360, 1400] },
  hostile: { scene: hostileScene },
};

/** What is never cut: states, numbers, buttons, ids, times. */
export const neverCut = '.state-word, .num, .meter-value, .button-text, .todo-id, .feed-time, .tab, .key';
