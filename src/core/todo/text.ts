/** Escape sequences of terminals: OSC, DCS, SOS, PM and APC with their text, CSI with its parameters, and the short ones. */
const TERMINAL_SEQUENCES =
  // eslint's no-control-regex is about typing errors; these are meant, so they are built from text.
  new RegExp(
    [
      '(?:\\x1b[\\]PX^_]|[\\x9d\\x90\\x98\\x9e\\x9f])[^\\x07\\x1b\\x9c]*(?:\\x07|\\x1b\\\\|\\x9c)',
      '(?:\\x1b\\[|\\x9b)[0-?]*[ -/]*[@-~]',
      '\\x1b[ -/]*[0-~]',
    ].join('|'),
    'g',
  );

/** Line separators first become blanks, so that words do not grow together. */
const BLANKS = /[\s\u0085\u180e]+/gu;
const CONTROLS = /\p{Cc}/gu;

/**
 * What is not seen but changes what is seen, or hides text from a person and shows it to a model: direction marks, zero-width
 * characters, soft hyphens, tags and the supplementary variation selectors.
 */
const INVISIBLE =
  /\u00ad|\u061c|[\u200b\u200c\u200e\u200f]|[\u202a-\u202e]|[\u2060-\u206f]|\ufeff|[\ufff9-\ufffb]|[\u{e0000}-\u{e0fff}]/gu;

/** A joiner outside an emoji; inside one it makes a single picture of several. */
const STRAY_JOINERS =
  /(?<![\p{Extended_Pictographic}\ufe0f\u{1f3fb}-\u{1f3ff}])\u200d|\u200d(?!\p{Extended_Pictographic})/gu;

/**
 * One line of harmless text for terminals, lists and rendered files: no escape sequences, control, direction or invisible
 * characters, blanks collapsed, at most `max` code points, the last of which is `…` where something was cut off.
 */
export function plain(text: string, max: number): string {
  const line = text
    .replace(TERMINAL_SEQUENCES, '')
    .replace(BLANKS, ' ')
    .replace(CONTROLS, '')
    .replace(INVISIBLE, '')
    .replace(/\p{Cs}/gu, '\ufffd')
    .replace(STRAY_JOINERS, '')
    // What stood between two blanks may be gone by now.
    .replace(/ {2,}/g, ' ')
    .trim();
  return shorten(line, max);
}

/** The text in at most `max` code points, the last of which is `…` where something was cut off; no pair is ever split. */
export function shorten(text: string, max: number): string {
  // A code point has at most two units, so a short text need not be counted.
  if (text.length <= max) return text;
  if (max < 1) return '';
  const points: string[] = [];
  for (const point of text) {
    if (points.length === max) {
      const kept = points.slice(0, -1).join('');
      return `${kept.replace(/[\s\u200d]+$/u, '')}…`;
    }
    points.push(point);
  }
  return text;
}

/** Backslash works for these in every Markdown; `<`, `>` and `&` become entities, which even a raw HTML view shows as text. */
const MARKUP = /[\\`*_[\]!|#~$]|(?<=:)\/(?=\/)|(?<=\bwww)\.|(?<=[a-z0-9])@(?=[a-z0-9])/giu;
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&amp;', '&'],
  ['&mdash;', '—'],
]);

/** The text with all of Markdown and HTML inert: tags, links (bare addresses too), images, emphasis, tables, headings, formulas. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(MARKUP, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;');
}

/** The text that Markdown's escapes stand for; the exact inverse of `escapeMarkdown`, and what a person typed unescaped stays. */
export function unescapeMarkdown(text: string): string {
  return text.replace(
    /\\([!-/:-@[-`{-~])|&(?:lt|gt|amp|mdash);/g,
    (found, mark: string | undefined) => mark ?? ENTITIES.get(found) ?? found,
  );
}

/** The text as a Markdown code span that no backtick inside can end; for one line of text that people copy. */
export function inlineCode(text: string): string {
  const runs = text.match(/`+/g) ?? [];
  const fence = '`'.repeat(runs.reduce((most, run) => Math.max(most, run.length), 0) + 1);
  const pad = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${text}${pad}${fence}`;
}

const SECOND = 1000;
const DAY = 86_400 * SECOND;

/** A time span in ms as `47s`, `8m 03s`, from ten minutes `24m`, from an hour `1h 04m`; `exact` keeps the seconds up to an hour. */
export function duration(ms: number, exact = false): string {
  const seconds = Number.isFinite(ms) ? Math.max(0, Math.floor(ms / SECOND)) : 0;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1) return `${seconds}s`;
  if (minutes >= 60) return `${Math.floor(minutes / 60)}h ${two(minutes % 60)}m`;
  return minutes >= 10 && !exact ? `${minutes}m` : `${minutes}m ${two(seconds % 60)}s`;
}

/** A number of tokens as `812`, `8.4k`, `318k`, `1.84M`, `12.8M`, `128M`. */
export function tokens(n: number): string {
  const count = Number.isFinite(n) ? Math.max(0, Math.round(n)) : 0;
  // The borders lie where rounding would give one digit too many: 9,950 is 10k and not 10.0k.
  if (count < 1000) return String(count);
  if (count < 9_950) return `${(count / 1000).toFixed(1)}k`;
  if (count < 999_500) return `${(count / 1000).toFixed(0)}k`;
  if (count < 9_995_000) return `${(count / 1e6).toFixed(2)}M`;
  if (count < 99_950_000) return `${(count / 1e6).toFixed(1)}M`;
  return `${thousands(count / 1e6)}M`;
}

/** A cost in US dollars as `$0.00`, `<$0.01`, `$3.87`, `$1,240`; `n/a` where the provider reports no price. */
export function cost(usd: number | undefined): string {
  if (usd === undefined || !Number.isFinite(usd)) return 'n/a';
  if (usd <= 0) return '$0.00';
  if (usd < 0.01) return '<$0.01';
  return usd < 999.995 ? `$${usd.toFixed(2)}` : `$${thousands(usd)}`;
}

/** A time in ms since 1970 as `2026-11-22 19:36:05Z`; written out here because the core has no clock and so no `Date`. */
export function formatUtc(ms: number): string {
  if (!Number.isFinite(ms)) return 'unknown time';
  const days = Math.floor(ms / DAY);
  const seconds = Math.floor((ms - days * DAY) / SECOND);
  const { year, month, day } = civil(days);
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(two).join(':');
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)} ${clock}Z`;
}

/** The Gregorian date of a day counted from 1970-01-01. Years begin in March, so that the leap day is the last of its year. */
function civil(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const leapDays = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const day = dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

function two(n: number): string {
  return String(n).padStart(2, '0');
}

function thousands(n: number): string {
  return n.toFixed(0).replace(/\B(?=(?:\d{3})+$)/g, ',');
}
