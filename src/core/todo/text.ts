/** Escape sequences of terminals: CSI, OSC (hyperlinks among them) with either end, and the short ones. */
// eslint would call control characters in a pattern a mistake; here they are the point, so the pattern is built from codes.
const esc = String.fromCharCode(27);
const bel = String.fromCharCode(7);
const escapes = new RegExp(
  `${esc}\\[[0-?]*[ -/]*[@-~]|${esc}[\\]PX^_][^${bel}${esc}]*(?:${bel}|${esc}\\\\|$)|${esc}[ -/]*[0-~]|${esc}`,
  'g',
);
/** Line ends and blanks of every kind. */
const blanks = /[\s\u0085]+/gu;
/** Control characters, marks that turn the writing direction, and characters nobody sees (tags, which only a model reads, too). */
const unseen =
  /[\p{Cc}\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e0fff}]/gu;

/** One line of harmless text for terminals and lists, of at most `max` characters; what is cut off ends in `…`. */
export function plain(text: string, max: number): string {
  // A very long text is cut before it is searched: no more than this can be left of it.
  const most = max * 16 + 1_000;
  const line = wellFormed(text.slice(0, most))
    .replace(escapes, '')
    .replace(blanks, ' ')
    .replace(unseen, '')
    // What stood between two blanks may be gone by now.
    .replace(/ {2,}/g, ' ')
    .trim();
  const characters = Array.from(text.length > most ? `${line}…` : line);
  if (characters.length <= max) return characters.join('');
  const kept = characters.slice(0, Math.max(0, max - 1)).join('');
  return `${kept.trimEnd()}…`;
}

/** Harmless text of several lines that keeps its blanks: for documents. A line of more than `lineChars` characters is cut. */
export function plainLines(text: string, lineChars: number): string[] {
  return wellFormed(text)
    .replace(escapes, '')
    .split(/\r\n?|[\n\v\f\u0085\u2028\u2029]/u)
    .map((line) => {
      const clean = line.replace(/\t/g, '    ').replace(unseen, '').trimEnd();
      return clean.length > lineChars ? `${wellFormed(clean.slice(0, lineChars - 1))}…` : clean;
    });
}

/** The text as a file gives it back: half a surrogate pair cannot be written as UTF-8. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Cs}/gu, '\ufffd');
}

/** What markdown or HTML would read as more than text: marks, and what makes an address a link by itself. */
const special = /[\\`*_{}[\]<>#!|~&$]|\/(?=\/)|(?<=www)\.|(?<=[a-z0-9._+-])@(?=[a-z0-9])/gi;

/** Makes a text mean nothing but itself in Markdown: no HTML, no link, no picture, no emphasis, no formula. */
export function escapeMarkdown(text: string): string {
  return text.replace(special, '\\$&');
}

/** The same for a text that begins a line, where a dash or a number would begin a list, a rule or a heading. */
export function escapeLine(text: string): string {
  return escapeMarkdown(text).replace(/^(\d*)([-+=.)])/, '$1\\$2');
}

/** The text that `escapeMarkdown` was given. */
export function unescapeMarkdown(text: string): string {
  return text.replace(/\\([\\`*_{}[\]<>#!|~&$/.@])/g, '$1');
}

/** A length of time: `47s`, `8m 03s`, from 10 min `24m`, from 1 h `1h 04m`; `exact` (headers, records) keeps the seconds up to 1 h. */
export function duration(ms: number, exact = false): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${String(seconds)}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10 || (exact && minutes < 60)) return `${String(minutes)}m ${two(seconds % 60)}s`;
  if (minutes < 60) return `${String(minutes)}m`;
  return `${String(Math.floor(minutes / 60))}h ${two(minutes % 60)}m`;
}

/** A count of tokens: `812`, `8.4k`, `41k`, `318k`, `1.84M`, `12.8M`, `128M`. */
export function tokens(count: number): string {
  // The borders lie where rounding would give a digit too many: 9,950 is `10k`, not `10.0k`.
  if (count < 999.5) return String(Math.round(count));
  if (count < 9_950) return `${(count / 1_000).toFixed(1)}k`;
  if (count < 999_500) return `${String(Math.round(count / 1_000))}k`;
  if (count < 9_995_000) return `${(count / 1e6).toFixed(2)}M`;
  return count < 99_950_000 ? `${(count / 1e6).toFixed(1)}M` : `${String(Math.round(count / 1e6))}M`;
}

/** US dollars: `$0.00`, `<$0.01`, `$3.87`, `$1,240`. */
export function cost(usd: number): string {
  if (usd > 0 && usd < 0.01) return '<$0.01';
  if (usd < 999.995) return `$${usd.toFixed(2)}`;
  return `$${Math.round(usd).toLocaleString('en-US')}`;
}

/** A time in milliseconds since the epoch as `2026-11-22 19:36:05Z`. */
export function formatUtc(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const [year, month, day] = civil(Math.floor(seconds / 86_400));
  const rest = ((seconds % 86_400) + 86_400) % 86_400;
  const clock = [Math.floor(rest / 3600), Math.floor(rest / 60) % 60, rest % 60].map(two).join(':');
  return `${String(year)}-${two(month)}-${two(day)} ${clock}Z`;
}

/** Year, month and day of a count of days since 1970-01-01 (the proleptic Gregorian calendar, eras of 400 years). */
function civil(days: number): [number, number, number] {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  return [yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day];
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** The one sentence of whatever was thrown. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
