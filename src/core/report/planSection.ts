import { clashLines } from '../view/clashes';
import { plural } from '../view/words';
import { cell, type Block, type Entry, type Section } from './blocks';
import type { Report, ReportTodo } from './model';
import { cut, proofTone, roomFor, tookCells, tookColumns, whenOf } from './words';

/** The plan with what became of it: a row for each TODO, what it took and how it is proven, then the details of each. */
export function planSection(report: Report): Section {
  const when = whenOf(report);
  if (report.todos.length === 0) {
    return { id: 'plan', title: 'Plan and Proof', blocks: [{ kind: 'words', text: 'No TODO was ever planned.' }] };
  }
  const rows = report.todos.map((todo) => [
    cell(todo.id),
    cell(todo.title, { note: todo.after.length > 0 ? `after ${todo.after.join(', ')}` : '' }),
    cell(todo.word, { as: 'state', tone: proofTone(todo.proof.kind), note: when(todo.closedAt) }),
    ...proofCells(todo),
    cell(todo.attempts),
    ...tookCells(todo),
  ]);
  const { review } = report;
  const last = [
    cell(''),
    cell('Mission review'),
    review.passed
      ? cell('passed', { as: 'state', tone: review.check === undefined ? 'warn' : 'good' })
      : cell(review.attempts === 0 ? 'not run' : 'not passed', { as: 'state', tone: 'bad' }),
    review.check === undefined ? cell('no check') : cell(review.check, { as: 'code' }),
    cell(review.attempts),
    ...tookCells(review),
  ];
  const columns = [
    ...['TODO', 'What', 'State', 'Proof'].map((title) => ({ title })),
    { title: 'Attempts', isNumber: true },
    ...tookColumns,
  ];
  const most = roomFor(report.todos.length);
  return {
    ...{ id: 'plan', title: 'Plan and Proof' },
    blocks: [
      { kind: 'words', text: planWords(report) },
      ...turnsBlock(report),
      { kind: 'table', columns, rows: [...rows, last] },
      { kind: 'entries', items: report.todos.map((todo) => entryOf(todo, most)) },
    ],
  };
}

function planWords({ todos }: Report): string {
  const by = (author: ReportTodo['by']) => todos.filter((todo) => todo.by === author).length;
  const parts = [
    [by('planner'), 'by the Planner'],
    [by('commander'), 'by the Commander'],
    [by('person'), 'by a person'],
  ].flatMap(([count, who]) => (count === 0 ? [] : [`${count} ${who}`]));
  return `${plural(todos.length, 'TODO')}: ${parts.join(', ')}.`;
}

/** Sentences that are told of who took turns. */
const mostTurns = 6;

/** Who took turns, since they named the same file. */
function turnsBlock({ todos }: Report): Block[] {
  const lines = clashLines(todos.filter(({ state }) => state !== 'cancelled'));
  const rest = lines.length - mostTurns;
  const words = [...lines.slice(0, mostTurns), ...(rest > 0 ? [`And ${rest} more.`] : [])].join(' ');
  return words === '' ? [] : [{ kind: 'words', text: words }];
}

function proofCells({ proof }: ReportTodo) {
  if (proof.command === undefined) return [cell(proof.words)];
  return [cell(proof.command, { as: 'code', note: proof.words })];
}

function entryOf(todo: ReportTodo, most: number): Entry {
  const { proof, reason, summary, reported, files, issues } = todo;
  const recorded = proof.session === undefined ? '' : `session ${proof.session}, call ${proof.call ?? ''}`;
  const facts: (readonly [string, ReturnType<typeof cell>])[] = [
    ['Files', cell(files.join(', '))],
    ['Reported', cell(reported.join(', '))],
    ['Size', cell(todo.size)],
    ['Proof', cell(proof.words)],
    ['Recorded in', cell(recorded)],
    ['Reviews', cell(todo.reviews)],
    ['Issues', cell(issues.join(', '))],
    ['Reason', cell(reason)],
  ];
  const told = facts.filter(([, { text }]) => text !== '–');
  const blocks: Block[] = [{ kind: 'facts', items: told }];
  if (todo.detail !== '') blocks.push({ kind: 'quote', text: cut(todo.detail, most) });
  if (summary !== undefined && summary !== '') {
    blocks.push({ kind: 'words', text: 'Its worker said:' }, { kind: 'quote', text: cut(summary, most) });
  }
  const state = cell(todo.word, { as: 'state', tone: proofTone(proof.kind) });
  return { id: todo.id, title: todo.title, state, blocks };
}
