import assert from 'node:assert/strict';
import { messageIds, partIdOf } from '../../../src/opencode/ids';
import recorded from './fixtures/messages.json';

/** The time in an id, to the millisecond; OpenCode keeps the low 36 bits of it. */
const timeOf = (id: string): number => Number(BigInt(`0x${id.slice(4, 16)}`) >> 12n);
const now = 1_795_381_664_570;

describe('message ids', () => {
  it('have OpenCode’s own form, with the time in it where OpenCode has it', () => {
    const theirs = recorded.worker.find(({ info }) => info.role === 'assistant');
    const form = /^msg_[0-9a-f]{12}[0-9A-Za-z]{14}$/;
    assert.match(theirs?.info.id ?? '', form);
    const id = messageIds(() => now)();
    assert.match(id, form);
    assert.equal(timeOf(id), now % 2 ** 36);
    assert.equal(timeOf(theirs?.info.id ?? ''), (theirs?.info.time.created ?? 0) % 2 ** 36);
  });

  it('sort in the order they were made, within a millisecond and across', () => {
    let at = now;
    const next = messageIds(() => at);
    const made: string[] = [];
    for (let ms = 0; ms < 20; ms += 1) {
      for (let i = 0; i < 50; i += 1) made.push(next());
      at += 1;
    }
    assert.deepEqual(made, made.toSorted());
    assert.equal(new Set(made).size, made.length);
  });

  it('sort after those before when the clock goes back, and go on with it when it has caught up', () => {
    const times = [now, now - 3_600_000, now - 1, now, now + 1];
    const next = messageIds(() => times.shift() ?? now + 2);
    const made = Array.from({ length: 6 }, next);
    assert.deepEqual(made, made.toSorted());
    assert.equal(new Set(made.map((id) => id.slice(0, 16))).size, 6);
    assert.equal(timeOf(made[5] ?? ''), (now + 2) % 2 ** 36);
  });

  it('of two processes at the same moment differ', () => {
    const ids = Array.from({ length: 2_000 }, () => messageIds(() => now)());
    assert.equal(new Set(ids).size, ids.length);
  });

  it('give the one part of a message an id of its own, always the same', () => {
    const id = messageIds(() => now)();
    assert.equal(partIdOf(id), `prt_${id.slice(4)}`);
    assert.equal(partIdOf(id), partIdOf(id));
  });
});
