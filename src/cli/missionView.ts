import type { Fact, Recorded } from '../core/mission/facts';
import { narrate } from '../core/mission/narrate';
import type { MissionState } from '../core/mission/state';
import type { AgentNews } from '../core/view/moment';
import type { Signal } from '../runtime/ports';
import { clock } from './view/clock';
import { liveLines } from './view/live';
import { plainLine } from './view/plainLines';
import { Screen } from './view/screen';
import { isLive, lookOf } from './view/style';
import { summaryLines } from './view/summary';

/** A mission as the terminal shows it. */
export interface MissionView {
  /** The driver’s own state, only to be read. */
  begin(state: MissionState): void;
  recorded(records: readonly Recorded[]): void;
  signalled(signal: Signal): void;
  line(text: string): void;
  end(state: MissionState): void;
  close(): void;
}

/** How often the live block is drawn while nothing but time goes on. */
const tickMs = 1_000;

/** What stays on the terminal above the live block; the rest is in the block itself, and in the work log. */
const lasting: ReadonlySet<Fact['type']> = new Set<Fact['type']>([
  ...(['mission.created', 'mission.resumed', 'stop.requested', 'planner.planned', 'commander.decided'] as const),
  ...([
    'todo.reviewed',
    'mission.reviewed',
    'turn.lost',
    'ask.opened',
    'todos.edited',
    'note.added',
    'noticed',
    'limit.neared',
    'model.differed',
    'model.slowed',
    'files.strayed',
    'todo.merged',
    'landing.failed',
    'todo.landed',
  ] as const),
]);

/** A live tree of agents and TODOs on a terminal, plain lines elsewhere. */
export function missionView(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): MissionView {
  return isLive(stream, env) ? liveView(stream, env) : plainView(stream, env);
}

function plainView(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): MissionView {
  let state: MissionState | undefined;
  /** Until when each agent waits, as it was told. */
  const told = new Map<string, number>();
  const line = (text: string, at = Date.now()) => stream.write(`${plainLine(at, text)}\n`);
  return {
    begin: (begun) => (state = begun),
    recorded: (records) => {
      for (const record of records) {
        const text = state && narrate(state, record);
        if (text !== undefined) line(text, record.at);
      }
    },
    signalled: (signal) => {
      if (signal.type !== 'retrying' || told.get(signal.session) === signal.until) return;
      told.set(signal.session, signal.until);
      const who = state?.sessions.get(signal.session);
      line(
        `${who?.todo ?? who?.role ?? 'An agent'} waits for its provider until ${clock(signal.until, true)}: ${signal.sentence}`,
      );
    },
    line,
    end: (ended) => {
      writeSummary(stream, env, ended);
    },
    close: () => undefined,
  };
}

function liveView(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): MissionView {
  let state: MissionState | undefined;
  let lostContactSince: number | undefined;
  const agents = new Map<string, AgentNews>();
  const draw = (): void => {
    if (!state) return;
    const look = lookOf(stream, env);
    screen.draw(liveLines({ ...look, height: screen.height, state, now: Date.now(), agents, lostContactSince, clock }));
  };
  const screen = new Screen(stream, { resized: draw });
  const timer = setInterval(draw, tickMs);
  const line = (text: string, at = Date.now()): void => {
    screen.print(plainLine(at, text));
  };
  return {
    begin: (begun) => {
      state = begun;
      draw();
    },
    recorded: (records) => {
      for (const record of records) {
        const text = state && lasting.has(record.fact.type) ? narrate(state, record) : undefined;
        if (text !== undefined) line(text, record.at);
        if (record.fact.type === 'turn.ended' || record.fact.type === 'turn.lost') forgetIdle(agents, state);
      }
      draw();
    },
    signalled: (signal) => {
      if (signal.type === 'connected') lostContactSince = undefined;
      else if (signal.type === 'disconnected') lostContactSince ??= Date.now();
      else if ('session' in signal) agents.set(signal.session, newsOf(agents.get(signal.session), signal));
    },
    line,
    end: (ended) => {
      clearInterval(timer);
      screen.close();
      writeSummary(stream, env, ended);
    },
    close: () => {
      clearInterval(timer);
      screen.close();
    },
  };
}

function newsOf(before: AgentNews | undefined, signal: Signal): AgentNews {
  const headline = signal.type === 'activity' ? (signal.headline ?? before?.headline ?? '') : (before?.headline ?? '');
  const { model, context, contextLimit } =
    signal.type === 'usage' && signal.context !== undefined ? signal : (before ?? {});
  const news = { headline, lastEventAt: Date.now(), model, context, contextLimit };
  return signal.type === 'retrying' ? { ...news, retryUntil: signal.until, retryReason: signal.sentence } : news;
}

/** Keeps only the news of sessions with a turn in flight. */
function forgetIdle(agents: Map<string, AgentNews>, state: MissionState | undefined): void {
  const live = new Set([...(state?.turns.values() ?? [])].map((turn) => turn.session));
  for (const session of agents.keys()) if (!live.has(session)) agents.delete(session);
}

function writeSummary(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv, state: MissionState): void {
  const { width, styles } = lookOf(stream, env);
  stream.write(`\n${summaryLines({ width, styles, state, now: Date.now() }).join('\n')}\n`);
}
