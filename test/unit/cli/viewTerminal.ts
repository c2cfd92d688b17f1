/** Columns as a terminal counts them, told independently of the code under test: enough for the texts of these tests. */
export function terminalWidth(text: string): number {
  let sum = 0;
  for (const char of text) {
    const code = char.codePointAt(0)!;
    if (/\p{M}|\u200d|\ufe0f|\u200b/u.test(char)) continue;
    const isWide =
      (code >= 0x1100 && code < 0x1160) || (code >= 0x2e80 && code < 0xa4d0) || (code >= 0xac00 && code < 0xd7a4);
    const isFull = (code >= 0xf900 && code < 0xfb00) || (code >= 0xff01 && code < 0xff61) || code >= 0x1f300;
    sum += isWide || isFull ? 2 : 1;
  }
  return sum;
}

/** What is left of a line when its SGR codes are gone; any other code fails the test. */
export function unpainted(line: string): string {
  const text = line.replace(/\x1b\[[0-9;]*m/g, '');
  const odd = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u.exec(text);
  if (odd) throw new Error(`A control character is left: ${JSON.stringify(odd[0])} in ${JSON.stringify(text)}`);
  return text;
}

interface Row {
  cells: string[];
}

/** A terminal that knows the codes that the screen uses, and no others. It breaks lines anew when it gets narrower. */
export class FakeTerminal {
  rowsSoFar: Row[] = [{ cells: [] }];
  cursorVisible = true;
  writes: string[] = [];
  private row = 0;
  private column = 0;
  private wraps = true;
  private readonly listeners = new Set<() => void>();

  constructor(
    public columns = 40,
    public rows = 10,
  ) {}

  get listening(): number {
    return this.listeners.size;
  }

  on(_event: 'resize', listener: () => void): void {
    this.listeners.add(listener);
  }

  off(_event: 'resize', listener: () => void): void {
    this.listeners.delete(listener);
  }

  write(text: string): void {
    this.writes.push(text);
    for (const part of text.match(/\x1b\[[0-9;?]*[A-Za-z]|[^\x1b]|\x1b/gu) ?? []) this.take(part);
  }

  resize(columns: number, rows: number): void {
    const broken: Row[] = [];
    let cursor = 0;
    this.rowsSoFar.forEach(({ cells }, index) => {
      if (index === this.row) cursor = broken.length;
      for (let at = 0; at === 0 || at < cells.length; at += columns)
        broken.push({ cells: cells.slice(at, at + columns) });
    });
    // Empty rows below the cursor go first.
    while (broken.length - 1 > cursor && broken.at(-1)!.cells.length === 0) broken.pop();
    Object.assign(this, { columns, rows, rowsSoFar: broken, row: cursor });
    for (const listener of this.listeners) listener();
  }

  /** Everything from the first row on, scrolled out or not, without blanks at its end. */
  text(): string[] {
    const lines = this.rowsSoFar.map(({ cells }) =>
      Array.from(cells, (cell) => cell)
        .join('')
        .trimEnd(),
    );
    while (lines.at(-1) === '') lines.pop();
    return lines;
  }

  /** What can be seen. */
  seen(): string[] {
    return this.text().slice(Math.max(0, this.rowsSoFar.length - this.rows));
  }

  private take(part: string): void {
    if (part === '\r') this.column = 0;
    else if (part === '\n') this.down(1, true);
    else if (!part.startsWith('\x1b')) this.put(part);
    else this.code(part);
  }

  private code(code: string): void {
    const [, args = '', name] = /^\x1b\[([0-9;?]*)([A-Za-z])$/.exec(code) ?? [];
    const count = Number(args || 1);
    if (code === '\x1b[?25l' || code === '\x1b[?25h') this.cursorVisible = code.endsWith('h');
    else if (code === '\x1b[?7l' || code === '\x1b[?7h') this.wraps = code.endsWith('h');
    else if (name === 'A') this.row = Math.max(this.top(), this.row - count);
    else if (name === 'B') this.down(count, false);
    else if (code === '\x1b[2K') this.current().length = 0;
    else if (name === 'K') this.current().splice(Math.min(this.column, this.columns - 1));
    else if (name === 'J') {
      if (this.row === this.top() && this.column === 0)
        throw new Error('A whole screen is cleared: tmux keeps it in its history.');
      this.current().splice(Math.min(this.column, this.columns - 1));
      for (const row of this.rowsSoFar.slice(this.row + 1)) row.cells = [];
    } else if (name !== 'm') throw new Error(`An unknown code: ${JSON.stringify(code)}`);
  }

  private put(char: string): void {
    if (this.column >= this.columns) {
      if (!this.wraps) this.column = this.columns - 1;
      else {
        this.column = 0;
        this.down(1, true);
      }
    }
    const cells = this.current();
    while (cells.length < this.column) cells.push(' ');
    cells[this.column] = char;
    this.column += 1;
  }

  private down(count: number, scrolls: boolean): void {
    const bottom = this.top() + this.rows - 1;
    this.row = scrolls ? this.row + count : Math.min(bottom, this.row + count);
    while (this.rowsSoFar.length <= this.row) this.rowsSoFar.push({ cells: [] });
  }

  private current(): string[] {
    return this.rowsSoFar[this.row]!.cells;
  }

  private top(): number {
    return Math.max(0, this.rowsSoFar.length - this.rows);
  }
}
