import { useState } from 'react';
import * as z from 'zod';
import { t } from '../../app/l10n';
import { useApp, useMissionMoment, useSaved } from '../../app/context';
import { Button } from '../../components/Button';
import { Section } from '../../components/Section';
import { Text } from '../../components/Text';
import type { Todo } from '../../../src/core/todo/model';
import { planAsk } from '../../../src/core/mission/state';
import { clashLinesOf } from '../../../src/core/view/clashes';
import { plural } from '../../../src/core/view/words';
import { PlanItem } from './PlanItem';

const written = z.string();

/** The plan before any worker begins: every TODO’s words, files, order and dependencies can be changed in place. */
export function PlanEditor() {
  const { state } = useMissionMoment();
  const todos = [...state.todos.values()].filter((todo) => todo.state === 'queued');
  const ids = todos.map(({ id }) => id);
  return (
    <Section title={t('Plan')} note={t('{0}, before anybody begins', plural(todos.length, 'TODO'))} className="plan">
      <Turns todos={todos} />
      <ol className="plan-items" aria-label={t('Plan')}>
        {todos.map((todo, index) => (
          <PlanItem
            key={todo.id}
            todo={todo}
            above={ids[index - 1]}
            below={ids[index + 1]}
            afterBelow={ids[index + 2]}
          />
        ))}
      </ol>
      <AddTodo />
      <SendBack />
    </Section>
  );
}

/** Lines that are shown; a plan with more of them has one thing wrong, and these tell it. */
const mostTurns = 6;

/** Who will take turns, since they name the same file, and who works alone. */
function Turns({ todos }: { readonly todos: readonly Todo[] }) {
  const { state } = useMissionMoment();
  const lines = clashLinesOf(state, todos);
  if (lines.length === 0) return null;
  const rest = lines.length - mostTurns;
  return (
    <ul className="plan-turns weak" aria-label={t('One after the other')}>
      {lines.slice(0, mostTurns).map((line) => (
        <li key={line}>
          <Text className="text-wrap">{line}</Text>
        </li>
      ))}
      {rest > 0 ? <li>{t('and {0} more', rest)}</li> : null}
    </ul>
  );
}

/** A new TODO at the end of the plan; its other fields are filled in there. */
function AddTodo() {
  const { ask } = useApp();
  const [title, write] = useSaved('draft.planTodo', written, '');
  const [fault, setFault] = useState<string>();
  const add = (): void => {
    if (title.trim() === '') return;
    const draft = { title: title.trim(), detail: title.trim(), files: [], after: [] };
    void ask({ type: 'edit', edit: { type: 'add', draft } }).then(({ ok, sentence }) => {
      setFault(ok ? undefined : (sentence ?? t('That was not taken.')));
      if (ok) write('');
    });
  };
  return (
    <form
      className="plan-line"
      onSubmit={(event) => {
        event.preventDefault();
        add();
      }}
    >
      <input
        className="plan-field"
        aria-label={t('Title of a new TODO')}
        placeholder={t('What else is to be done?')}
        value={title}
        maxLength={300}
        onChange={(event) => {
          write(event.target.value);
        }}
      />
      <Button codicon="add" disabled={title.trim() === ''} onPress={add}>
        {t('Add TODO')}
      </Button>
      {fault === undefined ? null : (
        <p className="plan-fault" role="alert">
          {fault}
        </p>
      )}
    </form>
  );
}

/** What is wrong with the plan, in words, for the Commander. */
function SendBack() {
  const { ask } = useApp();
  const [comment, write] = useSaved('draft.planComment', written, '');
  const [told, setTold] = useState<string>();
  const send = (): void => {
    const message = comment.trim();
    if (message === '') return;
    void ask({ type: 'answer', ask: planAsk, reply: { type: 'reject', message } }).then(({ ok, sentence }) => {
      setTold(ok ? t('Sent back: the Commander has it changed.') : (sentence ?? t('That was not taken.')));
      if (ok) write('');
    });
  };
  return (
    <form
      className="plan-line"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        className="plan-field"
        aria-label={t('What should be different')}
        placeholder={t('What should be different? The Commander has the plan changed.')}
        rows={1}
        value={comment}
        maxLength={2_000}
        onChange={(event) => {
          write(event.target.value);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send();
        }}
      />
      <Button disabled={comment.trim() === ''} onPress={send}>
        {t('Send Back')}
      </Button>
      {told === undefined ? null : (
        <p className="plan-fault" role="status">
          {told}
        </p>
      )}
    </form>
  );
}
