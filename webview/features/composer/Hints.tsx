import { Fragment } from 'react';
import { t } from '../../app/l10n';
import { slashCommands } from '../../../src/protocol/slash';
import { fateOf, type Standing } from './standing';

const stops: ReadonlySet<string> = new Set(['/stop', '/cancel']);

/** Which commands there are, what becomes of a message, and which keys send it. */
export function Hints({ standing }: { readonly standing: Standing }) {
  const runs = standing === 'runs' || standing === 'stopping';
  const fate = fateOf(standing);
  return (
    <div className="hints">
      {slashCommands.map(({ name, does }) => {
        if (stops.has(name) && !runs) return null;
        return (
          <Fragment key={name}>
            {name === '/cancel' ? <span className="hint-or weak">{t('or')}</span> : null}
            <span className="hint">
              <span className="code">{name}</span>
              {name === '/stop' ? null : (
                // Both stop everything; what else /cancel can do is said where it is completed.
                <span className="hint-does weak"> {name === '/cancel' ? t('stop everything') : does}</span>
              )}
            </span>
          </Fragment>
        );
      })}
      <span className="hint-fate weak">
        <span className="hint-long">{fate.long}</span>
        <span className="hint-short">{fate.short}</span>
      </span>
      <span className="hint-keys weak">
        <kbd className="key">Enter</kbd> {t('send')}
      </span>
      {runs ? (
        <span className="hint-keys weak">
          <kbd className="key">Shift+Enter</kbd> {t('new line')}
        </span>
      ) : null}
    </div>
  );
}
