import { t } from '../../app/l10n';
import type { progress as progressOf } from '../../../src/core/view/status';

/** How many TODOs are done and proven: solid, hatched, empty. Those that are cancelled are no part of the bar. */
export function Progress({ progress }: { readonly progress: ReturnType<typeof progressOf> }) {
  const { label, spoken, total, verified, unverified, left, cancelled } = progress;
  const share = (count: number): string => `${total === 0 ? 0 : (count / total) * 100}%`;
  return (
    <div className="progress">
      <div className="progress-words">
        <strong>{label.charAt(0).toUpperCase() + label.slice(1)}</strong>
        {total + cancelled === 0 ? null : (
          <span className="legend">
            <Legend kind="verified" text={t('{0} verified', verified)} />
            <Legend kind="unverified" text={t('{0} unverified', unverified)} />
            <Legend kind="left" text={t('{0} left', left)} />
            {cancelled === 0 ? null : <Legend kind="cancelled" text={t('{0} cancelled', cancelled)} />}
          </span>
        )}
      </div>
      <div
        className="bar"
        role="progressbar"
        aria-label={t('Progress')}
        aria-valuemin={0}
        aria-valuemax={Math.max(1, total)}
        aria-valuenow={verified + unverified}
        aria-valuetext={spoken}
      >
        <div className="bar-verified" style={{ width: share(verified) }} />
        <div className="bar-unverified" style={{ width: share(unverified) }} />
      </div>
    </div>
  );
}

interface LegendProps {
  readonly kind: 'verified' | 'unverified' | 'left' | 'cancelled';
  readonly text: string;
}

function Legend({ kind, text }: LegendProps) {
  return (
    <span className={`legend-item legend-item-${kind}`}>
      {kind === 'cancelled' ? null : <span className={`legend-box legend-${kind}`} aria-hidden="true" />}
      {text}
    </span>
  );
}
