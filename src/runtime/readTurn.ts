import { checkAnswer, type AnswerContext } from '../core/answers/check';
import { answerInProse, parseAnswer, type Answer } from '../core/answers/schemas';
import { toolOf, type HowLost } from '../core/mission/decide';
import type { Turn } from '../core/mission/state';
import type { BackendFailure, TurnRecord } from './ports';

/** Why the host ended a turn itself. */
export interface Doom {
  readonly how: HowLost;
  readonly reason: string;
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
}

/** How an idle turn stands: answered, lost, never sent, or not to be told yet. */
export type Reading =
  | { readonly kind: 'answered'; readonly answer: Answer }
  | { readonly kind: 'lost'; readonly how: HowLost; readonly reason: string }
  | { readonly kind: 'unsent' }
  | { readonly kind: 'later' };

/** Tells from the session’s record how a turn stands that nobody has settled yet. An answer stands before everything else. */
export function readingOf(turn: Turn, record: TurnRecord, around: TurnSurroundings): Reading {
  const answer = answerOf(turn, record, around.context);
  if (answer) return { kind: 'answered', answer };
  if (around.doom) return { kind: 'lost', how: around.doom.how, reason: around.doom.reason };
  const error = record.error ?? around.failure;
  if (error && error.kind !== 'aborted' && !record.complete)
    return { kind: 'lost', how: 'error', reason: error.sentence };
  if (!record.sent) return { kind: 'unsent' };
  if (around.fresh) return { kind: 'later' };
  if (record.complete)
    return { kind: 'lost', how: 'silent', reason: `It ended without a call of ${toolOf[turn.role]}.` };
  return { kind: 'lost', how: 'interrupted', reason: 'The turn was interrupted.' };
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
