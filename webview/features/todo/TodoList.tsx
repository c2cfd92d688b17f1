import { useCallback, useMemo, useRef } from 'react';
import { tally } from '../../../src/core/view/words';
import type { Todo } from '../../../src/core/todo/model';
import { plain } from '../../../src/core/todo/text';
import { useApp, useSaved, useView } from '../../app/context';
import { t } from '../../app/l10n';
import { IconButton } from '../../components/IconButton';
import { LinkButton } from '../../components/LinkButton';
import { useMenu } from '../../components/menuContext';
import { Section } from '../../components/Section';
import { Toolbar } from '../../components/Toolbar';
import { VirtualRows } from '../../components/VirtualRows';
import { filteredTodos, needyTodos, todoFilters, todoFilterSchema, type TodoFilter } from './todoFilter';
import { spokenId, TodoLine } from './TodoLine';
import { lastSession, openFiles, tick, todoMenu } from './todoMenu';
import { useShownTodo } from './useShownTodo';

const rowHeight = 40;
const noTodos: readonly Todo[] = [];

/** The mission’s TODOs, to tick and to look into. */
export function TodoList() {
  const app = useApp();
  const { state, version } = useView();
  const [filter, setFilter] = useSaved<TodoFilter>('todoFilter', todoFilterSchema, 'all');
  const todos = useStable(useMemo(() => (state ? filteredTodos(state, filter) : noTodos), [state, version, filter]));
  const needy = useMemo(() => (state ? needyTodos(state) : new Set<string>()), [state, version]);
  const { done, of } = useMemo(() => (state ? tally(state) : { done: 0, of: 0 }), [state, version]);
  const isEmpty = state === undefined || state.todos.size === 0;
  const words = todoFilters().find((item) => item.filter === filter);
  const ref = useShownTodo((id) => todos.some((todo) => todo.id === id));
  const render = useCallback((todo: Todo) => <TodoLine todo={todo} />, []);
  const count = todos.length;
  const attributesOf = useCallback(
    (todo: Todo, index: number) => ({
      'aria-checked': todo.state === 'done',
      'aria-labelledby': spokenId(todo.id),
      'aria-level': 1,
      'aria-setsize': count,
      'aria-posinset': index + 1,
    }),
    [count],
  );
  return (
    <Section
      title={t('TODO')}
      className="todos"
      note={
        <>
          {of === 0 ? null : t('{0} of {1}', done, of)}
          {filter === 'all' ? null : <span className="todo-filtered"> · {words?.label}</span>}
        </>
      }
      actions={<TodoActions filter={filter} onFilter={setFilter} />}
    >
      {todos.length === 0 ? (
        <p className="empty">
          {isEmpty ? todoFilters()[0]?.none : words?.none}{' '}
          {filter === 'all' || isEmpty ? null : (
            <LinkButton
              onPress={() => {
                setFilter('all');
              }}
            >
              {t('Show All')}
            </LinkButton>
          )}
        </p>
      ) : (
        <VirtualRows
          ref={ref}
          items={todos}
          rowHeight={rowHeight}
          keyOf={idOf}
          render={render}
          attributesOf={attributesOf}
          label={t('TODO')}
          role="tree"
          rowRole="treeitem"
          wordsOf={wordsOf}
          needsYou={(todo) => needy.has(todo.id)}
          onSpace={(todo) => {
            tick(app, todo);
          }}
          onEnter={(todo) => {
            openFiles(app, todo.id)();
          }}
          onOpen={(todo) => {
            const session = state && lastSession(state, todo.id);
            if (session !== undefined) app.act({ type: 'openTranscript', session });
          }}
          menuOf={(todo) => (state ? todoMenu(app, state, todo) : [])}
        />
      )}
    </Section>
  );
}

interface TodoActionsProps {
  readonly filter: TodoFilter;
  readonly onFilter: (filter: TodoFilter) => void;
}

function TodoActions({ filter, onFilter }: TodoActionsProps) {
  const app = useApp();
  const openMenu = useMenu();
  return (
    <Toolbar label={t('TODO')}>
      <IconButton
        codicon={filter === 'all' ? 'filter' : 'filter-filled'}
        label={t('Filter TODOs')}
        hasMenu
        onPress={(event) => {
          const items = todoFilters().map((item) => ({
            label: item.label,
            checked: item.filter === filter,
            run: () => {
              onFilter(item.filter);
            },
          }));
          openMenu(t('Filter TODOs'), items, event.currentTarget);
        }}
      />
      <IconButton
        codicon="add"
        label={t('Add TODO…')}
        onPress={() => {
          app.act({ type: 'addTodo' });
        }}
      />
      <IconButton
        codicon="go-to-file"
        label={t('Open todo.md')}
        onPress={() => {
          app.act({ type: 'openTodoFile' });
        }}
      />
    </Toolbar>
  );
}

/** The same list as long as it holds the same TODOs, so that news alone draws no row anew. */
function useStable(todos: readonly Todo[]): readonly Todo[] {
  const ref = useRef(todos);
  const isSame = ref.current.length === todos.length && ref.current.every((todo, index) => todo === todos[index]);
  if (!isSame) ref.current = todos;
  return ref.current;
}

function idOf(todo: Todo): string {
  return todo.id;
}

function wordsOf(todo: Todo): readonly string[] {
  return [todo.id, plain(todo.title, 400)];
}
