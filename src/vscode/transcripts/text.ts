import { maskSecrets } from '../../core/secrets';
import { duration, plain, plainLines } from '../../core/todo/text';
import type { TranscriptEntry } from '../../opencode/transcript';

/** Characters of a transcript’s document, 2 MB of plain ASCII; what is older is left out, which is said. */
export const transcriptChars = 2_000_000;
const lineChars = 2_000;
const entryChars = 200_000;

export interface TranscriptPage {
  /** `T7 worker 1`, and the title of what it works on. */
  readonly title: string;
  /** Oldest first. */
  readonly entries: readonly TranscriptEntry[];
  /** How many entries the session has; more than `entries` where older ones are left out. */
  readonly total: number;
  readonly busy: boolean;
  readonly error?: string | undefined;
  readonly clock: (at: number) => string;
  /** The words around it, in the reader’s language. */
  readonly words: TranscriptWords;
}

export interface TranscriptWords {
  readonly empty: string;
  readonly working: string;
  readonly earlier: (count: number) => string;
  readonly cut: string;
}

const headings: Readonly<Record<Exclude<TranscriptEntry['kind'], 'tool'>, string>> = {
  prompt: 'prompt',
  text: 'says',
  reasoning: 'thinks',
  error: 'error',
};

/** A session as a plain document, newest last. Nothing in it is markup, and no line is longer than an editor likes. */
export function transcriptText(page: TranscriptPage): string {
  const { words } = page;
  const blocks: string[] = [];
  let room = transcriptChars;
  let shown = 0;
  for (let index = page.entries.length - 1; index >= 0; index -= 1) {
    const entry = page.entries[index];
    if (!entry) continue;
    const block = entryText(entry, page.clock, words);
    if (block.length > room) break;
    room -= block.length;
    blocks.unshift(block);
    shown += 1;
  }
  const left = Math.max(page.total, page.entries.length) - shown;
  const end = page.error !== undefined ? plain(maskSecrets(page.error), 500) : page.busy ? words.working : '';
  return [
    plain(page.title, 500),
    '',
    ...(left > 0 ? [words.earlier(left), ''] : []),
    ...(blocks.length === 0 ? [words.empty, ''] : blocks),
    ...(end === '' ? [] : [end, '']),
  ].join('\n');
}

function entryText(entry: TranscriptEntry, clock: (at: number) => string, words: TranscriptWords): string {
  const output = entry.output ?? '';
  return [
    `${clock(entry.at)}  ${headingOf(entry)}`,
    ...indented(entry.text, '    ', words),
    ...(output.trim() === '' ? [] : indented(output, '    | ', words)),
    '',
  ].join('\n');
}

function indented(text: string, before: string, words: TranscriptWords): string[] {
  const isCut = text.length > entryChars;
  const lines = plainLines(maskSecrets(isCut ? text.slice(0, entryChars) : text), lineChars);
  while (lines.length > 0 && lines.at(-1)?.trim() === '') lines.pop();
  if (isCut) lines.push(words.cut);
  return lines.map((line) => `${before}${line}`.trimEnd());
}

/** The result stands before the words, so that it is seen: `bash · exit 0 · 3s · +31 −5`. */
function headingOf(entry: TranscriptEntry): string {
  if (entry.kind !== 'tool') return headings[entry.kind];
  const parts = [
    plain(entry.tool ?? 'tool', 80),
    entry.status === 'running' ? 'running' : entry.status === 'error' ? 'failed' : '',
    entry.exit === undefined || entry.exit === null ? '' : `exit ${entry.exit}`,
    entry.durationMs === undefined ? '' : duration(entry.durationMs),
    entry.added === undefined && entry.removed === undefined ? '' : `+${entry.added ?? 0} −${entry.removed ?? 0}`,
  ];
  return parts.filter((part) => part !== '').join(' · ');
}
