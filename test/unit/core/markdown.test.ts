import assert from 'node:assert/strict';
import fc from 'fast-check';
import { renderTodo, todoLine } from '../../../src/core/todo/markdown';
import { renderIssues, renderWorkLog } from '../../../src/core/todo/logMarkdown';
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

function render(todos: readonly Todo[]): string {
  return renderTodo({
    mission: 'm-1',
    seq: 7,
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

const none = { ticked: [], unticked: [], retitled: [], added: [], kept: [], missing: [] };

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

  it('reads a new title word for word', () => {
    fc.assert(
      fc.property(
        someTodos,
        fc.string({ minLength: 1, maxLength: 40 }).filter((text) => /^[a-zA-Z][a-zA-Z ,.]*[a-z]$/.test(text)),
        (todos, title) => {
          const [first] = todos;
          if (!first || plain(first.title, 300) === title) return;
          const base = render(todos);
          const line = `- [${first.state === 'done' ? 'x' : ' '}] **T1** ${title} — ${first.state}`;
          const read = edits(
            base,
            base.replace(todoLine(first), () => line),
            todos,
          );
          assert.deepEqual(read.retitled, [{ id: 'T1', title }]);
        },
      ),
    );
  });

  it('takes new lines in, keeps what it does not understand, and names lines that are gone', () => {
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
      missing: ['T2'],
    });
  });

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
        const log = renderWorkLog({ mission: 'm', entries: [{ at: 0, text }], earlier: 0 });
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
    const entries = Array.from({ length: 2_500 }, (_, index) => ({ at: index * 1000, text: `entry ${String(index)}` }));
    const text = renderWorkLog({ mission: 'm', entries, earlier: 10 });
    assert.match(text, /510 earlier entries/);
    assert.match(text, /- 1970-01-01 00:41:39Z — entry 2499/);
  });
});
