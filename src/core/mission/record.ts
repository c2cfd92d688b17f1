/** The version of the journal’s lines that this release writes and reads. */
export const recordVersion = 1;

/** What may be journalled: any object with a `type` that leaves the envelope’s own names alone. */
export interface PlainFact {
  readonly type: string;
  readonly v?: never;
  readonly seq?: never;
  readonly at?: never;
  readonly crc?: never;
}

/** A fact as it comes back from disk, before its own schema was looked at. */
export interface StoredFact {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** A fact with its place: `seq` counts from 1 without a gap, `at` is in milliseconds since the epoch. */
export interface JournalRecord<F = StoredFact> {
  readonly v: typeof recordVersion;
  readonly seq: number;
  readonly at: number;
  readonly fact: F;
}

/** `torn`: no whole JSON text; `checksum`: whole, but changed; `version`: of a newer release; `shape`: whole, but no record. */
export type DecodeReason = 'torn' | 'checksum' | 'version' | 'shape';

export type Decoded =
  | { readonly ok: true; readonly record: JournalRecord }
  | { readonly ok: false; readonly reason: DecodeReason; readonly sentence: string };

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

const crcField = /,"crc":"([0-9a-f]{8})"\}$/;

/** CRC-32 (IEEE 802.3, as zlib’s) of a text’s UTF-8 bytes, as 8 lower-case hexadecimal digits. */
export function crc32(text: string): string {
  let crc = 0xffffffff;
  const feed = (byte: number) => {
    crc = (crcTable[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  };
  for (let i = 0; i < text.length; i++) {
    let code = text.charCodeAt(i);
    if (code < 0x80) {
      feed(code);
      continue;
    }
    if (code >= 0xd800 && code < 0xe000) {
      code = text.codePointAt(i) ?? 0xfffd;
      if (code >= 0x10000) i++;
      else code = 0xfffd; // half a pair has no UTF-8: written as the replacement character, as every encoder does
    }
    if (code < 0x800) feed(0xc0 | (code >> 6));
    else {
      if (code < 0x10000) feed(0xe0 | (code >> 12));
      else {
        feed(0xf0 | (code >> 18));
        feed(0x80 | ((code >> 12) & 0x3f));
      }
      feed(0x80 | ((code >> 6) & 0x3f));
    }
    feed(0x80 | (code & 0x3f));
  }
  return (~crc >>> 0).toString(16).padStart(8, '0');
}

/**
 * One journal line with its newline: `{"v":1,"seq":…,"at":…,…fact,"crc":"…"}`.
 * The checksum is over the raw text of the line with `,"crc":"…"` cut out, so a reader needs no re-serialisation.
 */
export function encodeRecord(entry: {
  readonly seq: number;
  readonly at: number;
  readonly fact: PlainFact | StoredFact;
}): string {
  const body = JSON.stringify({ v: recordVersion, seq: entry.seq, at: entry.at, ...entry.fact });
  return `${body.slice(0, -1)},"crc":"${crc32(body)}"}\n`;
}

/** Reads one line, with or without its line end; says what is wrong in place of throwing. The fact’s schema is not checked. */
export function decodeRecord(line: string): Decoded {
  const text = line.replace(/\r?\n$|\r$/, '');
  const sealed = crcField.exec(text);
  const value = fromJson(text);
  if (value === undefined) {
    return sealed
      ? refuse('checksum', 'The record is damaged: it is no JSON any more.')
      : refuse('torn', 'The record is incomplete.');
  }
  if (!isObject(value)) return refuse('shape', 'The line is no record.');
  const { v, seq, at, crc: _crc, ...fact } = value;
  // Before the checksum: a newer release may count it otherwise, and its record must never be taken for a torn one.
  if (typeof v === 'number' && v > recordVersion) {
    return refuse(
      'version',
      `The record was written by a newer release (format ${v}; this one reads ${recordVersion}).`,
    );
  }
  if (!sealed) return refuse('shape', 'The record has no checksum.');
  if (crc32(`${text.slice(0, sealed.index)}}`) !== sealed[1]) {
    return refuse('checksum', 'The record is damaged: its checksum does not match.');
  }
  if (v !== recordVersion || !isCount(seq) || typeof at !== 'number' || !isStoredFact(fact)) {
    return refuse('shape', 'The line is no record of this journal.');
  }
  return { ok: true, record: { v, seq, at, fact } };
}

function refuse(reason: DecodeReason, sentence: string): Decoded {
  return { ok: false, reason, sentence };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 1;
}

function isStoredFact(value: Record<string, unknown>): value is Record<string, unknown> & StoredFact {
  return typeof value['type'] === 'string';
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // half a line is the normal case after a crash; the caller gives it its name
  }
}
