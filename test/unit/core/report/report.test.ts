import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fold } from '../../../../src/core/mission/reduce';
import type { Fact, Recorded } from '../../../../src/core/mission/facts';
import { counts, phase, ranMs } from '../../../../src/core/mission/select';
import { buildReport } from '../../../../src/core/report/build';
import { reportHtml } from '../../../../src/core/report/html';
import { style, styleHash } from '../../../../src/core/report/htmlStyle';
import { reportMarkdown } from '../../../../src/core/report/markdown';
import type { Report, Took } from '../../../../src/core/report/model';
import { crowd, input, journals, recordsOf } from './missions';

const sum = (items: readonly Took[], key: keyof Took): number => items.reduce((all, item) => all + item[key], 0);
const near = (a: number, b: number, what: string) => {
  assert.ok(Math.abs(a - b) < 1e-6, `${what}: ${a} is not ${b}`);
};

describe('the report of a mission', () => {
  for (const name of journals) {
    it(`${name}: its numbers are those of the state, and each of its parts adds up to them`, () => {
      const records = recordsOf(name);
      const s = fold(records);
      const report = buildReport(records, input);
      const { totals, result, sessions, models, todos, issues } = report;
      const { total, done, verified, cancelled } = counts(s);
      assert.deepEqual(
        [totals.todos.total, totals.todos.done, totals.todos.verified, totals.todos.cancelled],
        [total, done, verified, cancelled],
      );
      assert.equal(totals.todos.left, total - done - cancelled);
      assert.deepEqual(totals.sessions, { created: s.sessions.size, peak: s.peak });
      assert.deepEqual([result.state, result.iterations], [phase(s), s.iteration]);
      assert.equal(result.durationMs, Math.round(ranMs(s, s.lastAt)));
      near(totals.tokens, s.tokens, 'tokens');
      near(totals.cost, s.cost, 'cost');
      for (const key of ['workedMs', 'tokens', 'cost'] as const) {
        const ofSessions = [...s.sessions.values()].reduce((all, record) => all + record[key], 0);
        near(sum(sessions, key), ofSessions, `${key} of the sessions`);
        near(sum(models, key), ofSessions, `${key} of the models`);
        assert.ok(sum(todos, key) + report.review[key] <= ofSessions + 1e-6, `${key} of the TODOs`);
      }
      assert.equal(totals.turns.ordered, s.turnsOrdered);
      assert.equal(
        sessions.reduce((all, { turns }) => all + turns, 0),
        [...s.sessions.values()].reduce((all, { turns }) => all + turns, 0),
      );
      for (const { id, spans, turns } of sessions) {
        assert.equal(spans.filter(({ to }) => to !== undefined).length, turns, `bars of ${id}`);
        for (const { from, to } of spans) assert.ok(to === undefined || to >= from);
      }
      assert.deepEqual(
        issues.filter(({ state }) => state === 'open').map(({ id }) => id),
        [...s.issues.values()].filter(({ state }) => state === 'open').map(({ id }) => id),
      );
      for (const issue of issues) assert.equal(issue.state === 'closed', (issue.closed ?? '') !== '', issue.id);
      assert.equal(report.asks.filter(({ answer }) => answer === undefined).length, s.asks.size);
      assert.equal(report.lost.length, records.filter(({ fact }) => fact.type === 'turn.lost').length);
      assert.ok(report.summary.length > 0 && report.summary.length <= 5);
      assert.deepEqual(JSON.parse(JSON.stringify(report)), JSON.parse(JSON.stringify(buildReport(records, input))));
      for (const text of [reportMarkdown(report), reportHtml(report)]) {
        assert.doesNotMatch(text, /[|>:] ?(?:undefined|NaN)\b|\[object Object/);
      }
    });
  }

  it('reads as it did: one mission in Markdown, word for word', () => {
    const text = reportMarkdown(buildReport(recordsOf('sealed-with-troubles'), input));
    assert.equal(text, readFileSync(new URL('sealed-with-troubles.md', import.meta.url), 'utf8'));
  });

  it('says of a mission that nobody drives that it is broken off, and of one at work that it is not over', () => {
    const records = recordsOf('server-never-ended');
    assert.equal(buildReport(records, input).result.word, 'broken off');
    const driven = buildReport(records, { ...input, driven: true });
    assert.notEqual(driven.result.word, 'broken off');
    assert.match(driven.summary[0] ?? '', /not over/);
  });

  it('says where the journal could not be read to its end', () => {
    const report = buildReport(recordsOf('sealed'), { ...input, damage: 'Line 9 of the journal is torn.' });
    for (const text of [reportMarkdown(report), reportHtml(report)])
      assert.match(text, /Line 9 of the journal is torn/);
  });

  it('says what was asked and answered, what was noted, and how issues were closed', () => {
    const report = buildReport(recordsOf('a-permission-given'), input);
    assert.ok(report.asks.some(({ kind, answer }) => kind === 'permission' && /allowed/.test(answer ?? '')));
    assert.ok(buildReport(recordsOf('noted'), input).notes.length > 0);
    const [issue] = buildReport(recordsOf('sealed-with-troubles'), input).issues;
    assert.match(issue?.closed ?? '', /mission review/);
  });

  it('says who took turns, since they named the same file', () => {
    const records = crowd(3, 3).map((record): Recorded => {
      const { fact } = record;
      if (fact.type !== 'planner.planned') return record;
      const added = fact.added.map((todo) => (todo.id === 'T3' ? todo : { ...todo, files: ['src/*a*.ts'] }));
      return { ...record, fact: { ...fact, added } };
    });
    const report = buildReport(records, input);
    assert.deepEqual(report.clashes, [{ file: 'src/*a*.ts', todos: ['T1', 'T2'] }]);
    assert.ok(reportMarkdown(report).includes('T1 and T2 take turns: both name src/\\*a\\*.ts.'));
    assert.deepEqual(buildReport(crowd(3, 3), input).clashes, []);
  });

  it('of 1,000 TODOs and 3,001 sessions is less than 3 MB of HTML', () => {
    const report = buildReport(crowd(1_000, 40), input);
    assert.deepEqual([report.todos.length, report.sessions.length], [1_000, 3_001]);
    assert.ok(Buffer.byteLength(reportHtml(report)) < 3_000_000);
    assert.ok(Buffer.byteLength(reportMarkdown(report)) < 3_000_000);
  });

  it('has every field of its JSON in the README', () => {
    const readme = readFileSync(new URL('../../../../README.md', import.meta.url), 'utf8');
    const table = /### Report\n([\s\S]*?)\n### /.exec(readme)?.[1] ?? '';
    const report = buildReport(recordsOf('sealed-with-troubles'), input);
    for (const key of Object.keys(report)) assert.match(table, new RegExp(`\`${key}(?:\\[\\])?\``), key);
    const { todos, sessions, issues, result, totals, review } = report;
    for (const part of [todos[0], sessions[0], issues[0], result, totals, review]) {
      for (const key of Object.keys(part ?? {})) assert.match(table, new RegExp(`\`${key}\``), key);
    }
  });

  it('masks secrets in what a person said, which the journal keeps word for word', () => {
    const key = `sk-proj-${'a1B2'.repeat(8)}`;
    const report = buildReport(withFacts({ type: 'note.added', text: `use ${key}` }, `Deploy with ${key}`), input);
    for (const text of [JSON.stringify(report), reportMarkdown(report), reportHtml(report)]) {
      assert.ok(!text.includes(key));
      assert.ok(text.includes('•••'));
    }
  });
});

const hostile = [
  '# A heading',
  '</title><script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '[link](https://evil.example) ![pic](https://evil.example/p.png)',
  'a | b \\| c `x` | d',
  '--- \n# second line\n| a | b |\n|---|---|',
  '<!-- --> <details> &lt; &#60; ${x} https://evil.example www.evil.example',
  '\u202Eevil\u0000\u001b[31mred',
];

describe('hostile words in a report', () => {
  const report = buildReport(withHostileWords(), input);

  it('are there as text, in JSON too', () => {
    const told = JSON.parse(JSON.stringify(report)) as Report;
    assert.equal(told.todos.length, hostile.length);
    assert.ok(!JSON.stringify(told).includes('\u202E'));
  });

  it('make no heading, link, picture, HTML or cell in Markdown', () => {
    const text = reportMarkdown(report);
    const own = new Set(
      reportMarkdown(buildReport(withFacts(), input))
        .split('\n')
        .filter((line) => /^##? /.test(line)),
    );
    for (const raw of text.split('\n')) {
      const line = raw.replace(/(?<!\\)`[^`]*`/g, 'code');
      if (/^##? /.test(line)) assert.ok(own.has(line) || line.startsWith('# \\#') || line.startsWith('## '), line);
      assert.doesNotMatch(line, /(?<!\\)<[a-z!/]/i, line);
      assert.doesNotMatch(line, /(?<!\\)\]\(/, line);
      assert.doesNotMatch(line, /(?<![:\\])\/\/evil|(?<!\\)https?:\/\//, line);
    }
    const widths = tables(text).map((rows) => new Set(rows.map((row) => row.match(/(?<!\\)(?:\\\\)*\|/g)?.length)));
    for (const width of widths) assert.equal(width.size, 1);
  });

  it('make no element, attribute or entity in HTML, and the page lets no script in', () => {
    const html = reportHtml(report);
    const tags = [...html.replace(style, '').matchAll(/<[^>]*>/g)].map(([tag]) => tag);
    for (const tag of tags)
      assert.doesNotMatch(tag, /^<(?:script|img|a href="[^#]|iframe|link|!--)| on[a-z]+=| style=/i);
    assert.match(html, /default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]{44}'/);
    assert.equal(styleHash, createHash('sha256').update(style).digest('base64'));
  });
});

/** The rows of every table. */
function tables(text: string): string[][] {
  return text
    .split('\n\n')
    .map((part) => part.split('\n').filter((line) => line.startsWith('|')))
    .filter((rows) => rows.length > 0);
}

function withFacts(fact?: Fact, text = 'Do it'): Recorded[] {
  const [first, ...rest] = recordsOf('sealed');
  if (first?.fact.type !== 'mission.created') throw new Error('The journal has no beginning.');
  const all = [{ ...first, fact: { ...first.fact, text } }, ...rest];
  const last = rest.at(-1);
  return fact && last ? [...all, { seq: last.seq + 1, at: last.at, fact }] : all;
}

function withHostileWords(): Recorded[] {
  return withFacts(undefined, hostile.join('\n')).map((record) => {
    const { fact } = record;
    if (fact.type === 'planner.planned') {
      const added = hostile.map((words, index) => ({
        ...{ id: `T${index + 1}`, title: words, detail: words, files: [words], after: [], check: words },
      }));
      const sources = hostile.map((words) => ({ url: words, title: words, notes: words }));
      return { ...record, fact: { ...fact, added, sources, summary: hostile.join(' ') } };
    }
    if (fact.type === 'worker.reported')
      return { ...record, fact: { ...fact, summary: hostile.join('\n'), files: hostile } };
    if (fact.type === 'mission.ended') return { ...record, fact: { ...fact, reason: hostile.join(' ') } };
    return record;
  });
}
