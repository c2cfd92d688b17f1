/** A model that failed: no turn of it begins before `until`, and then one that tries. Times in milliseconds since the epoch. */
export interface Gate {
  /** Failures in a row. */
  readonly step: number;
  readonly since: number;
  readonly until: number;
  /** What the provider said last. */
  readonly reason: string;
  /** The turn in flight that tries whether the model answers again. */
  readonly probe?: string | undefined;
}

/** A model that asked for less: so many turns of it may be in flight. It rises with every answer, and is gone at the limit. */
export interface Throttle {
  readonly most: number;
  /** When it was last halved, in milliseconds since the epoch. */
  readonly since: number;
  /** Answers since it last rose. */
  readonly answers: number;
}
