import type { Role } from '../mission/facts';
import type { MissionState } from '../mission/state';
import type { Gate } from '../recovery/gate';
import { closedGate } from '../recovery/gates';
import { modelOf, providerOf } from '../recovery/models';
import { pending } from '../recovery/pending';
import { modelAsk } from '../recovery/refusedModel';
import type { Moment } from './moment';

/** A model that is waited for, and by whom; ids of TODOs, or the role as a sentence names it. */
export interface ModelWait {
  readonly who: readonly string[];
  /** `openai (0:42)`, `your answer about openai`. */
  readonly what: string;
  /** What stands alone: `openai asks to wait 0:42`. */
  readonly alone: string;
}

/** Everybody whose next turn waits for a model that failed or was refused. */
export function modelWaits(moment: Moment): ModelWait[] {
  const { state: s } = moment;
  const byModel = new Map<string, { role: Role; who: string[] }>();
  for (const { role, who } of pending(s)) {
    const model = modelOf(s, role);
    const known = byModel.get(model) ?? { role, who: [] };
    byModel.set(model, known);
    known.who.push(who);
  }
  return [...byModel].flatMap(([model, { role, who }]) => {
    const name = providerOf(model);
    if (s.asks.has(modelAsk(model))) {
      return [{ who, what: `your answer about ${name}`, alone: `${name} is refused until you say how to go on` }];
    }
    const gate = closedGate(s, role, moment.now);
    if (!gate) return [];
    const time = left(gate, moment.now);
    return gate.probe === undefined
      ? [{ who, what: `${name} (${time})`, alone: `${name} asks to wait ${time}` }]
      : [{ who, what: `${name}, which one turn tries again`, alone: `one turn tries ${name} again` }];
  });
}

/** Until when a role’s model is waited for; undefined when it is not, or only for the turn that tries it. */
export function waitsUntil({ state: s, now }: Moment, role: Role): number | undefined {
  const gate = closedGate(s, role, now);
  return gate && now < gate.until ? gate.until : undefined;
}

/** Whether a role’s next turn waits for its model, or for a person’s word about it. */
export function isHeld(s: MissionState, role: Role, now: number): boolean {
  return closedGate(s, role, now) !== undefined || s.asks.has(modelAsk(modelOf(s, role)));
}

/** `0:42`, `12:05`. */
function left({ until }: Gate, now: number): string {
  const seconds = Math.max(0, Math.ceil((until - now) / 1_000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
