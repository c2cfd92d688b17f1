import { formatUtc } from '../../../../src/core/todo/text';
import type { Moment } from '../../../../src/core/view/moment';
import type { Told } from '../../cli/viewMission';

/** The clock in UTC, so that a test reads the same everywhere. */
export function utcClock(at: number, seconds = false): string {
  return formatUtc(at).slice(11, seconds ? 19 : 16);
}

/** The moment at which a told mission is. */
export function momentOf(told: Told, more: Partial<Moment> = {}): Moment {
  return { state: told.state, now: told.now, agents: told.agents, clock: utcClock, ...more };
}

/** What a model, a file or a person could say to break a list. */
export const evil = '\x1b[2J\x1b]8;;https://evil.example\x07click\x1b]8;;\x07 \u202egnp.exe\u202c\nnext\u0000 line';
export const tamed = 'click gnp.exe next line';

/** Fails when any text within a value, at whatever depth, would do more than be read. */
export function assertPlain(value: unknown, path = ''): void {
  if (typeof value === 'string') {
    const odd = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u.exec(value);
    if (odd) throw new Error(`${path} has a control character: ${JSON.stringify(value)}`);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Object.entries(value)) if (key !== 'answer') assertPlain(item, `${path}.${key}`);
}
