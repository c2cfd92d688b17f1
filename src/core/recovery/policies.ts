/** What went wrong with a turn, as its record and the events tell it. */
export const failureClasses = [
  'limit',
  'longLimit',
  'provider',
  'cut',
  'garbage',
  'request',
  'quota',
  'key',
  'noModel',
  'overflow',
  'prose',
  'empty',
  'refused',
  'repetition',
  'stall',
  'minutes',
  'interrupted',
  'unknown',
] as const;

export type FailureClass = (typeof failureClasses)[number];

/** What is done about a class of failure. */
export interface Policy {
  /** What it is, for a person. */
  readonly what: string;
  /** How it is told apart. */
  readonly seen: string;
  /** What follows, for a person. */
  readonly then: string;
  /**
   * How often the same session goes on: `always`, `never` (the attempt is over), `once` in an attempt, or as often as
   * `limits.recoveryAttempts` says. `remind` is once, with the words of a reminder.
   */
  readonly goesOn: 'always' | 'never' | 'once' | 'remind' | 'counted';
  /** Whether the model’s gate closes: no turn of that model until its time, then one that tries. */
  readonly holds?: true;
  /** Whether it shows that the model does answer: its gate opens. */
  readonly answers?: true;
  /** Whether a person is asked, and turns of that model wait for the answer. */
  readonly asks?: true;
}

/** Every class with its policy. An attempt that is over counts in `limits.recoveryAttempts`; a session that goes on does not. */
export const policies: Readonly<Record<FailureClass, Policy>> = {
  limit: {
    what: 'Rate limit (429), a wait of up to 30 minutes',
    seen: '`retry` status of OpenCode, or an `APIError` with status 429',
    then: 'OpenCode tries twice within the turn; then, or when the provider asks for more than a minute, the turn is set down, its place is free, and the model’s gate closes until the provider’s time',
    goesOn: 'always',
    holds: true,
  },
  longLimit: {
    what: 'Rate limit, a longer wait',
    seen: 'a time that lies more than 30 minutes ahead',
    then: 'the next model of the role’s list; without one the attempt is over, and the gate holds for 30 minutes at most',
    goesOn: 'never',
    holds: true,
  },
  provider: {
    what: 'The provider fails (5xx, overloaded)',
    seen: '`retry` status, or an `APIError` with a status from 500 on',
    then: 'as a rate limit; the gate’s steps are 15 s, 30 s, 1, 2, 4, 8 and three times 10 minutes, with one turn that tries at each; then the next model of the role’s list, or the mission ends `failed` and says so',
    goesOn: 'always',
    holds: true,
  },
  cut: {
    what: 'The stream breaks off, or the connection does',
    seen: '`retry` status or an error without a status',
    then: 'as when the provider fails: OpenCode tries twice more within the turn, then the gate closes',
    goesOn: 'always',
    holds: true,
  },
  garbage: {
    what: 'Garbage with status 200',
    seen: 'five steps in a row without a word, a call or a reason to end (OpenCode itself would go on for ever), or an `APIError` with a status of success',
    then: 'the turn is ended; then as when the provider fails',
    goesOn: 'always',
    holds: true,
  },
  request: {
    what: 'The request is refused (400, 404, 422 …)',
    seen: 'an `APIError` with another status below 500',
    then: 'a fresh attempt',
    goesOn: 'never',
    answers: true,
  },
  quota: {
    what: 'No credit is left (402)',
    seen: 'an `APIError` with status 402',
    then: 'the next model of the role’s list; without one a fresh attempt',
    goesOn: 'never',
    answers: true,
  },
  key: {
    what: 'The key is refused (401, 403)',
    seen: '`ProviderAuthError`, or an `APIError` with status 401 or 403',
    then: 'the next model of the role’s list; without one the mission asks for you, says whose key it is, and everybody with another model goes on',
    goesOn: 'always',
    asks: true,
  },
  noModel: {
    what: 'An unknown model',
    seen: 'an error before the model was ever called',
    then: 'as a refused key',
    goesOn: 'always',
    asks: true,
  },
  overflow: {
    what: 'The context is full',
    seen: '`ContextOverflowError` again, after OpenCode has compacted the session once (it would do so for ever)',
    then: 'the turn is ended; a fresh session that is told what the last one said at its end',
    goesOn: 'never',
    answers: true,
  },
  prose: {
    what: 'Prose in place of the role’s tool',
    seen: 'a complete turn without the tool, and no answer in its words',
    then: 'one reminder in the same session, then a fresh attempt',
    goesOn: 'remind',
    answers: true,
  },
  empty: {
    what: 'No answer at all',
    seen: 'a complete turn without a word or a call',
    then: 'one reminder in the same session, then a fresh attempt',
    goesOn: 'remind',
  },
  refused: {
    what: 'A payload that is refused',
    seen: 'six refusals by the tool in one turn',
    then: 'the turn is ended; a fresh attempt',
    goesOn: 'never',
    answers: true,
  },
  repetition: {
    what: 'Endless repetition, a tool that is not there',
    seen: 'the same call with the same error 8 times in a row, a tool that is not there 8 times in a row, the same call with the same result 100 times in a row, or three calls that fill the last 300',
    then: 'the turn is ended; a fresh attempt',
    goesOn: 'never',
    answers: true,
  },
  stall: {
    what: 'Stall: no sign of life for `limits.stallMinutes`, no tool at work',
    seen: 'no event; the session is read, and still busy',
    then: 'the turn is ended and goes on in the same session, once; then a fresh attempt',
    goesOn: 'once',
  },
  minutes: {
    what: 'More than `limits.sessionMinutes`',
    seen: 'the attempt’s own time; waits at the gate are not in it',
    then: 'a fresh attempt',
    goesOn: 'never',
  },
  interrupted: {
    what: 'The server or the turn was interrupted',
    seen: 'an idle session whose last message is not complete',
    then: 'it goes on in the same session, as often as `limits.recoveryAttempts` says; then a fresh attempt',
    goesOn: 'counted',
  },
  unknown: {
    what: 'Any other error',
    seen: 'an error whose name says nothing',
    then: 'a fresh attempt',
    goesOn: 'never',
  },
};

/** How long a model’s gate stays closed, and how patient a turn is; all in milliseconds. */
export interface Pace {
  /** After each failure in a row; when they are used up, the mission has failed. */
  readonly stepsMs: readonly number[];
  /** A wait within a turn that is longer than this frees the turn’s place. */
  readonly longWaitMs: number;
  /** A provider’s own time is heeded for so long. */
  readonly capMs: number;
}

const minute = 60_000;

export const usualPace: Pace = {
  stepsMs: [15_000, 30_000, minute, 2 * minute, 4 * minute, 8 * minute, 10 * minute, 10 * minute, 10 * minute],
  longWaitMs: minute,
  capMs: 30 * minute,
};

/** So often one attempt waits at a gate that others have opened; then it is its own request that fails, and it is over. */
export const waitsOfAnAttempt = 12;

/** At this failure within one turn it is set down: OpenCode has tried twice more itself. */
export const failuresInATurn = 3;
/** The same where the provider has too much to do and serves others meanwhile: its turn comes. OpenCode tries no more often. */
export const failuresInAQueue = 6;
/** The same while the model’s gate is closed, and for the one turn that tries whether it may open. */
export const failuresWhenHeld = 2;
export const failuresOfAProbe = 1;

/** The table of the README. */
export function policyTable(): string {
  const rows = failureClasses.map((name) => {
    const { what, seen, then, goesOn } = policies[name];
    const counts = {
      always: 'no',
      never: 'yes',
      once: 'the second time',
      remind: 'the second time',
      counted: 'the last time',
    };
    return `| ${what} | ${seen} | ${then} | ${counts[goesOn]} |`;
  });
  return ['| failure | how it is told | what follows | an attempt |', '|---|---|---|---|', ...rows].join('\n');
}
