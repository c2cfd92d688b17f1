import { budgetSpent } from '../../core/mission/limits';
import { pathList } from '../../core/mission/landing';
import { isMergeAsk } from '../../core/mission/mergeAsk';
import { todoOfMergeAsk } from '../../core/mission/reduceLanding';
import { isModelAsk } from '../../core/recovery/refusedModel';
import { worktreeOf } from '../../host/worktrees';
import { counts, phase, ranMs } from '../../core/mission/select';
import { planAsk, type MissionState } from '../../core/mission/state';
import type { Todo } from '../../core/todo/model';
import { cost, duration, plain, tokens } from '../../core/todo/text';
import { beforeMerge } from '../../core/view/beforeMerge';
import { missionProof } from '../../core/view/proofWords';
import { confirmedWords, firstLine, phaseWord, plural, progressWords, sentence } from '../../core/view/words';
import { clock } from './clock';
import { fit, wrap } from './columns';
import { heading } from './live';
import { lookOfCaution, lookOfState } from './looks';
import { proofTable } from './proofTable';
import { row } from './table';
import type { Look } from './style';
import { stateCounts } from './todos';
import { whyLine } from './why';

/** A mission at its end and how wide it may be shown. */
export interface SummaryView extends Omit<Look, 'height'> {
  readonly state: MissionState;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** More TODOs than this are told by those that need a look. */
const mostTodos = 60;
const mostCautions = 24;

/** What is printed when a mission has ended: how, with what proof, what to look at before merging, and what to do next. */
export function summaryLines(view: SummaryView): string[] {
  const blocks = [opening(view), todoTable(view), review(view), cautions(view), totals(view)];
  const lines = blocks
    .filter((block) => block.length > 0)
    .flatMap((block, index) => (index === 0 ? block : ['', ...block]));
  return [...lines.map((line) => fit(line, view.width, view.styles.symbols.ellipsis)), ...nextSteps(view)];
}

function opening(view: SummaryView): string[] {
  const { state: s, styles, width } = view;
  const { name, word } = phaseWord(phase(s));
  const { symbol, tone } = lookOfState(name);
  // The host puts what is confirmed at the end of a stop’s reason; here it belongs to the state.
  const confirmed = name === 'stopped' ? confirmedWords(s) : '';
  const state = `${styles.symbols[symbol]} ${word.toUpperCase()}${confirmed}`;
  const head = row(
    [
      { text: state, width: Math.min(width, state.length), tone: tone === 'faint' ? 'strong' : tone },
      { text: firstLine(s.text), width: Math.max(0, width - state.length - 2), tone: 'strong' },
    ],
    styles,
  );
  const reason = s.end?.reason.replace(confirmed, '') ?? '';
  const moment = { state: s, now: view.now, agents: new Map(), clock };
  const said = [confirmed === '' ? whyLine(moment) : sentence(plain(reason, 400))];
  if (s.end?.state === 'sealed') said.push(plain(s.summary, 1_000));
  return [head, ...said.flatMap((text) => indented(view, text, 6))];
}

function indented(view: SummaryView, text: string, most: number): string[] {
  const { styles, width } = view;
  const lines = wrap(styles.words(text), Math.max(1, width - 2), most, styles.symbols.ellipsis);
  return lines.map((line) => `  ${line}`);
}

function todoTable(view: SummaryView): string[] {
  const { state: s, styles } = view;
  const all = [...s.todos.values()];
  if (all.length === 0) return [];
  const shown = all.length <= mostTodos ? all : all.filter((todo) => !isClean(todo)).slice(0, mostTodos);
  const left = new Set(shown.map((todo) => todo.id));
  const lines = [heading(view, 'TODO', progressWords(s)), ...(shown.length > 0 ? proofTable(view, shown) : [])];
  if (shown.length < all.length) {
    const more = `${styles.symbols.ellipsis} ${all.length - shown.length} more: ${stateCounts(s, left)}; .opencode/todo.md has them all`;
    lines.push(styles.paint('faint', styles.words(more)));
  }
  return lines;
}

function isClean(todo: Todo): boolean {
  return todo.state === 'done' && todo.verified && todo.attempts <= 1;
}

function review(view: SummaryView): string[] {
  const { state: s } = view;
  if (s.missionReview.attempts === 0 && s.check === undefined) return [];
  const summary = plain(s.missionReview.summary ?? '', 2_000);
  return [heading(view, 'MISSION REVIEW', missionProof(s)), ...(summary === '' ? [] : indented(view, summary, 8))];
}

function cautions(view: SummaryView): string[] {
  const { state: s, width, styles } = view;
  const all = s.todos.size === 0 && s.issues.size === 0 ? [] : beforeMerge(s);
  if (all.length === 0) return [];
  const lines = all.slice(0, mostCautions).flatMap((item) => {
    const said = wrap(styles.words(item.text), Math.max(1, width - 2), 2, styles.symbols.ellipsis);
    const look = lookOfCaution(item.icon);
    const symbol = styles.paint(look.tone, styles.symbols[look.symbol]);
    return said.map((line, index) => `${index === 0 ? symbol : ' '} ${line}`);
  });
  const left = all.length - mostCautions;
  if (left > 0) lines.push(styles.words(`  ${left} more: .opencode/todo.md and .opencode/sync-issues.md`));
  return [styles.paint('strong', 'Before you merge:'), ...lines];
}

function totals(view: SummaryView): string[] {
  const { state: s, now, styles } = view;
  const parts = [
    plural(s.iteration, 'iteration'),
    `${plural(s.sessions.size, 'session')}, at most ${s.peak} at once`,
    `${tokens(s.tokens)} tokens`,
    ...(s.cost > 0 ? [cost(s.cost)] : []),
    duration(ranMs(s, now), true),
  ];
  return wrap(styles.words(parts.join(' · ')), view.width, 3);
}

/** What a person does next. A command stands on a line of its own and is never cut: it is there to be copied. */
function nextSteps(view: SummaryView): string[] {
  const { state: s, styles, width } = view;
  const say = (text: string) => wrap(styles.words(text), width, 3);
  const proof = say('Every TODO with its proof: .opencode/todo.md');
  const { words, more } = goOn(s, view.now);
  if (phase(s) === 'sealed') return [...proof, ...say('The changes: git status')];
  return [...proof, ...say(words), styles.words(`  opencode-orchestrator resume ${plain(s.mission, 64)}${more}`)];
}

function goOn(s: MissionState, now: number): { words: string; more: string } {
  switch (phase(s)) {
    case 'exhausted': {
      const limit = reachedLimit(s, now);
      return {
        words: 'To go on with a higher limit:',
        more: limit ? ` --set ${limit.key}=${limit.value}` : ' --set KEY=VALUE',
      };
    }
    case 'waiting':
      return s.asks.has(planAsk)
        ? { words: 'To approve the plan and go on (--answer "…" to have it changed):', more: '' }
        : [...s.asks.keys()].every(isModelAsk)
          ? { words: 'When the key or the model is mended:', more: '' }
          : [...s.asks.keys()].some(isMergeAsk)
            ? { words: `When ${conflictsIn(s)} is resolved:`, more: '' }
            : { words: 'To answer and go on:', more: ' --answer "…"' };
    case 'failed':
      return { words: 'When the cause is mended:', more: '' };
    default:
      return { words: counts(s).total === 0 ? 'To begin again:' : 'To go on:', more: '' };
  }
}

/** The files that wait for a person, where they are: `/…/t-T6/b.txt`. */
function conflictsIn(s: MissionState): string {
  const paths = [...s.asks.keys()].flatMap((ask) => {
    const todo = todoOfMergeAsk(s, ask);
    return (todo?.worktree?.conflicts ?? []).map((path) => `${worktreeOf(s.mission, todo?.id ?? '')}/${path}`);
  });
  return pathList(paths);
}

/** Which limit a mission ran into, with a higher value to go on with; undefined when none is reached. */
function reachedLimit(s: MissionState, now: number): { key: string; value: number } | undefined {
  const { settings } = s;
  const spent = [
    { key: 'budget.usd', limit: settings['budget.usd'], used: s.cost },
    { key: 'budget.tokens', limit: settings['budget.tokens'], used: s.tokens },
    { key: 'budget.minutes', limit: settings['budget.minutes'], used: ranMs(s, now) / 60_000 },
  ].find(({ limit, used }) => limit > 0 && used >= limit);
  if (spent && budgetSpent(s, now) !== undefined) {
    return { key: spent.key, value: Math.ceil(Math.max(spent.limit * 1.5, spent.used * 1.2)) };
  }
  const most = settings['limits.maxIterations'];
  // 1000 is as far as the setting goes.
  return s.iteration >= most
    ? { key: 'limits.maxIterations', value: Math.min(1_000, Math.ceil(most * 1.5)) }
    : undefined;
}
