import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fold } from '../../../../src/core/mission/reduce';
import { counts, phase } from '../../../../src/core/mission/select';
import type { Recorded } from '../../../../src/core/mission/facts';
import { demoMs, playRecords, readDemo, timetable } from '../../../../src/vscode/dashboard/demo';
import { ManualClock } from '../../../support/manualClock';
import { root } from '../../../support/scratch';

const text = readFileSync(path.join(root, 'media', 'demo', 'mission.jsonl'), 'utf8');

describe('the demo', () => {
  it('is a whole mission with proof, small, and without a path of the machine it was recorded on', () => {
    const records = readDemo(text);
    assert.equal(records.length, text.trimEnd().split('\n').length);
    const state = fold(records);
    assert.equal(phase(state), 'sealed');
    assert.equal(state.directory, '/demo');
    assert.ok(counts(state).verified >= 5);
    assert.ok(text.length < 100 * 1024);
    assert.doesNotMatch(text, /\/tmp\/|node_modules|\/home\//);
  });

  it('plays every record in order in about its length', async () => {
    const records = readDemo(text);
    const clock = new ManualClock();
    const start = clock.now();
    const played: Recorded[] = [];
    await clock.until(
      new Promise<void>((resolve) => {
        const recorded = (some: readonly Recorded[]) => played.push(...some);
        playRecords(records, { clock, recorded, ended: resolve });
      }),
    );
    assert.deepEqual(
      played.map(({ seq }) => seq),
      records.map(({ seq }) => seq),
    );
    assert.ok(Math.abs(clock.now() - start - demoMs) < 200, `${clock.now() - start} ms`);
    assert.equal(phase(fold(played)), 'sealed');
  });

  it('ends where a line is none of ours, and when it is told to', async () => {
    assert.equal(readDemo(`${text.split('\n')[0] ?? ''}\n{"seq":2}\n`).length, 1);
    const clock = new ManualClock();
    let played = 0;
    const stop = playRecords(readDemo(text), { clock, recorded: () => (played += 1), ended: () => undefined });
    await clock.next();
    stop();
    while (await clock.next());
    assert.equal(played, 1);
  });

  it('shortens long silences', () => {
    const at = (seq: number, ms: number): Recorded => ({ seq, at: ms, fact: { type: 'noticed', text: '' } });
    const [, second, third] = timetable([at(1, 0), at(2, 1_000), at(3, 1_000_000)], 0, 40_000);
    assert.ok(second && third && third.at - second.at < 40_000);
  });
});
