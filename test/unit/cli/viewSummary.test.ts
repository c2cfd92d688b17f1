import assert from 'node:assert/strict';
import { listLines, statusLines } from '../../../src/cli/view/listing';
import { plainLine } from '../../../src/cli/view/plainLines';
import { styles } from '../../../src/cli/view/style';
import { summaryLines } from '../../../src/cli/view/summary';
import { clock } from '../../../src/cli/view/clock';
import { status } from '../../../src/core/mission/select';
import { fileWait } from '../../../src/core/view/waits';
import { runningMission, Told, tokensMission } from './viewMission';
import { terminalWidth, unpainted } from './viewTerminal';

function summary(told: Told, width = 100): string[] {
  return summaryLines({ state: told.state, now: told.now, width, styles: styles(false) });
}

function sealedMission(): Told {
  const told = tokensMission();
  for (const id of ['T6', 'T4', 'T5', 'T7', 'T8', 'T9', 'T10', 'T11', 'T12']) told.done(id);
  told.missionReviewed('Every test passes end to end.');
  return told.ended('sealed', 'Every test passes end to end.');
}

function stoppedMission(): Told {
  const told = runningMission();
  told.fact({ type: 'stop.requested', by: 'SIGINT', as: 'stopped', reason: 'stopped by SIGINT' });
  for (const turn of told.state.turns.keys()) {
    told.fact({ type: 'turn.lost', turn, how: 'stopped', reason: '', next: 'continue', tokens: 0, cost: 0 });
  }
  return told.ended('stopped', 'stopped by SIGINT (20 of 20 confirmed)');
}

describe('the summary', () => {
  it('says how a sealed mission is proven and what to look at before merging', () => {
    const text = summary(sealedMission()).join('\n');
    assert.match(
      text,
      /^✔ SEALED {2}Replace server sessions with short-lived tokens\n {2}All 12 TODOs are done, no issue is open/,
    );
    assert.match(text, /\nTODO {2}12 of 12 done: 11 verified\n/);
    assert.match(
      text,
      /\n✔ T1 +List every place.* done \(verified\)\n +exit 0 · npm run session-use +src\/http\/t1\.ts\n/,
    );
    assert.match(text, /\n✓ T3 .* done \(unverified\)\n +unverified: no check +src\/http\/t3\.ts\n/);
    assert.match(text, /\n✔ T6 .* done \(verified\) +2 attempts\n/);
    assert.match(text, /\nMISSION REVIEW {2}passed, exit 0 · npm run e2e && npm run build\n {2}Every test passes/);
    assert.match(
      text,
      /\nBefore you merge:\n✓ T3 is done but unverified: it has no check\.\n! T6 took 2 attempts; 1 issue found in review and closed: A token/,
    );
    assert.match(
      text,
      /\n1 iteration · 29 sessions, at most 1 at once · 1\.16M tokens · \$3\.19 · 22m( 00s)?\n.*\.opencode\/todo\.md/,
    );
    assert.doesNotMatch(text, /resume/);
  });

  it('puts a TODO into one row where there is room', () => {
    const lines = summary(sealedMission(), 160);
    assert.ok(
      lines.some((line) => /^✔ T2 .*done \(verified\) .*exit 0 · npm test -- tokens +src\/http\/t2\.ts$/.test(line)),
    );
  });

  it('names what a clean mission has to say before merging: nothing', () => {
    const told = new Told('Clean').plan([{ id: 'A', check: 'npm test' }], 'npm test');
    told.done('A');
    told.missionReviewed('Good.');
    assert.doesNotMatch(summary(told.ended('sealed', 'Good.')).join('\n'), /Before you merge/);
  });

  it('says of a stop what is confirmed, what is left and how to go on', () => {
    const text = summary(stoppedMission()).join('\n');
    assert.match(text, /^■ STOPPED \(20 of 20 confirmed\) {2}Replace.*\n {2}Stopped by SIGINT\.\n/);
    assert.match(
      text,
      /! T4 to T11 were at work: their edits are kept and not reviewed\.\n○ T12 is not done\.\n! I1 is open, of T6: A token/,
    );
    assert.match(text, /! No mission review has passed since the last change\./);
    assert.match(text, /To go on:\n  opencode-orchestrator resume m-20231114-ab12$/);
  });

  it('names the limit that was reached with a value to go on with', () => {
    const cases: [ConstructorParameters<typeof Told>[1], string][] = [
      [{ 'limits.maxIterations': 1 }, 'limits.maxIterations=2'],
      [{ 'budget.usd': 0.2 }, 'budget.usd=1'],
      [{ 'budget.tokens': 60_000 }, 'budget.tokens=96000'],
      [{ 'budget.minutes': 0.5 }, 'budget.minutes=2'],
    ];
    for (const [settings, set] of cases) {
      const told = new Told('Much', settings).plan([{ id: 'A' }]);
      told.now += 60_000;
      const text = summary(told.ended('exhausted', 'The limit is reached.')).join('\n');
      assert.match(text, /^▲ EXHAUSTED {2}Much\n {2}The limit is reached\.\n/);
      assert.ok(text.includes(`opencode-orchestrator resume m-20231114-ab12 --set ${set}`), text);
    }
  });

  it('tells a person’s ticks, failures, cancellations, kept lines and open asks as they are', () => {
    const told = new Told('Mixed').plan([{ id: 'A', check: 'npm test' }, { id: 'B' }, { id: 'C' }, { id: 'D' }]);
    told.reported(told.work('B'), 'blocked', 'No network');
    const commander = told.begin('commander');
    const asks = [{ ask: 'q1', question: 'Which port?', options: [] }];
    const cancelled = [{ todo: 'C', reason: 'not needed' }];
    told.fact({
      type: 'commander.decided',
      turn: commander,
      summary: '',
      added: [],
      retried: [],
      cancelled,
      asks,
      seal: false,
      refusals: [],
    });
    told.end(commander);
    told.fact({ type: 'todos.edited', ticked: ['A'], unticked: [], retitled: [], added: [], done: [], kept: ['?'] });
    const text = summary(told.ended('waiting', 'Waits for a person: Which port?')).join('\n');
    assert.match(text, /^\? WAITING {2}Mixed\n {2}Waits for a person: Which port\?\n/);
    assert.match(text, /✓ A +A +done \(unverified\)\n +unverified: ticked by a person · npm test/);
    assert.match(text, /⊘ B is blocked: No network\.\n○ D is not done\.\n× C is cancelled: not needed\.\n/);
    assert.match(text, /✓ A is done but unverified: ticked by a person\.\n/);
    assert.match(
      text,
      /\? The Commander waits for your answer: Which port\?\n! 1 line of todo\.md could not be understood and was kept\./,
    );
    assert.match(text, /resume m-20231114-ab12 --answer "…"/);
  });

  it('shows of a thousand TODOs those that were not clean', () => {
    const told = new Told('Much');
    told.plan(
      Array.from({ length: 1_000 }, (_, index) => ({ id: `T${index}`, ...(index === 7 ? {} : { check: 'true' }) })),
    );
    for (let i = 0; i < 1_000; i++) told.done(`T${i}`);
    const lines = summary(told.ended('stopped', 'stopped'));
    assert.ok(lines.length < 30);
    assert.ok(lines.some((line) => line.startsWith('✓ T7 ')));
    assert.ok(lines.includes('… 999 more: 999 done; .opencode/todo.md has them all'));
  });

  it('stays within the width and harmless, whatever the texts', () => {
    const evil = '\x1b[2J\x1b]8;;http://x\x07👩‍👩‍👧 日本語\u202e\n'.repeat(40);
    const told = new Told(evil).plan(
      [
        { id: 'A', title: evil, files: [evil], check: evil },
        { id: 'B', title: evil },
      ],
      evil,
    );
    told.reported(told.work('A'));
    told.reviewed(told.begin('reviewer', 'A'), 'A', 'failed', evil);
    told.done('A');
    told.reported(told.work('B'), 'blocked', evil);
    told.missionReviewed(evil);
    told.ended('failed', evil);
    for (const width of [20, 40, 80, 130, 200]) {
      for (const look of [styles(true), styles(false, false)]) {
        const sized = { width, height: 24, styles: look };
        const rows = [{ id: 'm-1', state: 'failed' as const, startedAt: 0, done: 1, total: 2, text: evil }];
        const all = [
          ...summaryLines({ state: told.state, now: told.now, ...sized }),
          ...statusLines(told.state, told.now, sized),
        ];
        for (const line of [...all, ...listLines(rows, sized)]) {
          const text = unpainted(line);
          // A command is for copying, so it is whole.
          if (!text.startsWith('  opencode-'))
            assert.ok(terminalWidth(text) <= width, `${JSON.stringify(line)} at ${width}`);
        }
      }
    }
  });
});

describe('status and list', () => {
  const look = { width: 100, height: 24, styles: styles(false) };

  it('shows every TODO and the open issues, however low the terminal', () => {
    const told = stoppedMission();
    const text = statusLines(told.state, told.now, { ...look, height: 10 }).join('\n');
    assert.match(text, /■ stopped · 3 of 12 done: 2 verified/);
    for (let i = 1; i <= 12; i++) assert.match(text, new RegExp(`\\n. T${i} `));
    assert.match(text, /OPEN ISSUES {2}1\n! I1 T6: A token can be refreshed twice$/);
  });

  it('says who takes turns, and who works alone, as long as they are not over', () => {
    const told = new Told('Keep notes').plan([
      { id: 'T1', files: ['src/a.ts'] },
      { id: 'T2', files: ['src/a.ts', 'src/b.ts'] },
      { id: 'T3', files: [] },
    ]);
    const lines = () => statusLines(told.state, told.now, look).join('\n');
    assert.deepEqual(status(told.state).clashes, [{ file: 'src/a.ts', todos: ['T1', 'T2'] }]);
    assert.match(
      lines(),
      /\nONE AFTER THE OTHER\nT1 and T2 take turns: both name src\/a\.ts\.\nT3 works alone: it names no file\.$/,
    );
    assert.match(told.feed.at(-1)?.text ?? '', /Plan accepted: 3 TODOs, one after the other/);
    told.work('T1');
    assert.equal(fileWait(told.state, told.state.todos.get('T2')!), 'waits for T1: same file src/a.ts');
    assert.equal(fileWait(told.state, told.state.todos.get('T1')!), '');
    told.ended('stopped', 'stopped by person');
    assert.doesNotMatch(lines(), /take turns/);
  });

  it('lists missions with their whole ids', () => {
    const row = { id: 'm-20231114-ab12', startedAt: 1_700_000_000_000, text: 'Replace sessions\nand more' };
    const rows = [
      { ...row, state: 'sealed' as const, done: 12, total: 12 },
      { ...row, state: 'exhausted' as const, done: 0, total: 0 },
    ];
    const [sealed, exhausted] = listLines(rows, look);
    assert.match(sealed!, /^✔ sealed +m-20231114-ab12 +12 of 12 done +2023-11-1\d \d\d:\d\d +Replace sessions$/);
    assert.match(exhausted!, /^▲ exhausted +m-20231114-ab12 +no TODO +2023/);
    for (const line of listLines(rows, { ...look, width: 30 })) assert.match(line, /m-20231114-ab12/);
  });
});

describe('a plain line', () => {
  it('has the time and a harmless text on one line', () => {
    const at = 1_700_000_000_000;
    assert.equal(plainLine(at, 'T1 is done\n\x1b[31mnow\x1b[0m'), `${clock(at, true)}  T1 is done now`);
    assert.match(plainLine(at, 'x'), /^\d\d:\d\d:20 {2}x$/);
    assert.equal(plainLine(at, 'x'.repeat(9_000)).length, 510);
  });
});
