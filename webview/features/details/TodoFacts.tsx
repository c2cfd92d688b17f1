import { t } from '../../app/l10n';
import { useApp, useMissionMoment } from '../../app/context';
import { useSelectedAgent, useSelectedTodo, useTab } from '../../app/selection';
import { Icon } from '../../components/Icon';
import { LinkButton } from '../../components/LinkButton';
import { State } from '../../components/State';
import { Text } from '../../components/Text';
import type { Issue } from '../../../src/core/mission/state';
import { isolationWords } from '../../../src/core/mission/isolation';
import { findTodo } from '../../../src/core/mission/todoIndex';
import type { Todo } from '../../../src/core/todo/model';
import { plain } from '../../../src/core/todo/text';
import { fileWait } from '../../../src/core/view/waits';
import { restingWord } from '../../../src/core/view/words';
import { Fact } from './Facts';

/** Characters of a text that is shown whole. */
const most = 4_000;
/** TODOs that are named with their state. */
const mostAfter = 8;

/** What the agent’s TODO asks for, and what is proven. */
export function TodoFacts({ todo }: { readonly todo: Todo }) {
  const { state } = useMissionMoment();
  const [, selectAgent] = useSelectedAgent();
  const [, selectTodo] = useSelectedTodo();
  const [, showTab] = useTab();
  const issues = [...state.issues.values()].filter((issue) => issue.todo === todo.id);
  const after = todo.after.slice(0, mostAfter);
  const held = fileWait(state, todo);
  return (
    <section className="details-part" aria-label={t('TODO {0}', plain(todo.id, 64))}>
      <header className="details-part-head">
        <h3>{t('TODO')}</h3>
        <LinkButton
          onPress={() => {
            selectTodo(todo.id);
            selectAgent(null);
            showTab('todo');
          }}
        >
          {t('Show in TODO')}
        </LinkButton>
      </header>
      <dl className="facts facts-long">
        {todo.detail.trim() === '' ? null : (
          <Fact name={t('Detail')}>
            <Text className="text-wrap">{todo.detail.trim().slice(0, most)}</Text>
          </Fact>
        )}
        {after.length === 0 ? null : (
          <Fact name={t('After')}>
            <span className="details-after">
              {after.map((id) => (
                <AfterTodo key={id} id={id} />
              ))}
              {todo.after.length > mostAfter ? t('and {0} more', todo.after.length - mostAfter) : null}
            </span>
          </Fact>
        )}
        {todo.isolated ? <Fact name={t('Works')}>{isolationWords(state, todo)}</Fact> : null}
        {held === '' ? null : <Fact name={t('Turn')}>{held}</Fact>}
        <Fact name={t('Check')}>
          <Check todo={todo} />
        </Fact>
        {issues.map((issue) => (
          <Fact key={issue.id} name={issue.state === 'open' ? t('Issue') : t('Issue, closed')}>
            <IssueLine issue={issue} />
          </Fact>
        ))}
        {todo.reason === undefined || todo.reason === '' ? null : (
          <Fact name={t('Reason')}>
            <Text className="text-wrap">{todo.reason.slice(0, most)}</Text>
          </Fact>
        )}
        {todo.summary === undefined || todo.summary === '' ? null : (
          <Fact name={t('Report')}>
            <Text className="text-wrap">{todo.summary.slice(0, most)}</Text>
          </Fact>
        )}
      </dl>
    </section>
  );
}

function AfterTodo({ id }: { readonly id: string }) {
  const { state } = useMissionMoment();
  const todo = findTodo(state, id);
  return (
    <span className="details-after-one">
      <Text>{plain(id, 64)}</Text>
      {todo ? <State word={restingWord(state, todo)} /> : null}
    </span>
  );
}

function Check({ todo }: { readonly todo: Todo }) {
  if (todo.check === undefined) return <span className="weak">{t('no check, only read')}</span>;
  return (
    <>
      <Text isCode className="chip" title={todo.check}>
        {plain(todo.check, 400)}
      </Text>
      {todo.state === 'done' && todo.verified ? (
        <span className="state">
          <Icon name="verified" />
          {t('exit 0, proven by the reviewer’s own run')}
        </span>
      ) : null}
    </>
  );
}

function IssueLine({ issue }: { readonly issue: Issue }) {
  const { act } = useApp();
  const { title, file, line } = issue;
  return (
    <>
      <Text className="text-wrap">{`“${plain(title, 400)}”`}</Text>
      {file === undefined ? null : (
        <LinkButton
          onPress={() => {
            act({ type: 'openFile', path: file, ...(line === undefined || line < 1 ? {} : { line }) });
          }}
        >
          {plain(line === undefined ? file : `${file}:${line}`, 200)}
        </LinkButton>
      )}
    </>
  );
}
