import type { ReactNode } from 'react';
import { t } from '../../app/l10n';
import { useMissionMoment } from '../../app/context';
import { Icon } from '../../components/Icon';
import { NowWords } from '../agents/NowWords';
import { duration, tokens } from '../../../src/core/todo/text';
import { modelArrow, type AgentRow, type ModelWords } from '../../../src/core/view/agentRow';
import { costWords } from '../../../src/core/view/status';
import { attemptsAllowed } from '../../../src/core/view/todos';

/** What an agent does and has used, in two columns. */
export function Facts({ row, attempts }: { readonly row: AgentRow; readonly attempts: readonly AgentRow[] }) {
  const { state, now } = useMissionMoment();
  const todo = state.todos.get(row.todo ?? '');
  const { expected } = row.model;
  const isSet = state.settings[`models.${row.role}`] !== '';
  const most = state.settings['limits.sessionMinutes'] * 60_000;
  return (
    <dl className="facts">
      <Fact name={t('State')}>{row.state.word}</Fact>
      <Fact name={t('Last event')}>
        {row.lastEventAt === undefined ? '–' : t('{0} ago', duration(now - row.lastEventAt))}
      </Fact>
      <Fact name={t('Now')}>{row.now === '' ? '–' : <NowWords words={row.now} />}</Fact>
      <Fact name={t('Elapsed')}>{elapsedWords(row, most)}</Fact>
      <Fact name={t('Attempt')}>
        {todo && row.role === 'worker' ? t('{0} of {1}', row.attempt, attemptsAllowed(state, todo)) : row.attempt}
      </Fact>
      <Fact name={t('Tokens')}>{row.tokens === undefined ? '–' : tokens(row.tokens)}</Fact>
      <Fact name={t('Model')}>
        {expected === undefined ? null : <Icon name="warning" />}
        <span title={modelArrow(row.model)}>{modelWords(row.model, isSet)}</span>
      </Fact>
      {row.context === undefined ? null : <Fact name={t('Context')}>{row.context}</Fact>}
      <Fact name={t('Cost')}>{costLine(row, attempts)}</Fact>
    </dl>
  );
}

/** A name and what it is. */
export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="fact">
      <dt className="weak">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function elapsedWords(row: AgentRow, most: number): string {
  if (row.elapsedMs === undefined) return '–';
  const used = duration(row.elapsedMs);
  return row.turn === undefined || row.role === 'commander' ? used : t('{0} of {1}', used, duration(most));
}

function modelWords(model: ModelWords, isSet: boolean): string {
  const { name, expected, first } = model;
  if (name === '') return t('OpenCode’s default');
  if (first !== undefined) return t('{0}, a fall-back', modelArrow(model));
  if (expected !== undefined) return t('{0}, not as configured', modelArrow(model));
  return isSet ? t('{0}, as configured', name) : name;
}

function costLine(row: AgentRow, attempts: readonly AgentRow[]): string {
  const own = costWords(row);
  if (own === '') return '–';
  if (attempts.length < 2) return own;
  const sum = { tokens: 0, cost: 0 };
  for (const each of attempts) {
    sum.tokens += each.tokens ?? 0;
    sum.cost += each.cost ?? 0;
  }
  return t('{0}, TODO {1}', own, costWords(sum));
}
