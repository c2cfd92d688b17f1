import type { Fact, Recorded } from '../core/mission/facts';
import type { MissionState, Turn } from '../core/mission/state';
import type { AgentNews } from '../core/view/moment';
import type { Signal } from '../runtime/ports';

/** Sessions of which news is kept at most; those heard of longest ago go first. */
const mostSessions = 400;
/** Messages of one turn whose usage is kept apart; a turn with more is summed up. */
const mostMessages = 2_000;
const headlineChars = 300;

/** The lossy news of a mission’s agents, from the stream; nothing in it outlives the turn it is about. */
export interface LiveNews {
  readonly agents: ReadonlyMap<string, AgentNews>;
  /** Takes a signal at a time; returns the session whose news changed, or undefined. */
  readonly heard: (signal: Signal, state: MissionState, now: number) => string | undefined;
  /** Forgets what ended with these records; returns the sessions that were forgotten. */
  readonly recorded: (records: readonly Recorded[], state: MissionState) => string[];
  /** Another mission, or none. */
  readonly clear: () => void;
}

/** What is counted of the turn in flight: the last word of each message on what it used. */
interface Usage {
  readonly turn: string;
  readonly messages: Map<string, { readonly tokens: number; readonly cost: number }>;
}

const endsTurns: ReadonlySet<Fact['type']> = new Set(['turn.ended', 'turn.lost', 'mission.ended']);

/** Keeps the news of the agents at work. */
export function liveNews(): LiveNews {
  const agents = new Map<string, AgentNews>();
  const usages = new Map<string, Usage>();

  const forget = (session: string): void => {
    agents.delete(session);
    usages.delete(session);
  };
  const used = (signal: Extract<Signal, { type: 'usage' }>, turn: Turn): Pick<AgentNews, 'tokens' | 'cost'> => {
    let usage = usages.get(signal.session);
    if (usage?.turn !== turn.id) {
      usage = { turn: turn.id, messages: new Map() };
      usages.set(signal.session, usage);
    }
    // Ids sort by time: what is older than the turn’s prompt is in the ledger already.
    if (signal.message > turn.message && (usage.messages.size < mostMessages || usage.messages.has(signal.message)))
      usage.messages.set(signal.message, { tokens: signal.tokens, cost: signal.cost });
    let [tokens, cost] = [0, 0];
    for (const message of usage.messages.values()) {
      tokens += message.tokens;
      cost += message.cost;
    }
    return { tokens, cost };
  };

  return {
    agents,
    heard(signal, state, now) {
      if (!('session' in signal)) return undefined;
      const turn = turnOf(state, signal.session);
      if (!turn) return undefined;
      const before = agents.get(signal.session);
      const news: AgentNews = {
        ...{ headline: before?.headline ?? '', tokens: before?.tokens, cost: before?.cost, model: before?.model },
        ...{ context: before?.context, contextLimit: before?.contextLimit },
        ...(isWaiting(signal) ? { retryUntil: before?.retryUntil, retryReason: before?.retryReason } : {}),
        ...changeOf(signal),
        ...(signal.type === 'usage'
          ? { ...used(signal, turn), model: signal.model ?? before?.model, ...contextOf(signal) }
          : {}),
        lastEventAt: now,
      };
      // The order of the map is that of the last news.
      agents.delete(signal.session);
      agents.set(signal.session, news);
      const [oldest] = agents.keys();
      if (agents.size > mostSessions && oldest !== undefined) forget(oldest);
      return signal.session;
    },
    recorded(records, state) {
      if (!records.some(({ fact }) => endsTurns.has(fact.type))) return [];
      const atWork = new Set([...state.turns.values()].map((turn) => turn.session));
      const gone = [...agents.keys()].filter((session) => state.end !== undefined || !atWork.has(session));
      gone.forEach(forget);
      for (const [session, { turn }] of usages) {
        const news = agents.get(session);
        if (!news || state.turns.has(turn)) continue;
        // The session goes on with another turn: what the ended one used is in the ledger now.
        usages.delete(session);
        const { tokens: _tokens, cost: _cost, ...rest } = news;
        agents.set(session, rest);
        gone.push(session);
      }
      return gone;
    },
    clear() {
      agents.clear();
      usages.clear();
    },
  };
}

function turnOf(state: MissionState, session: string): Turn | undefined {
  for (const turn of state.turns.values()) if (turn.session === session) return turn;
  return undefined;
}

function contextOf({ context, contextLimit }: Extract<Signal, { type: 'usage' }>): Partial<AgentNews> {
  return context === undefined ? {} : { context, contextLimit };
}

/** Whether a signal leaves an agent that waits for its provider waiting. */
function isWaiting(signal: Signal): boolean {
  return signal.type === 'usage' || signal.type === 'retrying';
}

function changeOf(signal: Signal): Partial<AgentNews> {
  switch (signal.type) {
    case 'activity':
      return signal.headline === undefined ? {} : { headline: signal.headline.slice(0, headlineChars) };
    case 'retrying':
      return { retryUntil: signal.until, retryReason: signal.sentence.slice(0, headlineChars) };
    default:
      return {};
  }
}
