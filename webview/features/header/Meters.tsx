import { Icon } from '../../components/Icon';
import type { Meter } from '../../../src/core/view/status';

/** What is used of time, tokens and money; a meter where there is a budget. */
export function Meters({ meters }: { readonly meters: readonly Meter[] }) {
  return (
    <div className="meters">
      {meters.map((meter) => (
        <MeterView key={meter.key} meter={meter} />
      ))}
    </div>
  );
}

function MeterView({ meter }: { readonly meter: Meter }) {
  const { label, value, of, ratio, warn, tooltip } = meter;
  return (
    <div className="meter" title={tooltip}>
      <span className="meter-label">{label}</span>
      <span className="meter-value">
        {warn === undefined ? null : (
          <span className="meter-warn">
            <Icon name="warning" />
            {warn}
          </span>
        )}
        <strong>{value}</strong>
        {of === undefined ? null : <span className="meter-of"> {of}</span>}
      </span>
      {ratio === undefined ? null : (
        <div
          className={warn === undefined ? 'bar meter-bar' : 'bar meter-bar meter-bar-warn'}
          role="meter"
          aria-label={label}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.round(ratio * 100)}
          aria-valuetext={[value, of].filter((part) => part !== undefined).join(' ')}
        >
          <div className="meter-fill" style={{ width: `${ratio * 100}%` }} />
        </div>
      )}
    </div>
  );
}
