import { ranMs } from '../../core/mission/select';
import type { MissionState } from '../../core/mission/state';
import { cost, duration, tokens } from '../../core/todo/text';
import { firstLine, missionWord, phaseWord, progressWords, tally } from '../../core/view/words';
import { agentCount, agentRows } from './agents';
import { columns, fit, wrap } from './columns';
import { lookOfState } from './looks';
import { row } from './table';
import type { Look, Tone } from './style';
import { stateCounts, todoRows } from './todos';
import type { LiveView } from './view';
import { whyLine } from './why';

/** A mission as a block of at most `height` lines, none wider than `width` columns. */
export function liveLines(view: LiveView): string[] {
  const { state: s, height } = view;
  const head = headLines(view, height >= 12 ? 3 : 1);
  const rest = height - head.length;
  const hasAgents = !s.end;
  const spaced = rest >= 12;
  const titled = rest >= 8;
  const sections = hasAgents ? 2 : 1;
  const room = Math.max(0, rest - sections * (Number(spaced) + Number(titled)));
  const wanted = hasAgents ? agentCount(view) : 0;
  const todosWanted = Math.max(1, s.todos.size);
  const forAgents = Math.min(wanted, Math.max(Math.ceil(room / 2), room - todosWanted));
  const lines = [...head];
  const section = (title: string, words: string, body: readonly string[]) => {
    if (body.length === 0) return;
    if (spaced) lines.push('');
    if (titled) lines.push(heading(view, title, words));
    lines.push(...body);
  };
  if (hasAgents) section('AGENTS', agentWords(s), agentRows(view, forAgents));
  section('TODO', stateCounts(s), todoBody(view, room - forAgents));
  return lines.slice(0, Math.max(0, height)).map((line) => fit(line, view.width, ''));
}

/** Title, numbers, progress and why-line; the bar goes first where there is little height. */
export function headLines(view: LiveView, whyMost: number): string[] {
  const { state: s, width, height, styles } = view;
  const lines = [titleLine(view), ...statsLines(view, height >= 12 ? 2 : 1)];
  if (height >= 12) lines.push(bar(s, view));
  const why = wrap(styles.words(whyLine(view)), width, whyMost, styles.symbols.ellipsis);
  return [...lines, ...why].slice(0, Math.max(1, height));
}

/** A section’s name with what it holds. */
export function heading(look: Pick<Look, 'width' | 'styles'>, title: string, words: string): string {
  const room = Math.max(0, look.width - title.length - 2);
  const cells = [
    { text: title, width: Math.min(look.width, title.length), tone: 'strong' as const },
    { text: words, width: room, tone: 'faint' as const },
  ];
  return row(cells, look.styles);
}

function todoBody(view: LiveView, most: number): string[] {
  if (view.state.todos.size > 0) return todoRows(view, most);
  if (most < 1) return [];
  const planning = [...view.state.turns.values()].some((turn) => turn.role === 'planner');
  const text = planning ? 'No TODO yet. The Planner is writing the list.' : 'No TODO yet.';
  return [row([{ text, width: view.width, tone: 'faint' }], view.styles)];
}

function agentWords(s: MissionState): string {
  return `${s.turns.size} at work, at most ${s.settings['limits.parallelSessions']}`;
}

function titleLine(view: LiveView): string {
  const { state: s, width, styles } = view;
  const turn = `iteration ${s.iteration} of ${s.settings['limits.maxIterations']}`;
  const iteration = s.iteration > 0 && width >= 56 ? turn : '';
  const title = iteration === '' ? width : width - iteration.length - 2;
  const cells = [
    { text: firstLine(s.text), width: title, tone: 'strong' as const },
    { text: iteration, width: iteration.length, tone: 'faint' as const },
  ];
  return row(cells, styles);
}

interface Chip {
  readonly text: string;
  readonly tone?: Tone | undefined;
}

/** The state and its numbers in at most `most` lines; what does not fit goes. */
function statsLines(view: LiveView, most: number): string[] {
  const { state: s, now, width, styles } = view;
  // What is confirmed stands in the reason, right below.
  const { name, word } = s.end ? phaseWord(s.end.state) : missionWord(s);
  const { symbol, tone } = lookOfState(name);
  const state: Chip = { text: `${styles.symbols[symbol]} ${word}`, tone };
  const separator = ` ${styles.symbols.dot} `;
  const lines: string[] = [];
  let used = 0;
  for (const chip of [state, { text: progressWords(s) }, ...spendings(s, now), ...iterationChip(view)]) {
    const text = fit(styles.words(chip.text), width, styles.symbols.ellipsis);
    const painted = styles.paint(chip.tone, text);
    const need = columns(text) + separator.length;
    if (lines.length > 0 && used + need <= width) {
      lines.push(`${lines.pop() ?? ''}${styles.paint('faint', separator)}${painted}`);
      used += need;
    } else if (lines.length < most) {
      lines.push(painted);
      used = columns(text);
    }
  }
  return lines;
}

function iterationChip(view: LiveView): Chip[] {
  const { iteration, settings } = view.state;
  if (iteration === 0 || view.width >= 56) return [];
  return [{ text: `iteration ${iteration} of ${settings['limits.maxIterations']}` }];
}

/** Time, tokens and cost with their budgets; from 80 % with a warning, and nothing where nothing is known. */
function spendings(s: MissionState, now: number): Chip[] {
  const ran = ranMs(s, now);
  const { 'budget.minutes': minutes, 'budget.tokens': mostTokens, 'budget.usd': usd } = s.settings;
  return [
    spending(ran, minutes * 60_000, (ms) => duration(ms, true)),
    ...(s.tokens > 0 ? [spending(s.tokens, mostTokens, tokens, ' tokens')] : []),
    ...(s.cost > 0 ? [spending(s.cost, usd, cost)] : []),
  ];
}

function spending(used: number, budget: number, say: (value: number) => string, unit = ''): Chip {
  if (budget <= 0) return { text: `${say(used)}${unit}` };
  const text = `${say(used)} of ${say(budget)}${unit}`;
  const share = Math.floor((used / budget) * 100);
  return share >= 80 ? { text: `! ${share} %: ${text}`, tone: 'warn' } : { text };
}

/** Verified solid, unverified hatched, the rest empty; what is there is seen, however small its share. */
export function bar(s: MissionState, look: Look): string {
  const { of, done, verified } = tally(s);
  const { styles } = look;
  const { solid, hatched, empty } = styles.symbols;
  const width = Math.min(look.width, 120);
  const all = share(done, of, width);
  const solids = verified < done ? Math.min(all - 1, share(verified, of, width)) : all;
  const full = styles.paint('good', solid.repeat(Math.max(0, solids)));
  const part = styles.paint('good', hatched.repeat(Math.max(0, all - Math.max(0, solids))));
  return full + part + styles.paint('faint', empty.repeat(width - all));
}

function share(part: number, total: number, width: number): number {
  if (part <= 0 || total <= 0) return 0;
  return part >= total ? width : Math.max(1, Math.min(width - 1, Math.floor((part / total) * width)));
}
