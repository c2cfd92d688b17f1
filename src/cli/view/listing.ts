import { openTodos, type Phase } from '../../core/mission/select';
import type { MissionState } from '../../core/mission/state';
import { plain } from '../../core/todo/text';
import { clashLinesOf } from '../../core/view/clashes';
import { firstLine, phaseWord } from '../../core/view/words';
import { clock } from './clock';
import { liveLines } from './live';
import { lookOfState } from './looks';
import { row, widest } from './table';
import { lookOf, type Look } from './style';

/** More rows than a person scrolls through: what is left out is counted. */
const mostRows = 100;
const mostClashes = 8;

/** How a mission stands, for a person, from its journal alone. `now` in milliseconds since the epoch. */
export function statusLines(state: MissionState, now: number, look: Look = lookOf(process.stdout)): string[] {
  const lines = liveLines({ ...look, state, now, clock, agents: new Map(), height: mostRows });
  const turns = state.end ? [] : clashLinesOf(state, openTodos(state)).slice(0, mostClashes);
  if (turns.length > 0) {
    const rows = turns.map((text) => row([{ text, width: look.width }], look.styles));
    lines.push('', look.styles.paint('strong', 'ONE AFTER THE OTHER'), ...rows);
  }
  const issues = [...state.issues.values()].filter((issue) => issue.state === 'open');
  if (issues.length === 0) return lines;
  const rows = issues.slice(0, 20).map((issue) => {
    const of = issue.todo === undefined ? 'mission' : plain(issue.todo, 64);
    const cells = [
      { text: look.styles.symbols.warning, width: 1, tone: 'warn' as const },
      { text: `${plain(issue.id, 64)} ${of}: ${plain(issue.title, 300)}`, width: look.width - 2, gap: 1 },
    ];
    return row(cells, look.styles);
  });
  return [...lines, '', look.styles.paint('strong', `OPEN ISSUES  ${issues.length}`), ...rows];
}

/** What a list shows of a mission. */
export interface MissionRow {
  readonly id: string;
  readonly state: Phase;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly done: number;
  readonly total: number;
  readonly text: string;
}

/** The missions of a workspace, one row each; the id is never cut, for it is what `resume` takes. */
export function listLines(missions: readonly MissionRow[], look: Look = lookOf(process.stdout)): string[] {
  const { styles, width } = look;
  const rows = missions.map((mission) => ({
    id: plain(mission.id, 64),
    state: phaseWord(mission.state),
    look: lookOfState(phaseWord(mission.state).name),
    done: mission.total === 0 ? 'no TODO' : `${mission.done} of ${mission.total} done`,
    started: `${day(mission.startedAt)} ${clock(mission.startedAt)}`,
    text: firstLine(mission.text),
  }));
  const id = widest(rows.map((item) => item.id));
  const state = widest(rows.map((item) => item.state.word));
  const done = widest(rows.map((item) => item.done));
  let room = width - 2 - id - 2 - state;
  const take = (wanted: number) => {
    if (room < wanted + 2) return 0;
    room -= wanted + 2;
    return wanted;
  };
  const forDone = take(done);
  const forStarted = take(16);
  return rows.map((item) =>
    row(
      [
        { text: styles.symbols[item.look.symbol], width: 1, tone: item.look.tone },
        { text: item.state.word, width: state, tone: item.look.tone, gap: 1 },
        { text: item.id, width: id, tone: 'strong' },
        { text: item.done, width: forDone },
        { text: item.started, width: forStarted, tone: 'faint' },
        { text: item.text, width: Math.max(0, room - 2) },
      ],
      styles,
    ),
  );
}

function day(at: number): string {
  const date = new Date(at);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()]
    .map((part) => String(part).padStart(2, '0'))
    .join('-');
}
