import { checkAnswer, type AnswerContext } from '../core/answers/check';
import { answerInProse, parseAnswer, type Answer } from '../core/answers/schemas';
import { toolOf, type HowLost } from '../core/mission/decide';
import { usualPace, type FailureClass } from '../core/recovery/policies';
import type { Turn } from '../core/mission/state';
import type { BackendFailure, TurnRecord } from './ports';

/** Why the host ended a turn itself. */
export interface Doom {
  readonly how: HowLost;
  readonly reason: string;
  /** What went wrong; none where nothing did. */
  readonly class?: FailureClass | undefined;
  /** When its provider wants to be asked again, in milliseconds since the epoch. */
  readonly askedUntil?: number | undefined;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

/** What else is known of a turn whose session is idle. */
export interface TurnSurroundings {
  readonly doom: Doom | undefined;
  /** The last error that OpenCode told of it; on the record it is only later. */
  readonly failure: BackendFailure | undefined;
  /** Whether it may be a prompt that was only just stored and is about to run. */
  readonly fresh: boolean;
  readonly context: AnswerContext;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** A turn without an answer. */
export type Loss = Omit<Doom, 'since'>;

/** How an idle turn stands: answered, lost, never sent, or not to be told yet. */
export type Reading =
  | { readonly kind: 'answered'; readonly answer: Answer }
  | ({ readonly kind: 'lost' } & Loss)
  | { readonly kind: 'unsent' }
  | { readonly kind: 'later' };

/** Tells from the session’s record how a turn stands that nobody has settled yet. An answer stands before everything else. */
export function readingOf(turn: Turn, record: TurnRecord, around: TurnSurroundings): Reading {
  const answer = answerOf(turn, record, around.context);
  if (answer) return { kind: 'answered', answer };
  if (around.doom) return { kind: 'lost', ...around.doom };
  const error = record.error ?? around.failure;
  if (error && error.kind !== 'aborted' && !record.complete)
    return { kind: 'lost', how: 'error', reason: error.sentence, ...classOf(error, record, around.now) };
  if (!record.sent) return { kind: 'unsent' };
  if (around.fresh) return { kind: 'later' };
  if (record.complete)
    return {
      ...{ kind: 'lost', how: 'silent', reason: `It ended without a call of ${toolOf[turn.role]}.` },
      class: record.prose.trim() === '' ? 'empty' : 'prose',
    };
  return { kind: 'lost', how: 'interrupted', reason: 'The turn was interrupted.', class: 'interrupted' };
}

const classes: Readonly<Record<BackendFailure['kind'], FailureClass>> = {
  aborted: 'interrupted',
  auth: 'key',
  'rate-limit': 'limit',
  overflow: 'overflow',
  provider: 'provider',
  connection: 'cut',
  garbage: 'garbage',
  request: 'request',
  quota: 'quota',
  unknown: 'unknown',
};

function classOf(error: BackendFailure, record: TurnRecord, now: number): Pick<Loss, 'class' | 'askedUntil'> {
  // No message of the model’s was even begun: OpenCode could not start it.
  if (error.kind === 'unknown' && record.sent && record.model === undefined) return { class: 'noModel' };
  const { retry } = error;
  const askedUntil = retry && ('at' in retry ? retry.at : now + retry.inMs);
  const long = askedUntil !== undefined && askedUntil - now > usualPace.capMs;
  return { class: long ? 'longLimit' : classes[error.kind], ...(askedUntil === undefined ? {} : { askedUntil }) };
}

function answerOf(turn: Turn, record: TurnRecord, context: AnswerContext): Answer | undefined {
  const tool = toolOf[turn.role];
  if (record.answer?.tool === tool) {
    const parsed = parseAnswer(tool, record.answer.input);
    return parsed.ok ? parsed.answer : undefined;
  }
  const prose = record.complete ? answerInProse(tool, record.prose) : undefined;
  return prose && checkAnswer(prose, context) === undefined ? prose : undefined;
}
