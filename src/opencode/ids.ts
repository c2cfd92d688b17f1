import { randomBytes } from 'node:crypto';

const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/**
 * Makes message ids in OpenCode’s own form, which sorts by time: its session loop finds the newest message by the order of
 * the ids. `now` in milliseconds since the epoch.
 */
export function messageIds(now: () => number): () => string {
  let last = 0;
  let counter = 0;
  return () => {
    const at = Math.max(now(), last);
    counter = at === last ? counter + 1 : 1;
    last = at;
    const stamp = (BigInt(at) * 0x1000n + BigInt(counter)) & 0xffffffffffffn;
    return `msg_${stamp.toString(16).padStart(12, '0')}${random(14)}`;
  };
}

/** The id of the one text part of a message of ours: derived, so that a prompt sent twice has one part. */
export function partIdOf(message: string): string {
  return message.replace(/^msg_/, 'prt_');
}

function random(length: number): string {
  return [...randomBytes(length)].map((byte) => letters[byte % letters.length]).join('');
}
