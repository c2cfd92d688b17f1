/** One thing in an agent’s session, as plain text. */
export interface TranscriptEntry {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly kind: 'prompt' | 'text' | 'reasoning' | 'tool' | 'error';
  readonly tool?: string;
  /** What was said, or what the tool was used on; at most 20,000 characters, and how many more there are. */
  readonly text: string;
  readonly title?: string;
  readonly status?: 'running' | 'completed' | 'error';
  /** Of a shell command; null: it was ended. */
  readonly exit?: number | null;
  readonly durationMs?: number;
  /** Lines that an edit added and removed. */
  readonly added?: number;
  readonly removed?: number;
  /** Of a tool; cut like `text`. */
  readonly output?: string;
}

/** An agent’s session as far as it is known. */
export interface Transcript {
  readonly session: string;
  /** The newest 1,000, the oldest first. */
  readonly entries: readonly TranscriptEntry[];
  /** How many there are in all. */
  readonly total: number;
  readonly busy: boolean;
  /** Why there is nothing (new) to show, in one sentence. */
  readonly error?: string;
}
