/** The version of the journal’s lines that this release writes and reads. */
export const recordVersion = 1;

/** What may be journalled: any object with a `type` that leaves the envelope’s own names alone. */
export interface PlainFact {
  readonly type: string;
  readonly v?: never;
  readonly seq?: never;
  readonly at?: never;
  readonly epoch?: never;
  readonly crc?: never;
}

/** A fact as it comes back from disk, before its own schema was looked at. */
export interface StoredFact {
  readonly type: string;
  readonly [field: string]: unknown;
}

/**
 * A fact with its place: `seq` counts from 1 without a gap, `at` is in milliseconds since 1970. `epoch` rises with each driver
 * that opens the journal; records of releases that knew no epoch have none, which counts as 0.
 */
export interface JournalRecord<F = StoredFact> {
  readonly v: typeof recordVersion;
  readonly seq: number;
  readonly at: number;
  readonly epoch?: number;
  readonly fact: F;
}

/** `torn`: no whole JSON text; `checksum`: whole, but changed; `version`: of a newer release; `shape`: whole, but no record. */
export type DecodeReason = 'torn' | 'checksum' | 'version' | 'shape';

export type Decoded =
  | { readonly ok: true; readonly record: JournalRecord }
  | { readonly ok: false; readonly reason: DecodeReason; readonly sentence: string };

const crcTable = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

const crcField = /,"crc":"([0-9a-f]{8})"\}$/;
const crcFieldLength = ',"crc":"01234567"}'.length;
const utf8Leads = [0, 0xc0, 0xe0, 0xf0];

/** CRC-32 (IEEE 802.3, as zlib’s) of bytes, as 8 lower-case hexadecimal digits. */
export function crc32(bytes: Uint8Array): string {
  let crc = -1;
  for (const byte of bytes) crc = (crcTable[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return (~crc >>> 0).toString(16).padStart(8, '0');
}

/**
 * One journal line with its newline: `{"v":1,"seq":…,"at":…,"epoch":…,…fact,"crc":"…"}`.
 * The checksum is over the line’s raw UTF-8 bytes in front of `,"crc":`, so a reader needs no re-serialisation.
 */
export function encodeRecord(entry: {
  readonly seq: number;
  readonly at: number;
  readonly epoch?: number;
  readonly fact: PlainFact | StoredFact;
}): string {
  const { seq, at, epoch, fact } = entry;
  const frame = { v: recordVersion, seq, at, ...(epoch !== undefined && { epoch }) };
  const body = JSON.stringify({ ...frame, ...fact }).slice(0, -1);
  return `${body},"crc":"${crc32(utf8Of(body))}"}\n`;
}

/**
 * Reads one line, with or without its line end; says what is wrong in place of throwing. The fact’s schema is not checked.
 * A caller that has the line’s bytes at hand gives them too, which spares counting them out again.
 */
export function decodeRecord(line: string, bytes: Uint8Array = utf8Of(line)): Decoded {
  const text = line.replace(/\r?\n$|\r$/, '');
  const sealed = crcField.exec(text);
  const value = fromJson(text);
  if (value === undefined) {
    return sealed
      ? refuse('checksum', 'The record is damaged: it is no JSON any more.')
      : refuse('torn', 'The record is incomplete.');
  }
  if (!isObject(value)) return refuse('shape', 'The line is no record.');
  const { v, seq, at, epoch, crc: _crc, ...fact } = value;
  // Before the checksum: a newer release may count it otherwise, and its record must never be taken for a torn one.
  if (typeof v === 'number' && v > recordVersion) {
    return refuse(
      'version',
      `The record was written by a newer release (format ${v}; this one reads ${recordVersion}).`,
    );
  }
  if (!sealed) return refuse('shape', 'The record has no checksum.');
  const ending = line.length - text.length + crcFieldLength; // ASCII: as many bytes as characters
  if (crc32(bytes.subarray(0, bytes.length - ending)) !== sealed[1]) {
    return refuse('checksum', 'The record is damaged: its checksum does not match.');
  }
  if (v !== recordVersion || !isCount(seq) || typeof at !== 'number' || !isStoredFact(fact)) {
    return refuse('shape', 'The line is no record of this journal.');
  }
  if (epoch === undefined) return { ok: true, record: { v, seq, at, fact } };
  if (!isCount(epoch)) return refuse('shape', 'The line is no record of this journal.');
  return { ok: true, record: { v, seq, at, epoch, fact } };
}

/** UTF-8, written out because the core knows no TextEncoder. Records hold no half surrogate pair: JSON escapes it. */
function utf8Of(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 3);
  let length = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const more = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    bytes[length++] = (utf8Leads[more] ?? 0) | (code >> (6 * more));
    for (let i = more - 1; i >= 0; i--) bytes[length++] = 0x80 | ((code >> (6 * i)) & 0x3f);
  }
  return bytes.subarray(0, length);
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
