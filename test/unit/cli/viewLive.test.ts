import assert from 'node:assert/strict';
import { liveLines } from '../../../src/cli/view/live';
import { styles } from '../../../src/cli/view/style';
import { whyLine } from '../../../src/cli/view/why';
import { clock } from '../../../src/cli/view/clock';
import { runningMission, Told, tokensMission } from './viewMission';
import { terminalWidth, unpainted } from './viewTerminal';

const plainStyles = styles(false);

function show(told: Told, width = 120, height = 60): string[] {
  return liveLines({
    state: told.state,
    now: told.now,
    clock,
    agents: told.agents,
    width,
    height,
    styles: plainStyles,
  });
}

function rowOf(lines: readonly string[], id: string): string {
  return lines.find((line) => new RegExp(`^. ${id} `).test(line)) ?? '';
}

/** What a model, a file or a person could say to break a terminal. */
const hostile = [
  '\x1b[2J\x1b[31mred\x1b[0m and cleared',
  '\x1b]8;;https://evil.example\x07click\x1b]8;;\x07 me',
  '\x1b]0;title\x1b\\ and \u202egnp.exe\u202c, \u2066isolated\u2069',
  '👩‍👩‍👧‍👦🚀🎉 emoji ❤️ 日本語のとても長いタイトル',
  'שלום עולם, مرحبا',
  'many\nlines\r\nand\ttabs\u2028and more',
  'x'.repeat(1_000),
  '日'.repeat(1_000),
  '\x9b31m C1 \x00 nul \x08\x7f',
  '',
];

function hostileMission(): Told {
  const told = new Told(hostile.join(' '));
  const drafts = hostile.map((title, index) => ({ id: `T${index}`, title, files: [`${title.slice(0, 40)}.ts`] }));
  const last = { id: 'x'.repeat(64), title: 'a long id', after: ['T0', 'T1'] };
  told.plan([...drafts, last], hostile[0]);
  hostile.forEach((text, index) => {
    const turn = told.work(`T${index}`, text);
    if (index % 4 === 1) told.ask(turn, 'permission', text);
    if (index % 4 === 2) told.news(turn, { retryUntil: told.now + 90_000 });
    if (index % 4 === 3) told.reported(turn, 'blocked', text);
  });
  told.now += 3_600_000;
  return told;
}

describe('the live view', () => {
  const sizes = [1, 2, 5, 10, 20, 39, 40, 60, 80, 100, 160, 200];
  const heights = [1, 2, 3, 5, 8, 10, 13, 16, 24, 40, 60];

  it('is never wider nor taller than the terminal and leaves no code of others in, at every size', () => {
    const missions = [
      new Told('Just begun'),
      runningMission(),
      hostileMission(),
      tokensMission().ended('stopped', hostile[0]!),
    ];
    for (const told of missions) {
      for (const colour of [false, true]) {
        for (const unicode of [true, false]) {
          for (const width of sizes) {
            for (const height of heights) {
              const look = { width, height, styles: styles(colour, unicode) };
              const lines = liveLines({ state: told.state, now: told.now, clock, agents: told.agents, ...look });
              assert.ok(lines.length > 0 && lines.length <= height, `${lines.length} lines at ${width}x${height}`);
              for (const line of lines) {
                const text = unpainted(line);
                assert.ok(terminalWidth(text) <= width, `${JSON.stringify(text)} at ${width}`);
                if (width >= 20) assert.equal(text, text.trimEnd());
              }
            }
          }
        }
      }
    }
  });

  it('says in its head what the mission is, how far it is and what it took', () => {
    const [title, stats, bar] = show(runningMission(), 80, 40);
    assert.match(title!, /^Replace server sessions with short-lived tokens {2,}iteration 1 of 20$/);
    assert.match(stats!, /^▸ running · 3 of 12 done: 2 verified · \d+m( \d\ds)? · 480k tokens · \$1\.32$/);
    assert.match(bar!, /^█{13}▒{7}░{60}$/);
  });

  it('keeps the iteration and drops numbers, not words, where it is narrow', () => {
    const lines = show(runningMission(), 40, 24);
    assert.equal(lines[1], '▸ running · 3 of 12 done: 2 verified');
    assert.match(lines[2]!, /tokens|iteration 1 of 20/);
  });

  it('leaves out the cost where there is none, and shows budgets with a warning from 80 %', () => {
    const free = new Told('Free', { 'budget.tokens': 100_000 });
    free.end(free.begin('commander'), 50_000, 0);
    assert.match(show(free)[1]!, / 50(\.0)?k of 100k tokens$/);
    free.end(free.begin('commander'), 30_000, 0);
    assert.match(show(free)[1]!, /! 80 %: 80(\.0)?k of 100k tokens$/);
    assert.doesNotMatch(show(free).join('\n'), /\$/);
  });

  it('shows the agents as a tree with their states, those that wait first', () => {
    const told = runningMission();
    const lines = show(told, 120, 60);
    const at = lines.findIndex((line) => line.startsWith('AGENTS'));
    const rows = lines.slice(at, lines.indexOf('', at));
    assert.equal(rows[0], 'AGENTS  8 at work, at most 50');
    assert.match(rows[1]!, /^○ Commander +queued +turn 2 after the 8 below$/);
    assert.match(rows[2]!, /^├─ ! T7 worker 1 +waiting: permission +asks: npm install jose@5 +3m 24s +quiet 3m 24s$/);
    assert.match(
      rows[3]!,
      new RegExp(`^├─ ◷ T9 worker 1 +rate-limited until ${clock(told.now + 596_000)} +Too many requests, try 3`),
    );
    assert.match(rows[5]!, /^├─ ▸ T6 worker 2 +running +runs npm test -- refresh +4s$/);
    assert.match(rows[9]!, /^└─ ◎ T8 reviewer 1 +reviewing +reads the diff of 4 files +4s$/);
    assert.equal(rows.length, 10);
  });

  it('shows each TODO with its own state, its attempts and what it waits for', () => {
    const told = runningMission();
    const failed = told.state.turnOf.get('T5')!;
    told.reported(failed, 'blocked', 'No network');
    told.fact({ type: 'todos.edited', ticked: ['T11'], unticked: [], retitled: [], added: [], done: [], kept: [] });
    const lines = show(told, 100, 60);
    assert.match(rowOf(lines, 'T1'), /^✔ T1 .*done \(verified\)$/);
    assert.match(rowOf(lines, 'T3'), /^✓ T3 .*done \(unverified\)$/);
    assert.match(rowOf(lines, 'T4'), /^◎ T4 .*reviewing$/);
    assert.match(rowOf(lines, 'T5'), /^⊘ T5 .*blocked$/);
    assert.match(rowOf(lines, 'T6'), /^▸ T6 .*running +attempt 2$/);
    assert.match(rowOf(lines, 'T7'), /^! T7 .*waiting: permission$/);
    assert.match(rowOf(lines, 'T9'), /^◷ T9 .*rate-limited until \d\d:\d\d$/);
    assert.match(rowOf(lines, 'T11'), /^✓ T11 .*done \(unverified\)$/);
    assert.match(rowOf(lines, 'T12'), /^○ T12 .*queued +after T4 to T9$/);
  });

  it('shows of a thousand TODOs those that matter now and counts the rest', () => {
    const told = new Told('Migrate everything', { 'limits.parallelSessions': 50 });
    told.plan(Array.from({ length: 1_000 }, (_, index) => ({ id: `T${index}`, title: `Module ${index}` })));
    for (let i = 0; i < 40; i++) told.done(`T${i}`);
    told.reported(told.work('T500'), 'blocked', 'It needs a person');
    for (let i = 40; i < 44; i++) told.work(`T${i}`, `edits src/T${i}.ts`);
    const before = performance.now();
    const lines = show(told, 80, 30);
    assert.ok(performance.now() - before < 200);
    const todo = lines.slice(lines.findIndex((line) => line.startsWith('TODO')) + 1);
    assert.equal(lines.length, 30);
    for (const id of ['T40', 'T41', 'T42', 'T43', 'T500', 'T39', 'T44']) assert.notEqual(rowOf(todo, id), '', id);
    const more = /^… (\d+) more: (\d+) queued, (\d+) done$/.exec(todo.at(-1)!);
    assert.ok(more, todo.at(-1));
    assert.equal(Number(more[1]) + todo.length - 1, 1_000);
    assert.equal(Number(more[2]) + Number(more[3]), Number(more[1]));
  });

  it('counts the agents that do not fit', () => {
    const told = new Told('Wide');
    told.plan(Array.from({ length: 50 }, (_, index) => ({ id: `T${index}` })));
    for (let i = 0; i < 50; i++) told.work(`T${i}`);
    const lines = show(told, 80, 24);
    assert.match(
      lines.find((line) => line.startsWith('└─'))!,
      /^└─ … \d+ more agents: \d+ running$/,
    );
  });

  it('says so when there is nothing to show yet', () => {
    const told = new Told('Just begun');
    assert.match(
      show(told).join('\n'),
      /The Commander starts first\..*○ Commander +queued +starts first.*No TODO yet\./s,
    );
  });

  it('shows of a mission that has ended no agents, and what the journal knows', () => {
    const told = tokensMission();
    told.work('T6');
    told.fact({ type: 'stop.requested', by: 'SIGINT', as: 'stopped', reason: 'stopped by SIGINT' });
    assert.match(
      show(told).join('\n'),
      /◌ stopping 10\/11.*No new turn starts\. T6 has not confirmed yet\..*stopped \(confirmed\)/s,
    );
    told.fact({
      type: 'turn.lost',
      turn: [...told.state.turns.keys()][0]!,
      how: 'stopped',
      reason: '',
      next: 'continue',
      tokens: 0,
      cost: 0,
    });
    told.ended('stopped', 'stopped by SIGINT (11 of 11 confirmed)');
    const lines = show(told, 100);
    assert.doesNotMatch(lines.join('\n'), /AGENTS/);
    assert.match(lines[1]!, /^■ stopped · /);
    assert.match(rowOf(lines, 'T6'), /queued/);
  });
});

describe('the why-line', () => {
  const why = (told: Told, lostContactSince?: number) =>
    whyLine({ state: told.state, now: told.now, clock, agents: told.agents, lostContactSince });

  it('says who works and who waits for what', () => {
    const told = runningMission();
    const until = clock(told.now + 596_000);
    assert.equal(
      why(told),
      `4 workers and 2 reviewers are at work. T7 waits for your permission, T9 for its provider until ${until}, T12 for T4 to T9.`,
    );
  });

  it('follows a mission from its first turn to its seal', () => {
    const told = new Told('Small');
    assert.equal(why(told), 'The Commander starts first.');
    const commander = told.begin('commander');
    told.now += 65_000;
    assert.equal(why(told), 'The Commander has worked for 1m 05s.');
    told.news(commander, { lastEventAt: told.now - 3_000 });
    assert.equal(why(told), 'The Commander has worked for 1m 05s, last event 3s ago.');
    told.end(commander);
    told.plan([
      { id: 'A', files: [] },
      { id: 'B', files: ['b'] },
    ]);
    assert.equal(why(told), 'The next turns are being ordered.');
    const a = told.work('A');
    assert.equal(why(told), 'The worker of A has worked for 0s. 1 TODO waits for A, which works alone.');
    told.reported(a, 'blocked', 'No network');
    const b = told.work('B');
    assert.equal(why(told), 'The worker of B has worked for 0s. A waits for the Commander’s decision (blocked).');
    told.fact({ type: 'todos.edited', ticked: ['A'], unticked: [], retitled: [], added: [], done: [], kept: [] });
    told.reported(b);
    const reviewer = told.begin('reviewer', 'B');
    told.reviewed(reviewer, 'B', 'passed');
    assert.equal(why(told), 'The Commander is next.');
    told.missionReviewed('Fine.');
    assert.equal(why(told), 'Everything is done; the seal is next.');
    told.ended('sealed', 'Fine.');
    assert.equal(
      why(told),
      'All 2 TODOs are done, no issue is open, nothing runs, and the mission review passed after the last change.',
    );
  });

  it('names what keeps a ready TODO waiting', () => {
    const told = new Told('Files', { 'limits.parallelSessions': 2 });
    told.plan([{ id: 'A', files: ['src/x.ts'] }, { id: 'B', files: ['src/x.ts'] }, { id: 'C' }, { id: 'D' }]);
    told.work('A');
    assert.match(why(told), /B waits for A to let go of src\/x\.ts\.$/);
    told.work('C');
    assert.match(why(told), /2 TODOs wait for one of 2 sessions\.$/);
    const alone = new Told('Alone');
    alone.plan([{ id: 'A' }, { id: 'B', files: [] }]);
    alone.work('A');
    assert.match(why(alone), /B waits for the others, since it names no file\.$/);
  });

  it('says that a person, a budget, the contact or an event is missing', () => {
    const asked = new Told('Ask');
    asked.plan([{ id: 'A' }]);
    asked.ask(asked.work('A'), 'question', 'Which port?');
    assert.equal(why(asked), 'Nothing runs: 1 ask waits for you: “Which port?”.');
    const spent = new Told('Spent', { 'budget.usd': 0.2 });
    spent.plan([{ id: 'A' }, { id: 'B' }]);
    spent.work('A');
    assert.equal(why(spent), 'The budget of $0.20 is used up. 1 turn ends by itself; 2 TODOs are left.');
    const told = runningMission();
    assert.match(why(told, told.now - 40_000), /^No contact with OpenCode for 40s\./);
    told.now += 300_000;
    assert.match(why(told), /No event for 5m 04s\.$/);
  });

  it('gives the reason of every other end', () => {
    for (const state of ['stopped', 'waiting', 'exhausted', 'failed'] as const) {
      assert.equal(why(new Told('End').ended(state, 'it is \x1b[31mso\x1b[0m')), 'It is so.');
    }
  });
});
