import { maskSecrets } from '../core/secrets';
import { plainLines, sentenceOf } from '../core/todo/text';
import type { Transcript } from '../opencode/transcript';
import { readTail } from '../persistence/commandFiles';
import { commandDir } from '../persistence/workspaceFiles';

const lookMs = 500;
/** Bytes of the output’s end that are shown. */
const tailBytes = 16_384;
const lineChars = 2_000;

/**
 * Tells the end of a background command’s output whenever it changes, as the one entry of a transcript, until the returned
 * function is called. `workspace` is the workspace’s real path.
 */
export function watchOutput(
  of: { readonly workspace: Promise<string>; readonly mission: string; readonly id: string },
  listener: (output: Transcript) => void,
): () => void {
  let told: string | undefined;
  let over = false;
  const tell = (text: string, error?: string): void => {
    if (over || text + (error ?? '') === told) return;
    told = text + (error ?? '');
    const entries = [{ id: of.id, at: 0, kind: 'text' as const, text }];
    listener({ session: of.id, entries, total: 1, busy: false, ...(error !== undefined && { error }) });
  };
  const look = async (): Promise<void> => {
    try {
      const tail = await readTail(commandDir(await of.workspace, of.mission, of.id), tailBytes);
      tell(plainLines(maskSecrets(tail), lineChars).join('\n').trimEnd());
    } catch (error) {
      tell('', sentenceOf(error));
    }
  };
  const timer = setInterval(() => void look(), lookMs);
  void look();
  return () => {
    over = true;
    clearInterval(timer);
  };
}
