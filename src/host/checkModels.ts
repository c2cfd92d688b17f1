import { refuseModels } from '../core/mission/checkModels';
import type { Settings } from '../core/mission/settings';
import { sentenceOf } from '../core/todo/text';
import type { FolderBackend } from '../opencode/backend';
import { HostError } from './errors';

/**
 * Refuses settings whose models OpenCode does not know, or which call no tools, before anything is written. When OpenCode does
 * not tell its models, the mission begins all the same, and asks when a model fails. Throws a `HostError` `input`.
 */
export async function checkModels(
  backend: Pick<FolderBackend, 'knownModels'>,
  settings: Settings,
  log: (sentence: string) => void,
): Promise<void> {
  const known = await backend.knownModels().catch((error: unknown) => {
    log(`The models could not be looked at before the start: ${sentenceOf(error)}`);
    return undefined;
  });
  const refusal = known?.models.size ? refuseModels(settings, known) : undefined;
  if (refusal !== undefined) throw new HostError('input', refusal);
}
