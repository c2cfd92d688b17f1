import type { Moment } from '../../src/core/view/moment';
import { clock } from './clock';
import type { View } from './view';

/** The mission at a time, from what the page knows. */
export function momentOf(view: View, now: number): Moment | undefined {
  const { state, agents, setup } = view;
  return state && { state, now, agents, lostContactSince: setup?.lostContactSince, clock };
}
