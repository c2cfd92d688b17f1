import { plainLines } from '../../core/todo/text';

/** Characters of a selection that are quoted; of a longer one only the place is named. */
const quotedChars = 20_000;
const lineChars = 2_000;

export interface Selected {
  /** Relative to the workspace folder. */
  readonly path: string;
  /** Lines from 1. */
  readonly first: number;
  readonly last: number;
  readonly language: string;
  readonly text: string;
}

/** The beginning of a mission’s text about a selection: `About src/a.ts:3-9`, and the selected text as it stands. */
export function about({ path, first, last, language, text }: Selected): string {
  const place = `About ${path}:${first}${last > first ? `-${last}` : ''}`;
  if (text.trim() === '' || text.length > quotedChars) return `${place}\n\n`;
  // No run of backticks in the text ends its fence.
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(Math.max(3, longest + 1));
  const lines = plainLines(text, lineChars);
  while (lines.at(-1) === '') lines.pop();
  const name = /^[\w+#.-]{1,40}$/.test(language) ? language : '';
  return [place, '', `${fence}${name}`, ...lines, fence, '', ''].join('\n');
}
