import { mergeAskOf } from '../../../src/core/mission/mergeAsk';
import type { MissionState } from '../../../src/core/mission/state';
import { isClosed, type Todo } from '../../../src/core/todo/model';
import type { App } from '../../app/app';
import { t } from '../../app/l10n';
import type { MenuItem } from '../../components/menuContext';

/** All that can be done to a TODO, by name. */
export function todoMenu(app: App, s: MissionState, todo: Todo): MenuItem[] {
  const { id } = todo;
  const session = lastSession(s, id);
  const ids = [...s.todos.keys()];
  const at = ids.indexOf(id);
  const resolve = (): void => {
    app.act({ type: 'resolveConflict', todo: id });
  };
  return [
    ...(s.asks.has(mergeAskOf(id)) ? [{ label: t('Resolve in Merge Editor'), run: resolve }] : []),
    {
      label: todo.state === 'done' ? t('Untick') : t('Tick as Done'),
      disabled: todo.state === 'cancelled',
      run: () => {
        tick(app, todo);
      },
    },
    { label: t('Open Changes'), separated: true, run: openFiles(app, id) },
    {
      label: t('Open Transcript'),
      disabled: session === undefined,
      run: () => {
        if (session !== undefined) app.act({ type: 'openTranscript', session });
      },
    },
    {
      label: t('Send Note…'),
      disabled: isClosed(todo) || s.end !== undefined,
      run: () => {
        app.act({ type: 'sendNote', todo: id });
      },
    },
    {
      label: t('Retry'),
      separated: true,
      disabled: todo.state === 'running' || todo.state === 'reviewing' || todo.state === 'queued',
      run: () => {
        app.act({ type: 'edit', edit: { type: 'retry', todo: id } });
      },
    },
    {
      label: t('Cancel'),
      disabled: isClosed(todo),
      run: () => {
        app.act({ type: 'edit', edit: { type: 'cancel', todo: id } });
      },
    },
    {
      label: t('Revert Changes'),
      separated: true,
      disabled: (todo.changes?.files.length ?? 0) === 0,
      run: () => {
        app.act({ type: 'revertTodo', todo: id });
      },
    },
    {
      label: t('Edit…'),
      separated: true,
      run: () => {
        app.act({ type: 'editTodo', todo: id });
      },
    },
    {
      label: t('Add Check…'),
      run: () => {
        app.act({ type: 'addCheck', todo: id });
      },
    },
    {
      label: t('Move Up'),
      separated: true,
      disabled: at <= 0,
      run: () => {
        app.act({ type: 'edit', edit: moveBefore(id, ids[at - 1]) });
      },
    },
    {
      label: t('Move Down'),
      disabled: at < 0 || at === ids.length - 1,
      run: () => {
        app.act({ type: 'edit', edit: moveBefore(id, ids[at + 2]) });
      },
    },
  ];
}

/** Ticks a TODO as the person’s, or takes the tick away. */
export function tick(app: App, todo: Todo): void {
  app.act({ type: 'edit', edit: { type: 'tick', todo: todo.id, done: todo.state !== 'done' } });
}

/** Opens what a TODO changed. */
export function openFiles(app: App, id: string): () => void {
  return () => {
    app.act({ type: 'openTodoFiles', todo: id });
  };
}

/** The session that worked on a TODO last, or does. */
export function lastSession(s: MissionState, id: string): string | undefined {
  const inFlight = s.turns.get(s.turnOf.get(id) ?? '')?.session;
  if (inFlight !== undefined) return inFlight;
  let last: string | undefined;
  for (const [session, record] of s.sessions) if (record.todo === id) last = session;
  return last;
}

function moveBefore(todo: string, before: string | undefined) {
  return before === undefined ? ({ type: 'move', todo } as const) : ({ type: 'move', todo, before } as const);
}
