/** What a piece of text is, said once more by colour; the words alone are enough. */
export type Tone = 'strong' | 'faint' | 'good' | 'work' | 'review' | 'warn' | 'bad';

const codes: Readonly<Record<Tone, readonly [number, number]>> = {
  strong: [1, 22],
  faint: [2, 22],
  good: [32, 39],
  work: [34, 39],
  review: [35, 39],
  warn: [33, 39],
  bad: [31, 39],
};

// Only symbols that no terminal draws as an emoji of two columns.
const symbols = {
  queued: '○',
  running: '▸',
  reviewing: '◎',
  verified: '✔',
  unverified: '✓',
  failed: '✗',
  blocked: '⊘',
  cancelled: '×',
  waiting: '?',
  limited: '◷',
  stopping: '◌',
  stopped: '■',
  planning: '≡',
  exhausted: '▲',
  paused: '‖',
  warning: '!',
  dot: '·',
  ellipsis: '…',
  solid: '█',
  hatched: '▒',
  empty: '░',
  branch: '├─',
  last: '└─',
} as const;

export type Symbols = Readonly<Record<keyof typeof symbols, string>>;

const asciiSymbols: Symbols = {
  queued: 'o',
  running: '>',
  reviewing: '@',
  verified: 'V',
  unverified: 'v',
  failed: 'X',
  blocked: '/',
  cancelled: 'x',
  waiting: '?',
  limited: '%',
  stopping: '~',
  stopped: '#',
  planning: '=',
  exhausted: '^',
  paused: '|',
  warning: '!',
  dot: '-',
  ellipsis: '...',
  solid: '#',
  hatched: '+',
  empty: '.',
  branch: '|-',
  last: '`-',
};

const punctuation: Readonly<Record<string, string>> = {
  '’': "'",
  '‘': "'",
  '“': '"',
  '”': '"',
  '…': '...',
  '·': '-',
  '–': '-',
  '—': '-',
};

/** How output looks: colours or none, symbols or their ASCII stand-ins. */
export interface Styles {
  readonly symbols: Symbols;
  paint(tone: Tone | undefined, text: string): string;
  /** Typographic punctuation as the locale can show it; a person’s letters stay as they are. */
  words(text: string): string;
}

/** Styles with colours when `enabled`, and with ASCII symbols only when the locale has no others. */
export function styles(enabled: boolean, unicode = true): Styles {
  return {
    symbols: unicode ? symbols : asciiSymbols,
    paint(tone, text) {
      if (!enabled || tone === undefined || text === '') return text;
      const [on, off] = codes[tone];
      return `\x1b[${on}m${text}\x1b[${off}m`;
    },
    words: (text) => (unicode ? text : text.replace(/[’‘“”…·–—]/g, (mark) => punctuation[mark] ?? mark)),
  };
}

type Env = Readonly<Record<string, string | undefined>>;

/** What the view needs to know of a stream. */
export interface StreamLike {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}

/** Whether colours are wanted: a non-empty NO_COLOR says no, FORCE_COLOR yes (or no with 0), else a terminal has them. */
export function wantsColour(stream: StreamLike, env: Env): boolean {
  if (env['NO_COLOR']) return false;
  const force = env['FORCE_COLOR'];
  if (force !== undefined) return force !== '0' && force !== 'false';
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}

/** Whether the locale is UTF-8: the first of LC_ALL, LC_CTYPE and LANG that is set decides; Windows has no such word. */
export function wantsUnicode(env: Env, platform: NodeJS.Platform): boolean {
  if (platform === 'win32') return true;
  return /utf-?8/i.test(env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '');
}

/** Whether a block can be repainted in place on the stream. */
export function isLive(stream: StreamLike, env: Env): boolean {
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}

/** Room and looks of an output. */
export interface Look {
  readonly width: number;
  readonly height: number;
  readonly styles: Styles;
}

/** Where there is no terminal a line may be longer than a screen is wide: nobody can scroll it into sight later. */
const widthOfAFile = 160;

/** The look for a stream as it is now. */
export function lookOf(stream: StreamLike, env: Env = process.env, platform = process.platform): Look {
  const width = stream.columns;
  const height = stream.rows;
  return {
    width: width === undefined || width < 1 ? (stream.isTTY === true ? 80 : widthOfAFile) : width,
    height: height === undefined || height < 1 ? 24 : height,
    styles: styles(wantsColour(stream, env), wantsUnicode(env, platform)),
  };
}
