import assert from 'node:assert/strict';
import * as zlib from 'node:zlib';
import fc from 'fast-check';
import { crc32, decodeRecord, encodeRecord, type StoredFact } from '../../../src/core/mission/record';

const fact = { type: 'todo.passed', todo: 'T1', text: 'a "quoted" — 日本語 \u2028\u2029 😀 \ud800 \u0000\n\r' };
const line = encodeRecord({ seq: 7, at: 1_700_000_000_123, fact });

function reasonOf(text: string): string {
  const decoded = decodeRecord(text);
  return decoded.ok ? 'ok' : decoded.reason;
}

/** A whole line over any JSON text of an object, with the checksum that belongs to it. */
function sealed(body: string): string {
  const open = body.slice(0, -1);
  return `${open},"crc":"${crc32(Buffer.from(open))}"}\n`;
}

const facts: fc.Arbitrary<StoredFact> = fc
  .tuple(fc.string(), fc.dictionary(fc.string(), fc.jsonValue()))
  .map(([type, { v: _v, seq: _seq, at: _at, crc: _crc, ...rest }]) => ({ ...rest, type }));

describe('journal record', () => {
  it('counts the checksum that zlib counts', () => {
    assert.equal(crc32(Buffer.from('123456789')), 'cbf43926');
    assert.equal(crc32(Buffer.alloc(0)), '00000000');
    const hex = (bytes: Uint8Array) => zlib.crc32(bytes).toString(16).padStart(8, '0');
    fc.assert(fc.property(fc.uint8Array(), (bytes) => crc32(bytes) === hex(bytes)));
  });

  it('is sealed over its UTF-8 bytes in front of the checksum, so that others can check it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const [, body = '', crc] =
          /^(.*),"crc":"(.{8})"\}\n$/.exec(encodeRecord({ seq: 1, at: 0, fact: { type: text } })) ?? [];
        assert.equal(crc, crc32(Buffer.from(body)));
      }),
    );
  });

  it('reads the same with and without the line’s bytes', () => {
    for (const end of ['\n', '\r\n', '']) {
      const given = line.trimEnd() + end;
      assert.deepEqual(decodeRecord(given, Buffer.from(given)), decodeRecord(given));
    }
    assert.equal(decodeRecord(line, Buffer.from(line.replace('seq', 'sed'))).ok, false);
  });

  it('is one line of JSON that begins with its frame and ends with its checksum', () => {
    assert.equal(line.indexOf('\n'), line.length - 1);
    assert.deepEqual(Object.keys(JSON.parse(line) as object), ['v', 'seq', 'at', 'type', 'todo', 'text', 'crc']);
    assert.match(line, /^\{"v":1,"seq":7,"at":1700000000123,"type":"todo\.passed",/);
  });

  it('gives back what was put in, through UTF-8, whatever the fact holds', () => {
    fc.assert(
      fc.property(facts, fc.integer({ min: 1 }), fc.integer(), (given, seq, at) => {
        const expected = { v: 1, seq, at, fact: JSON.parse(JSON.stringify(given)) as unknown };
        const read = decodeRecord(Buffer.from(encodeRecord({ seq, at, fact: given })).toString());
        assert.deepEqual(read, { ok: true, record: expected });
      }),
    );
  });

  it('takes a line without its end and one with CRLF', () => {
    for (const end of ['', '\n', '\r\n', '\r']) assert.equal(reasonOf(line.trimEnd() + end), 'ok');
  });

  it('calls every cut line torn', () => {
    for (let length = 0; length < line.length - 1; length++) assert.equal(reasonOf(line.slice(0, length)), 'torn');
    assert.equal(reasonOf(`${line.slice(0, 20)}${'\0'.repeat(40)}`), 'torn');
  });

  it('never reads a changed line as a record', () => {
    const bytes = Buffer.from(line.trimEnd());
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      assert.notEqual(reasonOf(changed.toString()), 'ok', `bit ${bit}`);
    }
  });

  it('checks the raw text, so that the same JSON written otherwise is not the record', () => {
    assert.equal(reasonOf(line.replace('"seq":7', '"seq": 7')), 'checksum');
    assert.equal(reasonOf(line.replace('"seq":7', '"seq":8')), 'checksum');
  });

  it('tells a newer release’s record from a damaged one, whatever checksum that release uses', () => {
    assert.equal(reasonOf(sealed('{"v":2,"seq":1,"at":0,"type":"x"}')), 'version');
    assert.equal(reasonOf(line.replace('"v":1', '"v":9')), 'version');
    assert.equal(reasonOf('{"v":2,"whatever":true}\n'), 'version');
  });

  it('refuses what is whole and no record', () => {
    assert.equal(reasonOf('{"v":1,"seq":1,"at":0,"type":"x"}\n'), 'shape');
    for (const body of [
      '{"seq":1,"at":0,"type":"x"}',
      '{"v":0,"seq":1,"at":0,"type":"x"}',
      '{"v":1,"seq":0,"at":0,"type":"x"}',
      '{"v":1,"seq":1.5,"at":0,"type":"x"}',
      '{"v":1,"seq":1,"at":"0","type":"x"}',
      '{"v":1,"seq":1,"at":0}',
    ]) {
      assert.equal(reasonOf(sealed(body)), 'shape', body);
    }
    for (const text of ['[]', '7', 'null', '"x"']) assert.equal(reasonOf(text), 'shape', text);
  });
});
