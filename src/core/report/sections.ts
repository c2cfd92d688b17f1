import { defaultSettings } from '../mission/settings';
import { duration, formatUtc, tokens } from '../todo/text';
import { plural } from '../view/words';
import { cell, type Block, type Section } from './blocks';
import type { Report, ReportFile } from './model';
import { planSection } from './planSection';
import { timelineSection } from './timelineSection';
import { whoSection } from './whoSection';
import { costText, cut, endedCell, roleWords, roomFor, whenOf } from './words';

/** Characters of the mission’s text that are shown. */
const goalChars = 20_000;

/** A report as sections, for every renderer; those that would be empty say so in a sentence or are left out. */
export function sectionsOf(report: Report): Section[] {
  const sections: (Section | undefined)[] = [
    before(report),
    { id: 'goal', title: 'Goal', blocks: [{ kind: 'quote', text: cut(report.goal, goalChars) }] },
    result(report),
    planSection(report),
    whoSection(report),
    timelineSection(report),
    issues(report),
    asks(report),
    people(report),
    limits(report),
    lost(report),
    commands(report),
    changes(report),
    sources(report),
    settings(report),
    about(report),
  ];
  return sections.filter((section) => section !== undefined);
}

function before({ cautions }: Report): Section {
  const clean: Block = { kind: 'words', text: 'All was clean: nothing needs a second look.' };
  const blocks: Block[] = cautions.length > 0 ? [{ kind: 'list', items: cautions }] : [clean];
  return { id: 'before', title: 'Before You Merge', blocks };
}

function result(report: Report): Section {
  const { result: end, totals, review } = report;
  const done = `${totals.todos.done} of ${totals.todos.total - totals.todos.cancelled}`;
  const items: (readonly [string, ReturnType<typeof cell>])[] = [
    ['State', cell(end.word)],
    ['Reason', cell(end.reason)],
    ['Began', cell(formatUtc(end.startedAt))],
    end.endedAt === undefined ? ['Last record', cell(formatUtc(end.lastAt))] : ['Ended', cell(formatUtc(end.endedAt))],
    ['Ran for', cell(duration(end.durationMs, true))],
    ['Commander turns', cell(end.iterations)],
    ['TODOs done', cell(`${done}, ${totals.todos.verified} verified, ${totals.todos.ticked} ticked by a person`)],
    ['Mission review', cell(review.words)],
    ['Turns', cell(`${totals.turns.ordered} ordered, ${totals.turns.lost} lost`)],
    ['Used', cell(`${tokens(totals.tokens)} tokens, cost ${costText(totals.cost, totals.tokens)}`)],
    ['Folder', cell(report.directory, { as: 'code' })],
  ];
  const blocks: Block[] = [{ kind: 'facts', items }];
  const said = end.commander !== '' ? end.commander : review.summary;
  if (said !== '') {
    blocks.push({ kind: 'words', text: 'What the Commander said last:' }, { kind: 'quote', text: said });
  }
  return { id: 'result', title: 'Result', blocks };
}

function issues(report: Report): Section {
  const when = whenOf(report);
  const most = roomFor(report.issues.length);
  const rows = report.issues.map((issue) => {
    const place = [issue.file, issue.line].filter((part) => part !== undefined).join(':');
    const closed = issue.closed === '' ? 'closed' : `closed ${issue.closed ?? ''}`;
    const said = cut(issue.detail.replace(/\s+/g, ' '), Math.min(600, most));
    return [
      cell(issue.id),
      cell(issue.todo ?? 'mission'),
      cell(issue.title, { note: [place, said].filter((part) => part !== '').join(' · ') }),
      cell(when(issue.openedAt)),
      issue.state === 'open'
        ? cell('open', { as: 'state', tone: 'bad' })
        : cell(closed, { as: 'state', tone: 'good', note: when(issue.closedAt) }),
    ];
  });
  const columns = ['Issue', 'Of', 'What was found', 'Found', 'How it ended'].map((title) => ({ title }));
  return {
    ...{ id: 'issues', title: 'Issues' },
    blocks: rows.length > 0 ? [{ kind: 'table', columns, rows }] : [nothing('No review found an issue.')],
  };
}

function asks(report: Report): Section {
  const when = whenOf(report);
  const rows = report.asks.map((ask) => [
    cell(when(ask.openedAt)),
    cell(`${ask.who.charAt(0).toUpperCase()}${ask.who.slice(1)}`, { note: ask.kind }),
    cell(ask.title),
    ask.answer === undefined
      ? cell('not answered yet', { as: 'state', tone: 'warn' })
      : cell(ask.answer, {
          note: ask.closedAt === undefined ? '' : `after ${duration(ask.closedAt - ask.openedAt, true)}`,
        }),
  ]);
  const columns = ['Asked', 'Who', 'What', 'Answer'].map((title) => ({ title }));
  return {
    ...{ id: 'asks', title: 'Asks and Answers' },
    blocks: rows.length > 0 ? [{ kind: 'table', columns, rows }] : [nothing('Nobody asked a person for anything.')],
  };
}

function people(report: Report): Section | undefined {
  const when = whenOf(report);
  const { notes, edits } = report;
  if (notes.length + edits.length === 0) return undefined;
  const most = roomFor(notes.length);
  const rows = [
    ...notes.map(({ at, text }) => ({ at, what: 'Note', text: cut(text.replace(/\s+/g, ' '), most) })),
    ...edits.map(({ at, text }) => ({ at, what: 'Edit', text })),
  ]
    .sort((a, b) => a.at - b.at)
    .map(({ at, what, text }) => [cell(when(at)), cell(what), cell(text)]);
  const columns = ['At', 'What', 'Words'].map((title) => ({ title }));
  return { id: 'notes', title: 'Notes and Edits', blocks: [{ kind: 'table', columns, rows }] };
}

function limits(report: Report): Section {
  const when = whenOf(report);
  const rows = report.limits.used.map(({ key, used, of }) => {
    const share = `${Math.floor((used / of) * 100)} %`;
    return [cell(key, { as: 'code' }), cell(Math.round(used * 100) / 100), cell(of), cell(share)];
  });
  const columns = [{ title: 'Limit' }, ...['Used', 'Of', 'Share'].map((title) => ({ title, isNumber: true }))];
  const said = report.limits.events.map(({ at, text }) => `${when(at)} ${text}`);
  const events: Block = said.length > 0 ? { kind: 'list', items: said } : nothing('No limit was come near to.');
  return { id: 'limits', title: 'Limits', blocks: [{ kind: 'table', columns, rows }, events] };
}

function lost(report: Report): Section {
  const when = whenOf(report);
  const rows = report.lost.map((turn) => [
    cell(when(turn.at)),
    cell(turn.todo ?? '', { note: roleWords[turn.role] }),
    { ...endedCell({ ended: turn.how }), note: turn.class },
    cell(turn.text),
    cell(turn.next),
  ]);
  const columns = ['At', 'Whose', 'How', 'Why', 'What followed'].map((title) => ({ title }));
  return {
    ...{ id: 'lost', title: 'Lost Turns' },
    blocks: rows.length > 0 ? [{ kind: 'table', columns, rows }] : [nothing('No turn was lost.')],
  };
}

function commands(report: Report): Section | undefined {
  const when = whenOf(report);
  if (report.commands.length === 0) return undefined;
  const rows = report.commands.map((item) => [
    cell(item.id, { note: item.label }),
    cell(item.command, { as: 'code' }),
    cell(when(item.startedAt)),
    cell(when(item.endedAt)),
    cell(item.exitCode === undefined || item.exitCode === null ? '' : `exit ${item.exitCode}`, { note: item.ended }),
  ]);
  const columns = ['Command', 'What it ran', 'Began', 'Ended', 'Result'].map((title) => ({ title }));
  return { id: 'commands', title: 'Background Commands', blocks: [{ kind: 'table', columns, rows }] };
}

function changes({ changes: { source, head, files, added, removed } }: Report): Section {
  const columns = [
    { title: 'File' },
    { title: 'Named by' },
    { title: 'Now' },
    { title: 'Added', isNumber: true },
    { title: 'Removed', isNumber: true },
  ];
  const rows = files.map((file) => [
    cell(file.path, { as: 'code' }),
    cell(file.todos.join(', ')),
    cell(file.state),
    ...lineCells(file),
  ]);
  const total = added === undefined ? '' : ` Together +${added} −${removed ?? 0}.`;
  const commit = head === undefined ? '' : ` Last commit: ${head}.`;
  const words: Block = { kind: 'words', text: `${source}${commit}${total}` };
  if (files.length === 0) return { id: 'changes', title: 'Changes', blocks: [nothing('No worker named a file.')] };
  return { id: 'changes', title: 'Changes', blocks: [words, { kind: 'table', columns, rows }] };
}

function lineCells({ added, removed }: ReportFile) {
  return [cell(added === undefined ? '' : `+${added}`), cell(removed === undefined ? '' : `−${removed}`)];
}

function sources(report: Report): Section | undefined {
  if (report.sources.length === 0) return undefined;
  const rows = report.sources.map(({ title, url }) => [cell(title), cell(url, { as: 'code' })]);
  const columns = ['Title', 'Address'].map((title) => ({ title }));
  return { id: 'sources', title: 'What the Planner Read', blocks: [{ kind: 'table', columns, rows }] };
}

function settings(report: Report): Section {
  const entries = Object.entries(report.settings);
  const rows = entries.map(([key, value]) => [
    cell(key, { as: 'code' }),
    cell(String(value), { as: 'code' }),
    cell(String(defaultSettings[key as keyof typeof defaultSettings]), { as: 'code' }),
  ]);
  const columns = ['Setting', 'Value', 'Default'].map((title) => ({ title }));
  const block: Block =
    rows.length > 0 ? { kind: 'table', columns, rows } : nothing('Every setting had its default at the end.');
  return { id: 'settings', title: 'Settings', blocks: [block] };
}

function about(report: Report): Section {
  const { damage, records } = report.journal;
  const text = [
    `Made ${formatUtc(report.madeAt)} by OpenCode Orchestrator ${report.release} from ${plural(records, 'record')} of the journal of mission ${report.mission}.`,
    'All times are UTC.',
    'What agents, models and a person said is quoted as text; what looked like a secret is masked (•••).',
    'Files and summaries are claims of the agents; a proof is a run in OpenCode’s own record.',
  ].join(' ');
  const warned: Block[] = damage === undefined ? [] : [{ kind: 'words', text: `This report is not whole: ${damage}` }];
  return { id: 'about', title: 'About This Report', blocks: [...warned, { kind: 'words', text }] };
}

function nothing(text: string): Block {
  return { kind: 'words', text };
}
