import { useId, useState, type KeyboardEvent } from 'react';
import { t } from '../../app/l10n';
import { useApp, useSaved } from '../../app/context';
import { IconButton } from '../../components/IconButton';
import { Toolbar } from '../../components/Toolbar';
import type { TodoEdit } from '../../../src/core/mission/decideEdit';
import type { Todo } from '../../../src/core/todo/model';
import { draftSchema, textOf, valueOf, type PlanPart } from './planParts';

interface PlanItemProps {
  readonly todo: Todo;
  /** Its neighbours in the plan’s order; none at its ends. */
  readonly above: string | undefined;
  readonly below: string | undefined;
  readonly afterBelow: string | undefined;
}

/** One TODO of the plan: its title, and below it whatever else a worker is told. */
export function PlanItem({ todo, above, below, afterBelow }: PlanItemProps) {
  const { ask } = useApp();
  const [isOpen, setOpen] = useState(false);
  const [fault, setFault] = useState<string>();
  const more = useId();
  const { id } = todo;
  const edit = async (wanted: TodoEdit): Promise<boolean> => {
    const { ok, sentence } = await ask({ type: 'edit', edit: wanted });
    setFault(ok ? undefined : (sentence ?? t('That was not taken.')));
    return ok;
  };
  const up = (): void => {
    if (above !== undefined) void edit({ type: 'move', todo: id, before: above });
  };
  const down = (): void => {
    if (below !== undefined)
      void edit({ type: 'move', todo: id, ...(afterBelow === undefined ? {} : { before: afterBelow }) });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
    event.preventDefault();
    if (event.key === 'ArrowUp') up();
    else down();
  };
  const field = (part: PlanPart) => (
    <PlanField todo={todo} part={part} onChange={(change) => edit({ type: 'change', change })} />
  );
  return (
    <li className="plan-item" onKeyDown={onKeyDown}>
      <div className="plan-head">
        <IconButton
          codicon={isOpen ? 'chevron-down' : 'chevron-right'}
          label={isOpen ? t('Hide the Details of {0}', id) : t('Show the Details of {0}', id)}
          onPress={() => {
            setOpen(!isOpen);
          }}
        />
        <bdi className="plan-id">{id}</bdi>
        {field('title')}
        <Toolbar label={t('Order of {0}', id)}>
          <IconButton codicon="arrow-up" label={t('Move {0} Up', id)} disabled={above === undefined} onPress={up} />
          <IconButton
            codicon="arrow-down"
            label={t('Move {0} Down', id)}
            disabled={below === undefined}
            onPress={down}
          />
          <IconButton
            codicon="trash"
            label={t('Remove {0}', id)}
            onPress={() => {
              void edit({ type: 'cancel', todo: id });
            }}
          />
        </Toolbar>
      </div>
      {isOpen ? (
        <div id={more} className="plan-more">
          {field('detail')}
          {field('files')}
          {field('after')}
          {field('check')}
        </div>
      ) : (
        <p className="plan-sum weak">{summaryOf(todo)}</p>
      )}
      {fault === undefined ? null : (
        <p className="plan-fault" role="alert">
          {fault}
        </p>
      )}
    </li>
  );
}

function summaryOf(todo: Todo): string {
  return [
    todo.files.length === 0 ? t('works alone') : todo.files.slice(0, 3).join(', '),
    todo.files.length > 3 ? t('{0} more', todo.files.length - 3) : '',
    todo.after.length === 0 ? '' : t('after {0}', todo.after.join(', ')),
    todo.check === undefined ? t('no check') : '',
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

interface PlanFieldProps {
  readonly todo: Todo;
  readonly part: PlanPart;
  readonly onChange: (change: Extract<TodoEdit, { type: 'change' }>['change']) => Promise<boolean>;
}

/** One part of a TODO. What is typed is taken when the field is left or Enter is pressed; what is refused stays as it was typed. */
function PlanField({ todo, part, onChange }: PlanFieldProps) {
  const [draft, write] = useSaved(`plan.${todo.id}.${part}`, draftSchema, null);
  const was = textOf(todo, part);
  const text = draft ?? was;
  const commit = async (): Promise<void> => {
    if (draft === null) return;
    if (draft.trim() === was.trim() || (await onChange({ id: todo.id, ...valueOf(part, draft) }))) write(null);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') write(null);
    else if (event.key === 'Enter' && (part !== 'detail' || event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void commit();
    }
  };
  const common = {
    className: `plan-field plan-${part}`,
    value: text,
    onKeyDown,
    onBlur: () => void commit(),
    onChange: ({ target }: { target: { value: string } }) => {
      write(target.value);
    },
  };
  const [name, hint] = wordsOf(part);
  if (part === 'title') return <input {...common} aria-label={t('Title of {0}', todo.id)} maxLength={300} />;
  return (
    <label className="plan-label">
      <span className="weak">{name}</span>
      {part === 'detail' ? (
        <textarea {...common} rows={2} maxLength={20_000} />
      ) : (
        <input {...common} placeholder={hint} maxLength={4_000} />
      )}
    </label>
  );
}

function wordsOf(part: PlanPart): [name: string, hint: string] {
  switch (part) {
    case 'title':
      return [t('Title'), ''];
    case 'detail':
      return [t('Details'), ''];
    case 'files':
      return [t('Files'), t('with commas between them; without any it works alone')];
    case 'after':
      return [t('Waits for'), t('ids of TODOs, with commas between them')];
    case 'check':
      return [t('Check'), t('a command whose exit code 0 proves it')];
  }
}
