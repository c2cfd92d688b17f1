import { planAsk, type Ask } from '../core/mission/state';
import { setTimeout as sleep } from 'node:timers/promises';
import { OpenCodeError } from '../opencode/errors';
import type { FolderBackend } from '../opencode/backend';
import type { Driver } from '../runtime/driver';
import { HostError } from './errors';
import type { AskReply } from './folderTypes';

/** Milliseconds in which OpenCode has told of an answer. */
const toldMs = 500;

/** Who a person’s answer goes to. */
export interface Addressee {
  readonly driver: Driver;
  readonly backend: FolderBackend;
}

/**
 * Gives an ask its answer. One that OpenCode does not ask any more is closed without a word. Throws a `HostError`: `input`
 * for an answer that does not fit, `unanswered` when OpenCode was not reached; the ask is open then.
 */
export async function answerAsk(ask: Ask, reply: AskReply, { driver, backend }: Addressee): Promise<void> {
  if (ask.id === planAsk && reply.type === 'reject') {
    // Sent back: it still waits, and the Commander is told what should be different.
    driver.note(`The plan is sent back: ${reply.message ?? 'it is not what is wanted.'} Have it changed.`);
    return;
  }
  if (ask.session === undefined) {
    driver.answer(ask.id, commanderAnswer(reply));
    return;
  }
  try {
    // OpenCode tells of the answer, and that closes the ask.
    if (await send(ask, reply, backend)) return;
  } catch (error) {
    if (!(error instanceof OpenCodeError)) throw error;
    throw new HostError('unanswered', `The answer did not reach the agent, which still waits for it: ${error.message}`);
  }
  // Whoever answered it is told of in a moment; only what nobody tells is closed here.
  await sleep(toldMs);
  driver.answer(ask.id, 'answered elsewhere');
}

function send(ask: Ask, reply: AskReply, backend: FolderBackend): Promise<boolean> {
  if (ask.kind === 'permission') {
    if (reply.type === 'permission') return backend.replyPermission(ask.id, reply.reply, reply.message);
    if (reply.type === 'reject') return backend.replyPermission(ask.id, 'reject', reply.message);
  } else {
    if (reply.type === 'question') return backend.replyQuestion(ask.id, reply.answers);
    if (reply.type === 'reject') return backend.rejectQuestion(ask.id);
  }
  throw new HostError('input', `That is no answer to a ${ask.kind}.`);
}

function commanderAnswer(reply: AskReply): string {
  if (reply.type === 'commander') return reply.answer;
  if (reply.type === 'reject') return reply.message ?? 'The person does not answer this.';
  if (reply.type === 'question') return reply.answers.map((labels) => labels.join(', ')).join('; ');
  throw new HostError('input', 'That is no answer to a question of the Commander’s.');
}
