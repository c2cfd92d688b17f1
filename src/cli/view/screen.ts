import { columns, fit } from './columns';

/** The part of a terminal’s stream that the screen uses; `process.stdout` is one. */
export interface Terminal {
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  write(text: string): unknown;
  on(event: 'resize', listener: () => void): unknown;
  off(event: 'resize', listener: () => void): unknown;
}

export interface ScreenOptions {
  /** The terminal has another size now: draw for it. */
  readonly resized?: (() => void) | undefined;
  /** Milliseconds on any clock. */
  readonly now?: (() => number) | undefined;
  /** Calls back once, after so many milliseconds; the returned function forgets it. */
  readonly after?: ((ms: number, callback: () => void) => () => void) | undefined;
}

/** Ten repaints a second are more than anyone can read. */
const repaintMs = 100;

const hideCursor = '\x1b[?25l';
const showCursor = '\x1b[?25h';
// A line that turns out wider than it was measured is cut by the terminal and never becomes two.
const noWrap = '\x1b[?7l';
const wrapAgain = '\x1b[?7h';
const clearRight = '\x1b[K';
const clearLine = '\x1b[2K';
const clearDown = '\x1b[J';

/**
 * A block of lines at the end of a terminal that is repainted in place, with permanent lines going into the scrollback
 * above it. It owns the cursor until `close`; no alternate screen is used, so what was printed stays.
 */
export class Screen {
  private wanted: readonly string[] = [];
  private printed: string[] = [];
  /** What stands on the terminal now; the cursor is at the beginning of its last line. */
  private painted: readonly string[] = [];
  private paintedAt = Number.NEGATIVE_INFINITY;
  private forgetTimer: (() => void) | undefined;
  private hidden = false;
  private closed = false;
  private readonly now: () => number;
  private readonly after: (ms: number, callback: () => void) => () => void;

  constructor(
    private readonly stream: Terminal,
    private readonly options: ScreenOptions = {},
  ) {
    this.now = options.now ?? Date.now;
    this.after = options.after ?? afterTimeout;
    stream.on('resize', this.onResize);
    process.on('exit', this.onExit);
  }

  /** Columns there are for a line. */
  get width(): number {
    return this.stream.columns || 80;
  }

  /** Lines there are for the block; one less than the terminal has, so that a permanent line is in sight above it. */
  get height(): number {
    return Math.max(1, (this.stream.rows || 24) - 1);
  }

  /** Shows these lines in place of the ones before, at once or within a tenth of a second. */
  draw(lines: readonly string[]): void {
    if (this.closed) return;
    this.wanted = lines;
    this.soon();
  }

  /** Puts a permanent line above the block. */
  print(line: string): void {
    if (this.closed) return;
    this.printed.push(...line.split('\n'));
    this.soon();
  }

  /** Gives the terminal back: the block goes away (or stays, with `keep`), permanent lines are all written, the cursor is seen. */
  close(how: 'clear' | 'keep' = 'clear'): void {
    if (this.closed) return;
    this.closed = true;
    this.forgetTimer?.();
    this.stream.off('resize', this.onResize);
    process.off('exit', this.onExit);
    if (how === 'clear') this.wanted = [];
    const last = this.frame();
    const below = this.painted.length > 0 ? '\r\n' : '';
    const end = last + below + (this.hidden ? showCursor : '');
    if (end !== '') this.stream.write(end);
  }

  private readonly onExit = () => {
    this.close('keep');
  };

  private readonly onResize = () => {
    // Terminals break lines that are too wide now: the block may fill more rows than it has lines, those of its last line
    // below the cursor. What has left the screen on top cannot be called back.
    const rows = this.painted.map((line) => Math.max(1, Math.ceil(columns(line) / this.width)));
    const below = (rows.at(-1) ?? 1) - 1;
    const all = rows.reduce((sum, count) => sum + count, 0);
    const most = this.stream.rows || all;
    if (all > 0) this.stream.write(cleared(Math.min(all - below, most), Math.min(all, most)));
    this.painted = [];
    this.options.resized?.();
    this.soon();
  };

  private soon(): void {
    if (this.forgetTimer) return;
    const wait = this.paintedAt + repaintMs - this.now();
    if (wait <= 0) {
      this.paint();
      return;
    }
    this.forgetTimer = this.after(wait, () => {
      this.forgetTimer = undefined;
      this.paint();
    });
  }

  private paint(): void {
    const text = this.frame();
    if (text === '') return;
    this.paintedAt = this.now();
    this.stream.write(text);
  }

  /** The codes that bring the terminal from what stands on it to what is wanted; empty when it is the same. */
  private frame(): string {
    const lines = this.wanted.slice(0, this.height).map((line) => fit(line, this.width, ''));
    const same = lines.length === this.painted.length && lines.every((line, index) => line === this.painted[index]);
    if (same && this.printed.length === 0) return '';
    const permanent = this.printed.splice(0);
    const top = upTo(this.painted.length);
    let out = this.hidden ? '' : hideCursor;
    this.hidden = true;
    if (permanent.length > 0) {
      out += `${cleared(this.painted.length)}${permanent.map((line) => `${line}\r\n`).join('')}`;
      this.painted = [];
      out += this.changes(lines, '');
    } else {
      out += this.changes(lines, top);
    }
    this.painted = lines;
    return out;
  }

  private changes(lines: readonly string[], top: string): string {
    const body = lines.map((line, index) => {
      if (line === this.painted[index]) return '';
      // Clearing after a full line would take its last column with it.
      return columns(line) < this.width ? `${line}${clearRight}` : line;
    });
    if (lines.length === 0) return cleared(this.painted.length);
    const tooMany = this.painted.length > lines.length ? `\r\x1b[B${clearDown}\x1b[A` : '';
    return `${top}${noWrap}${body.join('\r\n')}${tooMany}\r${wrapAgain}`;
  }
}

/** Moves to the first of the block’s rows, of which the cursor is in the last. */
function upTo(rows: number): string {
  return rows > 1 ? `\r\x1b[${rows - 1}A` : '\r';
}

/**
 * Clears rows one by one, from so many rows up to the cursor’s own, `all` in number, and stands in the first. Clearing
 * down from the top of the screen would do the same, but terminals keep a screen that is cleared whole in their scrollback.
 */
function cleared(rows: number, all = rows): string {
  return `${upTo(rows)}${Array.from({ length: all }, () => clearLine).join('\x1b[B')}${upTo(all)}`;
}

function afterTimeout(ms: number, callback: () => void): () => void {
  const timer = setTimeout(callback, ms);
  return () => {
    clearTimeout(timer);
  };
}
