import type { FactOf, Role } from '../mission/facts';
import type { MissionState, Turn } from '../mission/state';
import { duration, plain } from '../todo/text';
import type { Gate } from './gate';
import { modelOf, modelOfTurn, rolesOf } from './models';
import { pending } from './pending';
import { policies, usualPace, type Pace } from './policies';
import { modelAsk } from './refusedModel';
import { inFlight } from './throttle';

type GateTurn = Pick<Turn, 'id' | 'role' | 'model'>;

/** Whether a failure is one more in a row, not one of many at the same time. */
function isNext(gate: Gate | undefined, turn: Turn, at: number): boolean {
  return gate === undefined || gate.probe === turn.id || (gate.probe === undefined && at >= gate.until);
}

/**
 * Until when a model’s gate is to be closed after a failure of this turn: the step’s time, or the provider’s own where that is
 * later, within the cap. `asked` may be anything that a provider says.
 */
export function gateTime(s: MissionState, turn: Turn, now: number, asked = now, pace: Pace = usualPace): number {
  const gate = s.gates.get(modelOfTurn(s, turn));
  const { stepsMs } = pace;
  const step = stepsMs[Math.min(gate?.step ?? 0, stepsMs.length - 1)] ?? 0;
  const own = gate && !isNext(gate, turn, now) ? gate.until : now + step;
  const theirs = Number.isFinite(asked) ? Math.min(asked, now + pace.capMs) : now;
  return Math.max(own, theirs);
}

/** Takes a failure of a turn’s model into the state. */
export function closeGate(s: MissionState, turn: Turn, { reason, retryAt }: FactOf<'turn.lost'>, at: number): void {
  const model = modelOfTurn(s, turn);
  const gate = s.gates.get(model);
  const next = isNext(gate, turn, at);
  s.gates.set(model, {
    step: (gate?.step ?? 0) + (next ? 1 : 0),
    since: gate?.since ?? at,
    until: Math.max(retryAt ?? at, next ? 0 : (gate?.until ?? 0)),
    reason,
    probe: gate?.probe === turn.id ? undefined : gate?.probe,
  });
}

/** Whether what this turn’s model says now opens its gate: the turn that tries, or anybody once the time is over. */
export function opensGate(s: MissionState, turn: GateTurn, at: number): boolean {
  const gate = s.gates.get(modelOfTurn(s, turn));
  return gate !== undefined && (gate.probe === turn.id || at >= gate.until);
}

/** A turn’s model has answered. */
export function openGate(s: MissionState, turn: Turn, at: number): void {
  if (opensGate(s, turn, at)) s.gates.delete(modelOfTurn(s, turn));
}

/** A turn that begins at a gate is the one that tries. */
export function enterGate(s: MissionState, turn: GateTurn): void {
  const model = modelOfTurn(s, turn);
  const gate = s.gates.get(model);
  if (gate) s.gates.set(model, { ...gate, probe: turn.id });
}

/** A turn is over: if it was the one that tries, another may. */
export function leaveGate(s: MissionState, turn: GateTurn): void {
  const model = modelOfTurn(s, turn);
  const gate = s.gates.get(model);
  if (gate?.probe === turn.id) s.gates.set(model, { ...gate, probe: undefined });
}

/** The clock was set back: no gate stays closed for longer because of it. */
export function shiftGates(s: MissionState, ms: number): void {
  if (ms >= 0) return;
  for (const [model, gate] of s.gates) s.gates.set(model, { ...gate, until: gate.until + ms, since: gate.since + ms });
}

/** Whether every step was tried: nobody tries any more. */
export function isSpent(gate: Gate): boolean {
  return gate.step > usualPace.stepsMs.length;
}

/** Whether one more failure of this turn’s model is the one after which nobody tries any more; `now` in milliseconds since the epoch. */
export function isLastFailure(s: MissionState, turn: Turn, now: number): boolean {
  const gate = s.gates.get(modelOfTurn(s, turn));
  return gate !== undefined && isNext(gate, turn, now) && gate.step >= usualPace.stepsMs.length;
}

/** Who may begin now. A gate lets one turn through: whoever asks first, and gets yes. */
export interface Admission {
  readonly admits: (role: Role) => boolean;
  /** The models whose turns were turned away. */
  readonly held: ReadonlySet<string>;
}

/** Looks at the gates and at refused models as they are; `now` in milliseconds since the epoch. */
export function admission(s: MissionState, now: number): Admission {
  const tried = new Set<string>();
  const held = new Set<string>();
  const flying = s.throttles.size > 0 ? inFlight(s) : new Map<string, number>();
  return {
    held,
    admits: (role) => {
      const model = modelOf(s, role);
      const gate = s.gates.get(model);
      const closed =
        gate !== undefined && (isSpent(gate) || now < gate.until || gate.probe !== undefined || tried.has(model));
      if (closed || s.asks.has(modelAsk(model))) {
        held.add(model);
        return false;
      }
      const most = s.throttles.get(model)?.most;
      const others = flying.get(model) ?? 0;
      // Those in flight let it in when they end.
      if (most !== undefined && others >= most) return false;
      flying.set(model, others + 1);
      if (gate) tried.add(model);
      return true;
    },
  };
}

/** Why the mission has failed when nothing else is left to do than turns of these models; undefined while one may be tried again. */
export function outOfPatience(s: MissionState, held: Iterable<string>, now: number): string | undefined {
  for (const model of held) {
    const gate = s.gates.get(model);
    if (!gate || !isSpent(gate)) continue;
    const name = model === '' ? 'OpenCode’s default model' : `The model ${model}`;
    const roles = rolesOf(s, model);
    const said = plain(gate.reason, 300).replace(/[.\s]+$/, '');
    return `${name} has not answered for ${duration(now - gate.since)}, in ${gate.step} tries: ${said}. Look at the provider’s status and at your quota, or choose another model (${roles.map((role) => `models.${role}`).join(', ')}); then resume.`;
  }
  return undefined;
}

/** The gate that a turn of this role would wait at now. */
export function closedGate(s: MissionState, role: Role, now: number): Gate | undefined {
  const gate = s.gates.get(modelOf(s, role));
  return gate && (now < gate.until || gate.probe !== undefined) ? gate : undefined;
}

/** Whether something is left that only waits for a model’s gate, and will go on by itself. */
export function waitsAtGate(s: MissionState): boolean {
  return pending(s).some(({ role }) => {
    const model = modelOf(s, role);
    return s.gates.has(model) && !s.asks.has(modelAsk(model));
  });
}

/** What a lost turn says about its model’s gate. */
export function judgeGate(s: MissionState, turn: Turn, fact: FactOf<'turn.lost'>, at: number): void {
  const policy = fact.class === undefined ? undefined : policies[fact.class];
  if (policy?.holds) closeGate(s, turn, fact, at);
  else if (policy?.answers) openGate(s, turn, at);
  leaveGate(s, turn);
}
