import type { Desk } from '../desk';
import { registerMissionsView } from './missionsView';
import { registerNeedsYouView } from './needsYouView';
import { registerTodoView } from './todoView';

/** Puts the native trees up; one that fails is logged, and the others stand without it. */
export function registerViews(desk: Desk): void {
  for (const register of [registerTodoView, registerNeedsYouView, registerMissionsView]) {
    try {
      register(desk);
    } catch (error) {
      desk.log.error('A view could not be put up.', error);
    }
  }
}
