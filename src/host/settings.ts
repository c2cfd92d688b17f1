import { applySettings, type Settings } from '../core/mission/settings';
import { HostError } from './errors';

/** Settings with `KEY=VALUE` pairs over them. Throws a `HostError` `input`. */
export function settingsOf(base: Settings, pairs: readonly string[]): Settings {
  const result = applySettings(base, pairs);
  if (!result.ok) throw new HostError('input', result.sentence);
  return result.settings;
}
