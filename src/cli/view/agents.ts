import type { Turn } from '../../core/mission/state';
import { duration, plain } from '../../core/todo/text';
import { agentModel, modelArrow } from '../../core/view/agentRow';
import { agentWord, askOf, lastEventAt, plural, type StateWord } from '../../core/view/words';
import { lookOfState } from './looks';
import { row, widest, type Cell } from './table';
import type { LiveView } from './view';

/** An agent that has been heard of so lately needs no word about it. */
const quietMs = 5_000;

interface AgentRow {
  readonly name: string;
  readonly state: StateWord;
  readonly headline: string;
  readonly elapsed: string;
  readonly quiet: string;
}

/** How many rows the agents would fill. */
export function agentCount(view: LiveView): number {
  return 1 + below(view).length;
}

/** The tree of agents in at most `most` rows: the Commander, and below it who is at work, those that wait first. */
export function agentRows(view: LiveView, most: number): string[] {
  if (most < 1) return [];
  const turns = below(view);
  const fits = turns.length <= most - 1;
  const shown = turns.slice(0, fits ? most - 1 : Math.max(0, most - 2));
  const hidden = turns.slice(shown.length);
  const rows = [commanderRow(view, turns.length), ...shown.map((turn) => agentRow(view, turn))];
  const { branch, last } = view.styles.symbols;
  const lines = tableOf(view, rows, (index) => (index === 0 ? '' : index < rows.length - 1 || !fits ? branch : last));
  if (!fits && most > 1) lines.push(moreLine(view, hidden));
  return lines;
}

/** The turns below the Commander: those that wait first, reviewers last, else in the order of their beginning. */
function below(view: LiveView): Turn[] {
  const rank = (turn: Turn) => {
    const { tone } = lookOfState(agentWord(view, turn).name);
    return tone === 'warn' ? 0 : tone === 'review' ? 2 : 1;
  };
  return [...view.state.turns.values()].filter((turn) => turn.role !== 'commander').sort((a, b) => rank(a) - rank(b));
}

function commanderRow(view: LiveView, others: number): AgentRow {
  const { state: s } = view;
  for (const turn of s.turns.values())
    if (turn.role === 'commander') return { ...agentRow(view, turn), name: 'Commander' };
  if (s.stop && s.commander.session !== undefined) {
    const state: StateWord = { name: 'stopped', word: 'stopped (confirmed)' };
    return { name: 'Commander', state, headline: 'no further turn', elapsed: '', quiet: '' };
  }
  const state: StateWord = { name: 'queued', word: 'queued' };
  const next = s.iteration === 0 ? 'starts first' : `turn ${s.iteration + 1}`;
  return {
    name: 'Commander',
    state,
    headline: others > 0 ? `${next} after the ${others} below` : next,
    elapsed: '',
    quiet: '',
  };
}

function agentRow(view: LiveView, turn: Turn): AgentRow {
  const since = view.now - lastEventAt(view, turn);
  return {
    name: nameOf(turn),
    state: agentWord(view, turn),
    headline: [headlineOf(view, turn), modelsOf(view, turn)].filter((part) => part !== '').join(' · '),
    elapsed: duration(Math.max(0, view.now - turn.orderedAt)),
    quiet: since > quietMs ? `quiet ${duration(since)}` : '',
  };
}

function nameOf(turn: Turn): string {
  if (turn.role === 'commander') return 'Commander';
  if (turn.role === 'planner') return 'Planner';
  return `${turn.todo === undefined ? 'Mission' : plain(turn.todo, 64)} ${turn.role} ${turn.attempt}`;
}

/** `qwen3 → kimi-k2` where another model answers than the configured one; else nothing. */
function modelsOf(view: LiveView, turn: Turn): string {
  const record = view.state.sessions.get(turn.session ?? '');
  const actual = view.agents.get(turn.session ?? '')?.model ?? record?.model;
  const model = agentModel(view.state, turn.role, actual, turn.model);
  return model.first === undefined && model.expected === undefined ? '' : modelArrow(model);
}

function headlineOf(view: LiveView, turn: Turn): string {
  const ask = askOf(view.state, turn);
  if (ask) return `asks: ${plain(ask.title, 300)}`;
  if (turn.settling) return 'has answered';
  if (turn.session === undefined) return 'its session is being opened';
  const headline = plain(view.agents.get(turn.session)?.headline ?? '', 300);
  if (headline !== '' || turn.todo === undefined) return headline;
  return plain(view.state.todos.get(turn.todo)?.title ?? '', 300);
}

/** What is dropped first when it gets narrow: elapsed, then the headline, then the time since the last event. */
function tableOf(view: LiveView, rows: readonly AgentRow[], branch: (index: number) => string): string[] {
  const { width, styles } = view;
  const state = Math.min(width - 4, widest(rows.map((item) => item.state.word)));
  const name = Math.max(0, Math.min(widest(rows.map((item) => item.name)), 32, width - 5 - 2 - state));
  let room = width - 5 - name - 2 - state;
  const take = (wanted: number) => {
    if (wanted === 0 || room < wanted + 2) return 0;
    room -= wanted + 2;
    return wanted;
  };
  // Where there is room the columns keep their place whatever they hold.
  const roomy = width >= 70;
  const quiet = take(Math.max(roomy ? 12 : 0, widest(rows.map((item) => item.quiet))));
  const least = take(12);
  const elapsed = take(Math.max(7, widest(rows.map((item) => item.elapsed))));
  const headline = least > 0 ? Math.min(least + room, 80) : 0;
  return rows.map((item, index) => {
    // The root has no branch: its icon stands where the branches begin.
    const indent = branch(index) === '' ? 0 : 3;
    const look = lookOfState(item.state.name);
    const cells: Cell[] = [
      ...(indent === 0 ? [] : [{ text: branch(index), width: 2, tone: 'faint' as const }]),
      { text: styles.symbols[look.symbol], width: 1, tone: look.tone, gap: 1 },
      { text: item.name, width: name + 3 - indent, tone: 'strong', gap: 1 },
      { text: item.state.word, width: state, tone: look.tone },
      { text: item.headline, width: headline },
      { text: item.elapsed, width: elapsed, align: 'right' },
      { text: item.quiet, width: quiet, tone: 'faint' },
    ];
    return row(cells, styles);
  });
}

function moreLine(view: LiveView, hidden: readonly Turn[]): string {
  const words = new Map<string, number>();
  for (const turn of hidden) {
    const { word } = agentWord(view, turn);
    words.set(word, (words.get(word) ?? 0) + 1);
  }
  const parts = [...words].map(([word, count]) => `${count} ${word}`);
  const { last, ellipsis } = view.styles.symbols;
  const cells: Cell[] = [
    { text: last, width: 2, tone: 'faint' },
    {
      text: `${ellipsis} ${plural(hidden.length, 'more agent')}: ${parts.join(', ')}`,
      width: view.width - 3,
      tone: 'faint',
      gap: 1,
    },
  ];
  return row(cells, view.styles);
}
