import type { Recorded } from '../core/mission/facts';
import type { Sight } from '../persistence/lock';
import type { Signal } from '../runtime/ports';

/**
 * How a folder stands: `none` no mission on record · `starting` one is about to begin here · `drives` it runs here ·
 * `watches` another process runs it · `over` it rests, or nobody drives it any more.
 */
export type FolderMode = 'none' | 'starting' | 'drives' | 'watches' | 'over';

export interface FolderOptions {
  /** The workspace folder; it must be trusted. */
  readonly directory: string;
  /** Path of the bridge’s bundle. */
  readonly bridge: string;
  readonly env: NodeJS.ProcessEnv;
  /** Settings as `KEY=VALUE`, read anew for each mission. */
  readonly settings: () => readonly string[];
  readonly log: (sentence: string) => void;
}

export interface FolderListener {
  /** Mode, mission, trouble or contact changed: read again. */
  changed(): void;
  /** On disk, in order; the folder’s `mission` holds them already. */
  recorded(records: readonly Recorded[]): void;
  /** The lossy news of the agents. */
  signalled(signal: Signal): void;
}

/** A person’s answer to an ask; `commander` is for what the Commander asked and for the approval of a plan. */
export type AskReply =
  | {
      readonly type: 'permission';
      readonly reply: 'once' | 'always' | 'reject';
      /** Read by the agent, with `reject`. */
      readonly message?: string | undefined;
    }
  | { readonly type: 'question'; readonly answers: readonly (readonly string[])[] }
  | { readonly type: 'reject'; readonly message?: string | undefined }
  | { readonly type: 'commander'; readonly answer: string };

/** One side of the conversation in Chat Mode; an answer is told again and again while it grows, under one id. */
export interface ChatMessage {
  readonly id: string;
  readonly from: 'person' | 'model';
  readonly text: string;
  /** Nothing more comes. */
  readonly done: boolean;
  readonly error?: string | undefined;
}

/** Whether a person’s wish was taken; otherwise why not, in one sentence. */
export type Taken = { readonly ok: true } | { readonly ok: false; readonly sentence: string };

/** What missions would be carried out with; `kind` is an `OpenCodeErrorKind`, or `input` for a setting that cannot be used. */
export type FoundOpenCode =
  | { readonly ok: true; readonly version?: string; readonly from: 'path' | 'setting' | 'server' }
  | { readonly ok: false; readonly kind: string; readonly sentence: string };

export interface ResumeOptions {
  /** Settings as `KEY=VALUE`, over the mission’s own. */
  readonly set?: readonly string[] | undefined;
  readonly note?: string | undefined;
  /** Take over a mission that never ended: nothing is approved and no count begins again. */
  readonly adopt?: boolean | undefined;
  /** A driver that was seen frozen, which is replaced. */
  readonly frozen?: Sight | undefined;
}
