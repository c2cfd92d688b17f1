import assert from 'node:assert/strict';
import type { TranscriptEntry } from '../../../../src/opencode/transcript';
import { readTranscriptAddress, transcriptParts } from '../../../../src/vscode/transcripts/address';
import { transcriptChars, transcriptText } from '../../../../src/vscode/transcripts/text';

const words = {
  empty: 'nothing yet',
  working: 'at work',
  earlier: (count: number) => `${String(count)} earlier`,
  cut: 'cut',
};
const clock = () => '14:20:11';

function page(entries: readonly TranscriptEntry[], total = entries.length) {
  return transcriptText({ title: 'T7 worker 1: Rotate keys', entries, total, busy: true, clock, words });
}

describe('a transcript', () => {
  it('is plain text in order, the result of a tool before its words', () => {
    const text = page([
      { id: '1', at: 0, kind: 'prompt', text: 'scope: todo T7\n\tindented' },
      {
        ...{ id: '2', at: 1, kind: 'tool', tool: 'bash', text: 'npm test', status: 'completed', exit: 0 },
        ...{ durationMs: 3_200, output: 'ok\n' },
      },
    ]);
    assert.equal(
      text,
      [
        'T7 worker 1: Rotate keys\n',
        '14:20:11  prompt\n    scope: todo T7\n        indented\n',
        '14:20:11  bash · exit 0 · 3s\n    npm test\n    | ok\n',
        'at work\n',
      ].join('\n'),
    );
  });

  it('is bounded, keeps the newest, and says what is left out', () => {
    const entries = Array.from({ length: 200 }, (_, nth): TranscriptEntry => {
      return { id: String(nth), at: nth, kind: 'text', text: `${String(nth)} ${'x'.repeat(1_500)}\n`.repeat(13) };
    });
    const text = page(entries, 1_200);
    assert.ok(text.length < transcriptChars + 10_000, String(text.length));
    assert.match(text, /\n\d+ earlier\n/);
    assert.match(text, /    199 x/);
    assert.ok(Math.max(...text.split('\n').map((line) => line.length)) <= 2_010);
  });

  it('holds no escape sequence, no turned text and no line without end', () => {
    const text = page([{ id: '1', at: 0, kind: 'text', text: `\u001b[31mred\u202e\u0007 ${'y'.repeat(100_000)}` }]);
    assert.doesNotMatch(text, /[\u001b\u202e\u0007]/u);
    assert.ok(text.length < 3_000);
  });
});

describe('a transcript’s address', () => {
  it('comes back as it was, whatever the title', () => {
    const address = { folder: 'file:///a b/ü', session: 'ses_1' };
    const { path, query } = transcriptParts(address, 'T7/../x worker');
    assert.equal(path, '/T7-..-x worker');
    assert.deepEqual(readTranscriptAddress(query), address);
    assert.equal(readTranscriptAddress('folder=x&session=../../etc'), undefined);
    assert.equal(readTranscriptAddress(''), undefined);
  });
});
