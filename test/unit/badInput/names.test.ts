import assert from 'node:assert/strict';
import { summaryLines } from '../../../src/cli/view/summary';
import { liveLines } from '../../../src/cli/view/live';
import { statusLines } from '../../../src/cli/view/listing';
import { plainLine } from '../../../src/cli/view/plainLines';
import { styles } from '../../../src/cli/view/style';
import { checkPath } from '../../../src/core/todo/paths';
import { renderIssues } from '../../../src/core/todo/logMarkdown';
import { renderTodo } from '../../../src/core/todo/markdown';
import { narrate } from '../../../src/core/mission/narrate';
import type { Fact } from '../../../src/core/mission/facts';
import { todoModel } from '../../../src/vscode/views/todoModel';
import { Told } from '../cli/viewMission';
import { terminalWidth } from '../cli/viewTerminal';
import { clock } from '../../../src/cli/view/clock';

/** Names that a file may really have on Linux, and one that none has. */
const names: Readonly<Record<string, string>> = {
  quotes: `src/it's "quoted" \`here\`.ts`,
  'line ends': 'src/one\ntwo\r\nthree\u2028four.ts',
  'right-to-left marks': 'src/\u202egnp.exe\u2067\u200f\u061c.ts',
  'right-to-left letters': 'src/\u05e9\u05dc\u05d5\u05dd/\u0645\u0631\u062d\u0628\u0627.ts',
  '4,096 characters': `src/${'x'.repeat(4_089)}.ts`,
  'escape codes': 'src/\u001b[31mred\u001b]8;;http://evil.example\u0007link\u001b]8;;\u0007.ts',
  'marks of markup': 'src/<img src=x onerror=alert(1)>[x](command:y).ts',
  tabs: 'src/a\tb\u0000c\u0008.ts',
};

const control = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

describe('the name of a file', () => {
  for (const [what, name] of Object.entries(names)) {
    it(`with ${what} is one short, harmless line on the terminal, on paper and in a tree`, () => {
      const told = new Told('Tidy up').plan([{ id: 'A', title: `Write ${name}`, files: [name], check: `cat ${name}` }]);
      const turn = told.work('A', `write ${name}`);
      const look = { width: 80, height: 24, styles: styles(false) };
      const moment = { state: told.state, now: told.now, agents: told.agents, clock };
      const live = liveLines({ ...look, ...moment });
      const reported: Fact = {
        ...{ type: 'worker.reported', turn, todo: 'A', status: 'done', summary: `Wrote ${name}` },
        ...{ files: [name], followUps: [] },
      };
      told.fact(reported);
      told.end(turn);
      told.reviewed(told.begin('reviewer', 'A'), 'A', 'failed', `No: ${name}`);
      told.ended('failed', name);
      const shown = [
        ...live,
        ...summaryLines({ state: told.state, now: told.now, ...look }),
        ...statusLines(told.state, told.now, look),
      ].filter((line) => !line.startsWith('  opencode-')); // a command is for copying, so it is whole
      for (const line of shown) {
        assert.doesNotMatch(line, control, JSON.stringify(line));
        assert.ok(terminalWidth(line) <= 80, JSON.stringify(line));
      }
      const logged = plainLine(0, narrate(told.state, { fact: reported }) ?? '');
      assert.doesNotMatch(logged, control);
      assert.ok(logged.length < 520);

      const todos = [...told.state.todos.values()];
      const issue = { id: 'I1', title: name, detail: name, file: name, line: 1, state: 'open' } as const;
      const paper = [
        renderTodo({ mission: 'm-1', seq: 1, text: name, state: 'failed', iteration: 1, todos, kept: [] }),
        renderIssues({ mission: 'm-1', issues: [issue] }),
      ].join('\n');
      for (const line of paper.split('\n')) {
        assert.doesNotMatch(line, control, JSON.stringify(line));
        assert.doesNotMatch(line, /(?<!\\)<img|(?<!\\)\]\(/);
        assert.ok(line.length < 1_000, String(line.length));
      }

      const model = todoModel();
      model.update([{ key: 'a', name: 'folder', moment, editable: true }], 'list');
      const row = model.roots()[0];
      assert.ok(row !== undefined);
      const { label, spoken } = model.entry(row);
      for (const text of [label, spoken]) {
        assert.doesNotMatch(text, control);
        assert.ok(text.length < 1_000, String(text.length));
      }
      assert.ok(model.tooltip(row).length < 5_000);
    });
  }

  it('is refused as a TODO’s file where it holds a line end or another control character, or is too long', () => {
    for (const what of ['line ends', '4,096 characters', 'escape codes', 'tabs']) {
      const checked = checkPath(names[what] ?? '');
      assert.ok(!checked.ok, what);
      assert.doesNotMatch(checked.sentence, control);
      assert.ok(checked.sentence.length < 200);
    }
  });
});
