import type { Proof } from '../todo/model';

/** A completed or failed shell run as OpenCode recorded it in a session, in the order of the record. */
export interface RecordedRun {
  readonly session: string;
  readonly callID: string;
  readonly command: string;
  /** null after a time-out or an abort. */
  readonly exit: number | null;
  /** Whether it ran in the workspace folder. */
  readonly inWorkspace: boolean;
}

export type ProofResult =
  | { readonly kind: 'none' }
  | { readonly kind: 'proven'; readonly proof: Proof }
  | { readonly kind: 'missing'; readonly command: string }
  | { readonly kind: 'failed'; readonly command: string; readonly exit: number | null };

/** Whether the record proves a check: the last run of exactly this command in the workspace ended with exit code 0. */
export function prove(check: string | undefined, runs: readonly RecordedRun[]): ProofResult {
  const command = check?.trim();
  if (!command) return { kind: 'none' };
  const last = runs.findLast((run) => run.inWorkspace && run.command.trim() === command);
  if (!last) return { kind: 'missing', command };
  if (last.exit !== 0) return { kind: 'failed', command, exit: last.exit };
  return { kind: 'proven', proof: { command, session: last.session, callID: last.callID } };
}

/** What a reviewer that passed without proof is told, or the Commander about it. */
export function unproven(result: ProofResult): string | undefined {
  if (result.kind === 'missing') return `The record shows no run of the check \`${result.command}\` in this session.`;
  if (result.kind === 'failed') {
    const exit = result.exit === null ? 'no exit code' : `exit code ${String(result.exit)}`;
    return `The last recorded run of the check \`${result.command}\` ended with ${exit}.`;
  }
  return undefined;
}
