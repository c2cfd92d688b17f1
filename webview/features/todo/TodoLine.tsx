import type { Todo } from '../../../src/core/todo/model';
import { todoRow, type TodoRow } from '../../../src/core/view/todos';
import { useApp, useMoment } from '../../app/context';
import { t } from '../../app/l10n';
import { Icon } from '../../components/Icon';
import { IconButton } from '../../components/IconButton';
import { useMenu } from '../../components/menuContext';
import { State } from '../../components/State';
import { Text } from '../../components/Text';
import { lastSession, openFiles, tick, todoMenu } from './todoMenu';

/**
 * What stands in a TODO’s row; it follows the mission by itself, so that only rows in sight do. With blanks between its
 * words, as in its spoken name: who says what is seen finds it.
 */
export function TodoLine({ todo }: { readonly todo: Todo }) {
  const app = useApp();
  const moment = useMoment();
  if (!moment) return null;
  const row = todoRow(moment, todo);
  return (
    <div className="todo" onDoubleClick={openFiles(app, todo.id)}>
      <span className="unseen" id={spokenId(todo.id)}>
        {row.spoken}
      </span>
      <span
        className={row.checked ? 'check check-on' : 'check'}
        aria-hidden="true"
        title={row.checked ? t('Untick') : t('Tick as Done')}
        onClick={() => {
          tick(app, todo);
        }}
        onDoubleClick={(event) => {
          event.stopPropagation();
        }}
      >
        {row.checked ? <Icon codicon="check" /> : null}
      </span>
      <b className="todo-id">{row.name}</b>{' '}
      <span className="todo-first" data-after={row.after}>
        <Text className={row.checked ? 'todo-title todo-title-done' : 'todo-title'} title={row.title}>
          {row.title}
        </Text>
      </span>{' '}
      <span className="todo-second" data-lines={row.lines === '' ? undefined : row.lines}>
        <State word={row.state} />
        <Rest row={row} />
      </span>
      <Actions todo={todo} />
    </div>
  );
}

/**
 * What stands behind the state: attempt, mark, result, and the command at the end, which is cut first. In the order of
 * the spoken name, so that `after T2` stands here and is put at the end of the first line by its style.
 */
function Rest({ row }: { readonly row: TodoRow }) {
  const words = row.command === '' ? row.proof : row.proof.slice(0, row.proof.length - row.command.length);
  const result = words.trim().replace(/ ·$/, '');
  const whole = [row.attempt, row.mark, row.proof].filter((part) => part !== '').join(' · ');
  return (
    <span className="todo-rest" title={whole}>
      <Part>{row.attempt}</Part>
      <Part>{row.mark}</Part>
      {row.after === '' ? null : <span className="todo-after"> {row.after}</span>}
      <Part>{result}</Part>
      {row.command === '' ? null : (
        <>
          {words.endsWith('· ') ? <Dot /> : ' '}
          <Text isCode>{row.command}</Text>
        </>
      )}
    </span>
  );
}

function Part({ children }: { readonly children: string }) {
  if (children === '') return null;
  return (
    <span>
      <Dot />
      {children}
    </span>
  );
}

function Dot() {
  return <span className="dot"> · </span>;
}

/** On hover and focus, and by →. */
function Actions({ todo }: { readonly todo: Todo }) {
  const app = useApp();
  const openMenu = useMenu();
  const state = useMoment()?.state;
  if (!state) return null;
  const session = lastSession(state, todo.id);
  return (
    <span className="row-actions todo-actions">
      {session === undefined ? null : (
        <IconButton
          codicon="output"
          label={t('Open Transcript')}
          tabIndex={-1}
          onPress={() => {
            app.act({ type: 'openTranscript', session });
          }}
        />
      )}
      <IconButton codicon="diff-multiple" label={t('Open Changes')} tabIndex={-1} onPress={openFiles(app, todo.id)} />
      <IconButton
        codicon="ellipsis"
        label={t('More Actions')}
        hasMenu
        tabIndex={-1}
        onPress={(event) => {
          openMenu(t('TODO {0}', todo.id), todoMenu(app, state, todo), event.currentTarget);
        }}
      />
    </span>
  );
}

/** The id of the text that names a TODO’s row. */
export function spokenId(todo: string): string {
  return `todo-${encodeURIComponent(todo)}`;
}
