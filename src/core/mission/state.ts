import type { Command } from '../commands/model';
import type { Gate, Throttle } from '../recovery/gate';
import { guessed, tookNothing, type Took, type Weights } from '../todo/ranks';
import type { NextPrompt, Todo, TodoDraft } from '../todo/model';
import type { FactOf, IssueDraft, PermissionAsked, QuestionAsked, Role, TurnKind } from './facts';
import { defaultSettings, type Settings } from './settings';

export interface Issue extends IssueDraft {
  readonly state: 'open' | 'closed';
  readonly openedAt: number;
  readonly closedAt?: number | undefined;
}

/** A prompt that was ordered and whose session is not confirmed idle yet. */
export interface Turn {
  readonly id: string;
  readonly role: Role;
  readonly todo?: string | undefined;
  readonly attempt: number;
  readonly kind: TurnKind;
  /** The model that it was ordered with, as `provider/model`; empty is OpenCode’s default. */
  readonly model?: string | undefined;
  /** OpenCode’s id of the prompt’s message, chosen by us so that the prompt is sent once. */
  readonly message: string;
  readonly session?: string | undefined;
  readonly orderedAt: number;
  /** Milliseconds that earlier turns of the attempt have used. */
  readonly usedMs: number;
  /** How often earlier turns of the attempt were interrupted. */
  readonly interruptions: number;
  /** How often the attempt was set down until its model answers again, and whether it was ended once because it stalled. */
  readonly waits?: number | undefined;
  readonly nudged?: boolean | undefined;
  /** What a reminder says beyond the usual. */
  readonly why?: string | undefined;
  /** The files as they were before it began to work; workers only, and only where trees are kept. */
  readonly tree?: string | undefined;
  /** The answer is recorded; only the end of the turn is awaited. */
  readonly settling: boolean;
  /** Nobody waits for its answer any more: its TODO was closed meanwhile. */
  readonly unwanted: boolean;
}

export interface Ask {
  readonly id: string;
  readonly kind: 'permission' | 'question';
  readonly session?: string | undefined;
  readonly title: string;
  readonly openedAt: number;
  readonly permission?: PermissionAsked | undefined;
  readonly questions?: readonly QuestionAsked[] | undefined;
}

/** An agent’s session and what it has used so far, in turns that have ended. Times in milliseconds. */
export interface SessionRecord {
  readonly role: Role;
  readonly todo?: string | undefined;
  readonly attempt: number;
  readonly openedAt: number;
  readonly turns: number;
  readonly tokens: number;
  readonly cost: number;
  readonly workedMs: number;
  /** When and how its last turn ended; undefined while one is in flight. */
  readonly ended?: { readonly at: number; readonly how: 'answered' | FactOf<'turn.lost'>['how'] } | undefined;
  /** The model that answered last, as `provider/model`. */
  readonly model?: string | undefined;
  /** The model that its last turn was ordered with; empty is OpenCode’s default. */
  readonly asked?: string | undefined;
}

/** A person’s note: queued until a turn takes it along. Times in milliseconds since the epoch. */
export interface Note {
  readonly id: string;
  readonly text: string;
  readonly at: number;
  /** The TODO whose worker it is for; otherwise the Commander. */
  readonly to?: string | undefined;
  /** A Commander’s turn is wanted as soon as possible. */
  readonly now: boolean;
  /** The turn that took it along last, when, and which iteration that is. */
  readonly turn?: string | undefined;
  readonly iteration?: number | undefined;
  readonly deliveredAt?: number | undefined;
  /** The worker has reported since. */
  readonly read: boolean;
  /** Its TODO was closed first, so it goes to the Commander. */
  readonly moved: boolean;
}

export type EndState = FactOf<'mission.ended'>['state'];

/** Something the Commander is told with its next turn. */
export interface Briefing {
  notes: string[];
  refusals: string[];
  followUps: TodoDraft[];
}

/** The ask that holds every worker back until a person has approved the plan. */
export const planAsk = 'plan';

/**
 * A mission, folded from its facts. One fold owns it and changes it in place (a copy of 10,000 TODOs per fact would cost
 * more than the work); everyone else reads. The indices below the line are derived and never journalled.
 */
export interface MissionState {
  mission: string;
  text: string;
  directory: string;
  settings: Settings;
  seq: number;
  startedAt: number;
  lastAt: number;
  /** Since when it runs without a break (0: it rests), and how long it ran before, in milliseconds. */
  runningSince: number;
  ranMs: number;
  iteration: number;
  todos: Map<string, Todo>;
  issues: Map<string, Issue>;
  turns: Map<string, Turn>;
  /** OpenCode’s session ids with whose they are. */
  sessions: Map<string, SessionRecord>;
  asks: Map<string, Ask>;
  /** Background commands, in the order in which they were ordered. */
  commands: Map<string, Command>;
  /** The mission’s end-to-end check. */
  check?: string | undefined;
  commander: {
    session?: string | undefined;
    lost: number;
    reason?: string | undefined;
    next?: NextPrompt | undefined;
    /** Turns in a row that changed nothing. */
    idle: number;
  };
  planner: {
    wanted?: string | undefined;
    attempts: number;
    lost: number;
    next?: NextPrompt | undefined;
    /** What a session said last that ran out of room. */
    carried?: string | undefined;
  };
  missionReview: {
    /** Something changed since the last one began. */
    due: boolean;
    passed: boolean;
    summary?: string | undefined;
    attempts: number;
    lost: number;
    /** The last one gave no answer at all, so asking to seal repeats it. */
    gaveUp: boolean;
    next?: NextPrompt | undefined;
  };
  /** Collected for the Commander’s next turn, and what its running turn was told. */
  news: Briefing;
  told: Briefing;
  /** What a person wrote, in order. */
  notes: Note[];
  /** What the Commander said last. */
  summary: string;
  stop?: { by: string; as: Exclude<EndState, 'sealed'>; reason: string } | undefined;
  end?: { state: EndState; reason: string; at: number; confirmed?: number | undefined } | undefined;
  /** Since when, and by whom, no new turn is started. */
  paused?: { by: string; at: number } | undefined;
  /** Models that failed, by their setting. */
  gates: Map<string, Gate>;
  /** Models that asked for less at once, by their setting. */
  throttles: Map<string, Throttle>;
  /** The roles that run on another model than the first of their list, with that one. */
  fellBack: Map<Role, string>;
  /** Models that answered in place of others, each with its role and the one that was asked for; told once. */
  differed: Set<string>;
  /** The limits of which four fifths were used, with what they were then. */
  warned: Map<string, number>;
  tokens: number;
  cost: number;
  peak: number;
  turnsOrdered: number;
  issuesOpened: number;
  asksOpened: number;
  kept: string[];
  /** A person has put the TODOs in an order, which then decides who begins first. */
  ordered?: boolean | undefined;
  /** The files as they were before the first worker, and the paths that were told to have strayed. */
  startTree?: string | undefined;
  strayed: Set<string>;
  /** What TODOs of each size took so far, and weigh; another object when TODOs were added, too. */
  took: Took;
  weights: Weights;
  // ── indices ──
  /** Ids by the lower-cased id. */
  keys: Map<string, string>;
  dependents: Map<string, string[]>;
  /** Queued, and everything in `after` is closed; in the order in which they became so. */
  ready: Set<string>;
  /** Running or reviewing with no turn in flight: the next prompt is due. */
  due: Set<string>;
  /** The turn in flight of a TODO. */
  turnOf: Map<string, string>;
  /** Who holds a file (by `fileKey`), and who works alone. */
  fileOwner: Map<string, string>;
  alone: Set<string>;
  active: Set<string>;
  /** TODOs neither done nor cancelled; open issues by their TODO (`''` for the mission’s own). */
  open: Set<string>;
  openIssues: Map<string, Set<string>>;
}

/** The state before the first fact. */
export function emptyState(): MissionState {
  return {
    mission: '',
    text: '',
    directory: '',
    settings: defaultSettings,
    seq: 0,
    startedAt: 0,
    lastAt: 0,
    runningSince: 0,
    ranMs: 0,
    iteration: 0,
    todos: new Map(),
    issues: new Map(),
    turns: new Map(),
    sessions: new Map(),
    asks: new Map(),
    commands: new Map(),
    commander: { lost: 0, idle: 0 },
    planner: { attempts: 0, lost: 0 },
    missionReview: { due: false, passed: false, attempts: 0, lost: 0, gaveUp: false },
    news: { notes: [], refusals: [], followUps: [] },
    told: { notes: [], refusals: [], followUps: [] },
    notes: [],
    summary: '',
    gates: new Map(),
    throttles: new Map(),
    fellBack: new Map(),
    differed: new Set(),
    warned: new Map(),
    tokens: 0,
    cost: 0,
    peak: 0,
    turnsOrdered: 0,
    issuesOpened: 0,
    asksOpened: 0,
    kept: [],
    strayed: new Set(),
    took: tookNothing,
    weights: guessed,
    keys: new Map(),
    dependents: new Map(),
    ready: new Set(),
    due: new Set(),
    turnOf: new Map(),
    fileOwner: new Map(),
    alone: new Set(),
    active: new Set(),
    open: new Set(),
    openIssues: new Map(),
  };
}
