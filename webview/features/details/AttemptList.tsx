import { t } from '../../app/l10n';
import { useSelectedAgent } from '../../app/selection';
import { State } from '../../components/State';
import { Num } from '../../components/Num';
import { duration } from '../../../src/core/todo/text';
import type { AgentRow } from '../../../src/core/view/agentRow';
import { costWords } from '../../../src/core/view/status';

interface AttemptListProps {
  readonly attempts: readonly AgentRow[];
  readonly shown: AgentRow;
}

/** The sessions that worked on the TODO and reviewed it; each opens its own details. */
export function AttemptList({ attempts, shown }: AttemptListProps) {
  const [, select] = useSelectedAgent();
  return (
    <section className="details-part" aria-label={t('Attempts')}>
      <header className="details-part-head">
        <h3>{t('Attempts')}</h3>
        <span className="weak">{attempts.length === 1 ? t('1 session') : t('{0} sessions', attempts.length)}</span>
      </header>
      <ul className="details-list">
        {attempts.map((row) => (
          <li key={row.key}>
            <button
              type="button"
              className="attempt"
              aria-current={row.key === shown.key}
              onClick={() => {
                select(row.key);
              }}
            >
              <span className="strong">{row.attempt}</span>
              <span>{row.role === 'reviewer' ? t('review') : t('work')}</span>
              <State word={row.state} />
              <Num value={row.elapsedMs === undefined ? '' : duration(row.elapsedMs)} />
              <Num value={costWords(row)} />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
