import { escapeLine, escapeMarkdown, formatUtc, plain } from '../todo/text';
import type { Block, Cell, Section } from './blocks';
import type { Report } from './model';
import { sectionsOf } from './sections';

/** Characters of one line of Markdown that came from somebody else. */
const lineChars = 4_000;

/** A report as Markdown. Whatever agents, models and people said means nothing but itself in it. */
export function reportMarkdown(report: Report): string {
  const { mission, result } = report;
  const head = [
    `# ${line(report.title)}`,
    `Report of mission ${line(mission)}: **${inline(result.word)}**, ${formatUtc(result.endedAt ?? result.lastAt)}. Times are UTC.`,
    bullets(report.summary),
  ];
  return `${[...head, ...sectionsOf(report).map(sectionText)].join('\n\n')}\n`;
}

function sectionText({ title, blocks }: Section): string {
  return [`## ${title}`, ...blocks.map(blockText)].filter((part) => part !== '').join('\n\n');
}

function blockText(block: Block): string {
  switch (block.kind) {
    case 'words':
      return line(block.text);
    case 'quote':
      return quote(block.text);
    case 'list':
      return bullets(block.items);
    case 'facts':
      return block.items.map(([name, item]) => `- ${line(name)}: ${whole(item)}`).join('\n');
    case 'table':
      return table(block);
    case 'entries':
      return block.items
        .map(({ id, title, state, blocks }) => {
          const head = `### ${line(id)} ${inline(title)}: ${inline(state.text)}`;
          return [head, ...blocks.map(blockText)].filter((part) => part !== '').join('\n\n');
        })
        .join('\n\n');
    case 'picture':
      return '';
  }
}

function table({ columns, rows }: Extract<Block, { kind: 'table' }>): string {
  const head = `| ${columns.map(({ title }) => line(title)).join(' | ')} |`;
  const rule = `|${columns.map(({ isNumber }) => (isNumber === true ? ' --: ' : ' --- ')).join('|')}|`;
  return [head, rule, ...rows.map((cells) => `| ${cells.map(whole).join(' | ')} |`)].join('\n');
}

function whole({ text, as, note }: Cell): string {
  const said = as === 'code' && text !== '–' ? code(text) : inline(text);
  return note === undefined || note === '' ? said : `${said} (${inline(note)})`;
}

/** A command as code; one that could end a cell or the code, or that a lax reader takes for HTML, is plain text. */
function code(text: string): string {
  const shown = plain(text, lineChars);
  return /[`|\\<>]/.test(shown) ? escapeMarkdown(shown) : `\`${shown}\``;
}

function bullets(items: readonly string[]): string {
  return items.map((item) => `- ${line(item)}`).join('\n');
}

function quote(text: string): string {
  return text
    .split('\n')
    .map((each) => `> ${line(each)}`.trimEnd())
    .join('  \n');
}

/** Behind something else on its line. */
function inline(text: string): string {
  return escapeMarkdown(plain(text, lineChars));
}

function line(text: string): string {
  return escapeLine(plain(text, lineChars));
}
