import assert from 'node:assert/strict';
import fc from 'fast-check';
import { renderTodo, todoLine } from '../../../src/core/todo/markdown';
import { logLine, renderIssues, renderWorkLog } from '../../../src/core/todo/logMarkdown';
import type { Todo } from '../../../src/core/todo/model';
import { readTodoEdits, type TodoEdits } from '../../../src/core/todo/parseMarkdown';
import { plain } from '../../../src/core/todo/text';

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '<img src=x onerror=alert(1)>',
    '[x](command:evil) ![y](http://evil)',
    '- [x] **T2** not me — done (verified)',
    '\u001b]8;;http://evil\u0007link\u001b]8;;\u0007 \u001b[31mred',
    'a\nb\n- [x] c',
    '\u202egnp.exe',
    '👩‍👩‍👧‍👦 — queued',
    '# heading ~~gone~~ `code`',
  ),
);

function todo(id: string, title: string, state: Todo['state'] = 'queued'): Todo {
  return {
    ...{ id, title, detail: '', files: ['src/a.ts'], after: [], check: 'npm test', by: 'planner', state },
    ...{ attempts: 0, tries: 0, reviews: 0, reviewsLost: 0, verified: false },
  };
}

const someTodos = fc
  .array(
    fc.tuple(
      hostile.filter((title) => plain(title, 300) !== ''),
      fc.constantFrom<Todo['state']>('queued', 'done', 'running', 'cancelled', 'failed'),
    ),
    {
      minLength: 1,
      maxLength: 8,
    },
  )
  .map((list) => list.map(([title, state], index) => todo(`T${String(index + 1)}`, title, state)));

function render(todos: readonly Todo[], seq = 7): string {
  return renderTodo({
    mission: 'm-1',
    seq,
    text: 'Build <b>it</b>',
    state: 'running',
    iteration: 1,
    todos,
    kept: [],
  });
}

function edits(base: string, current: string, todos: readonly Todo[]): Exclude<TodoEdits, { foreign: true }> {
  const read = readTodoEdits(base, current, todos);
  assert.ok(!('foreign' in read), 'not foreign');
  return read;
}

/** The lines of `todo.md`. */
function linesOf(todos: readonly Todo[]): string[] {
  return render(todos)
    .split('\n')
    .filter((line) => line !== '');
}

const none = { ticked: [], unticked: [], retitled: [], added: [], kept: [], gone: [] };

describe('todo.md both ways', () => {
  it('reads no edit from what it wrote, whatever the titles are', () => {
    fc.assert(
      fc.property(someTodos, (todos) => {
        assert.deepEqual(edits(render(todos), render(todos), todos), none);
      }),
    );
  });

  it('reads exactly the box that a person changed', () => {
    fc.assert(
      fc.property(someTodos, fc.nat(), (todos, pick) => {
        const chosen = todos[pick % todos.length];
        if (!chosen) return;
        const base = render(todos);
        const line = todoLine(chosen);
        const flipped = line.startsWith('- [x]') ? line.replace('[x]', '[ ]') : line.replace('[ ]', '[X]');
        const expected = line.startsWith('- [x]')
          ? { ...none, unticked: [chosen.id] }
          : { ...none, ticked: [chosen.id] };
        assert.deepEqual(
          edits(
            base,
            base.replace(line, () => flipped),
            todos,
          ),
          expected,
        );
      }),
    );
  });

  it('reads a new title word for word, whatever it is', () => {
    const titles = hostile.map((text) => plain(text, 300)).filter((title) => title !== '');
    fc.assert(
      fc.property(someTodos, titles, (todos, title) => {
        const [first] = todos;
        if (!first) return;
        const base = render(todos);
        const current = base.replace(todoLine(first), () => todoLine({ ...first, title }));
        const retitled = plain(first.title, 300) === title ? [] : [{ id: 'T1', title }];
        assert.deepEqual(edits(base, current, todos), { ...none, retitled });
      }),
    );
  });

  it('reads a title that a person wrote without escapes or state', () => {
    const todos = [todo('T1', 'One')];
    const base = render(todos);
    const current = base.replace(todoLine(todos[0] ?? todo('', '')), '- [ ] **T1** Use *a* & <b> at C:\\new');
    assert.deepEqual(edits(base, current, todos).retitled, [{ id: 'T1', title: 'Use *a* & <b> at C:\\new' }]);
  });

  it('takes new lines in, keeps what it does not understand, and gives the lines that are gone', () => {
    const todos = [todo('T1', 'One'), todo('T2', 'Two')];
    const base = render(todos);
    const current = `${base.replace(`${todoLine(todos[1] ?? todo('', ''))}\n`, '')}* [x] Already done\n- [ ] Write *docs*\nwhat about this?\n`;
    assert.deepEqual(edits(base, current, todos), {
      ...none,
      added: [
        { title: 'Already done', ticked: true },
        { title: 'Write *docs*', ticked: false },
      ],
      kept: ['what about this?'],
      gone: linesOf(todos).slice(-3, -2),
    });
  });

  it('adds a line that begins with a TODO’s id by chance', () => {
    const todos = [todo('docs', 'Write them'), todo('Add', 'Sum up')];
    const base = render(todos);
    assert.deepEqual(edits(base, `${base}- [ ] docs for the API\n- [ ] add a test\n`, todos), {
      ...none,
      added: [
        { title: 'docs for the API', ticked: false },
        { title: 'add a test', ticked: false },
      ],
    });
  });

  it('keeps a changed copy of a line that is still there', () => {
    const todos = [todo('T1', 'One'), todo('T2', 'Two')];
    const base = render(todos);
    const copy = '- [x] **T1** One again — queued';
    assert.deepEqual(
      edits(
        base,
        base.replace('- [ ] **T1**', () => `${copy}\n- [ ] **T1**`),
        todos,
      ),
      {
        ...none,
        kept: [copy],
      },
    );
  });

  it('keeps a line whose title was emptied or struck through, and still sees its box', () => {
    const todos = [todo('T1', 'One')];
    const base = render(todos);
    const line = todoLine(todos[0] ?? todo('', ''));
    for (const emptied of ['- [ ] **T1** — queued', '- [ ] **T1**', '- [ ] **T1**   ', '- [ ] ~~**T1** One~~ — queued'])
      assert.deepEqual(edits(base, base.replace(line, emptied), todos), { ...none, kept: [emptied] });
    assert.deepEqual(edits(base, base.replace(line, '- [x] **T1**'), todos), {
      ...none,
      ticked: ['T1'],
      kept: ['- [x] **T1**'],
    });
  });

  it('finds its mark below lines that a person put on top', () => {
    const todos = [todo('T1', 'One')];
    const base = render(todos);
    assert.deepEqual(edits(base, `- [ ] First of all\n${base}`, todos), {
      ...none,
      added: [{ title: 'First of all', ticked: false }],
    });
  });

  it('reads only the person’s edits from an editor that saved an older rendering', () => {
    const before = [todo('T1', 'One', 'running'), todo('T2', 'Two'), todo('T3', 'Three', 'done')];
    const taken: Todo = { ...todo('P1', 'Already taken'), by: 'person' };
    const now = [todo('T1', 'One', 'done'), todo('T2', 'Two', 'running'), todo('T3', 'Three', 'done'), taken];
    const saved = `${render(before, 5)
      .replace('- [ ] **T2**', '- [x] **T2**')
      .replace('- [x] **T3**', '- [ ] **T3**')
      .replaceAll('src/a.ts', 'src/old.ts')}- [ ] Already taken\n- [ ] New\n`;
    const { gone, ...read } = edits(render(now, 9), saved, now);
    assert.deepEqual(read, {
      ticked: ['T2'],
      unticked: ['T3'],
      retitled: [],
      added: [{ title: 'New', ticked: false }],
      kept: [],
    });
    assert.deepEqual(
      gone.filter((line) => line.startsWith('- [')),
      [todoLine(taken)],
    );
  });

  it('keeps lines in a form that comes back from disk unchanged', () => {
    const todos = [todo('T1', 'One')];
    const base = render(todos);
    const [kept] = edits(base, `${base}${'x'.repeat(1_999)}👍\n`, todos).kept;
    assert.equal(kept, `${'x'.repeat(1_999)}\ufffd`);
    const shown = {
      mission: 'm-1',
      seq: 8,
      text: '',
      state: 'running',
      iteration: 1,
      todos,
      kept: [kept, '- [x] T1 no'],
    };
    const again = renderTodo(shown);
    assert.deepEqual(edits(again, again, todos), none);
  });

  it('gives every line of an emptied file as gone', () => {
    const todos = [todo('T1', 'One'), todo('T2', 'Two')];
    assert.deepEqual(edits(render(todos), ' \r\n', todos), { ...none, gone: linesOf(todos) });
  });

  it('reads anything without throwing, and as much as it reads at all in short time', () => {
    const todos = [todo('T1', 'One')];
    const base = render(todos);
    fc.assert(
      fc.property(fc.array(hostile), fc.array(hostile), (above, below) => {
        const read = edits(base, [...above, base, ...below].join('\n'), todos);
        assert.ok(read.kept.length <= 200);
        assert.deepEqual(read.gone, []);
      }),
    );
    const many = edits(base, `${base}${'- [ ] a\n'.repeat(200_000)}`, todos);
    assert.equal(many.added.length, 200_000);
    const hard = ['- [ ] **', '— ', '\\', '~~', ' '].map((part) => part.repeat(1_500_000 / part.length));
    for (const line of hard) assert.ok(edits(base, `${base}- [ ] ${line}`, todos));
  }).timeout(10_000);

  it('does not take a change of the mission’s own for an edit', () => {
    const before = [todo('T1', 'One'), todo('T2', 'Two')];
    const after = [todo('T1', 'One', 'done'), todo('T2', 'Two')];
    const base = render(before);
    assert.deepEqual(edits(base, base, after), none);
  });

  it('understands CRLF, a BOM, other bullets and a missing state', () => {
    const todos = [todo('T1', 'One')];
    const base = render(todos);
    const current = `\ufeff${base.replace(todoLine(todos[0] ?? todo('', '')), '* [x] t1: One').replaceAll('\n', '\r\n')}`;
    assert.deepEqual(edits(base, current, todos), { ...none, ticked: ['T1'] });
  });

  it('calls another mission’s file, an unmarked one and a huge one foreign', () => {
    const base = render([]);
    for (const current of [base.replace('m-1', 'm-2'), '- [x] all done\n', `${base}${'x'.repeat(2_000_001)}`]) {
      assert.deepEqual(readTodoEdits(base, current, []), { foreign: true });
    }
  });

  it('renders hostile text as one inert line each', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const issues = renderIssues({ mission: 'm', issues: [{ id: 'I1', title: text, detail: text, state: 'open' }] });
        const log = renderWorkLog({ mission: 'm', lines: [logLine(0, text)], earlier: 0 });
        for (const rendered of [render([todo('T1', text)]), issues, log]) {
          const body = rendered.split('\n').slice(1).join('\n');
          assert.doesNotMatch(body, /(?<!\\)<|(?<!\\)\]\(|\u001b|\u202e/);
        }
        assert.equal(
          render([todo('T1', text)])
            .split('\n')
            .filter((line) => line.startsWith('- [')).length,
          1,
        );
      }),
    );
  });

  it('caps the work log at its newest entries and says so', () => {
    const lines = Array.from({ length: 2_500 }, (_, index) => logLine(index * 1000, `entry ${String(index)}`));
    const text = renderWorkLog({ mission: 'm', lines, earlier: 10 });
    assert.match(text, /510 earlier entries/);
    assert.match(text, /- 1970-01-01 00:41:39Z — entry 2499/);
  });
});
