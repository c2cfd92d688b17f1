import type { Report, ReportSession, ReportTurn } from './model';
import { whoOf } from './whoSection';

/** A bar of the picture: one turn. */
export interface Bar {
  readonly session: ReportSession;
  readonly turn: ReportTurn;
}

/** A row of the picture. */
export interface Lane {
  /** Empty for the rows of a crowd. */
  readonly label: string;
  readonly bars: readonly Bar[];
}

/** Up to so many rows each TODO has one of its own. */
const mostNamed = 40;

/**
 * The rows of the picture. A mission of few TODOs has one for each; of many, agents that never worked at the same time share
 * one, so that there are as many rows as agents at once.
 */
export function lanesOf(report: Report): Lane[] {
  const leaders = report.sessions.filter(({ todo }) => todo === undefined);
  const others = report.sessions.filter(({ todo }) => todo !== undefined);
  const named = (sessions: readonly ReportSession[]) => {
    const groups = new Map<string, Bar[]>();
    for (const session of sessions) {
      const label = session.todo ?? whoOf(session);
      const bars = barsOf(session);
      const group = groups.get(label);
      if (group) group.push(...bars);
      else groups.set(label, bars);
    }
    return [...groups].map(([label, bars]): Lane => ({ label, bars }));
  };
  const todos = named(others);
  const crowd = todos.length <= mostNamed ? todos : packed(others.flatMap(barsOf), report.result.lastAt);
  const order = ['Commander', 'Planner'];
  const own = named(leaders);
  const first = own.filter(({ label }) => order.includes(label));
  return [...first, ...crowd, ...own.filter((lane) => !first.includes(lane))];
}

function barsOf(session: ReportSession): Bar[] {
  return session.spans.map((turn) => ({ session, turn }));
}

function packed(bars: readonly Bar[], end: number): Lane[] {
  const rows: { until: number; bars: Bar[] }[] = [];
  for (const bar of [...bars].sort((a, b) => a.turn.from - b.turn.from)) {
    let row = rows.find(({ until }) => until <= bar.turn.from);
    if (!row) {
      row = { until: 0, bars: [] };
      rows.push(row);
    }
    row.bars.push(bar);
    row.until = bar.turn.to ?? end;
  }
  return rows.map(({ bars: all }) => ({ label: '', bars: all }));
}
