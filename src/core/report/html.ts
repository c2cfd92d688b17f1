import { duration, formatUtc, plain, tokens } from '../todo/text';
import type { Block, Cell, Column, Section } from './blocks';
import { escapeHtml } from './escapeHtml';
import { style, styleHash } from './htmlStyle';
import type { Report } from './model';
import { picture } from './picture';
import { sectionsOf } from './sections';
import { costText, stateTone } from './words';

/** Characters of one line that is shown. */
const lineChars = 4_000;
/** Up to so many TODOs their details are open. */
const mostOpen = 12;
/** From so many rows on a table is folded. */
const mostRows = 60;
/** Up to so many items of a list are shown at once. */
const mostItems = 30;

/**
 * A report as one HTML file that needs nothing else: no script, no picture, no font from anywhere, and a policy that would
 * refuse them. Whatever agents, models and people said is escaped.
 */
export function reportHtml(report: Report): string {
  const sections = sectionsOf(report);
  const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'`;
  return [
    '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">',
    `<meta name="color-scheme" content="light dark"><title>${text(report.title)} – mission report</title>`,
    `<style>${style}</style></head><body>`,
    '<a class="skip" href="#main">To the report</a>',
    header(report),
    `<div class="page"><nav aria-label="Sections"><ul>${sections.map(({ id, title }) => `<li><a href="#${id}">${text(title)}</a>`).join('')}</ul></nav>`,
    `<main id="main" tabindex="-1">${sections.map((section) => sectionText(section, report)).join('\n')}</main></div>`,
    '</body></html>\n',
  ].join('\n');
}

function header(report: Report): string {
  const { result, totals } = report;
  const { todos } = totals;
  const figures: (readonly [string, string, string])[] = [
    ['TODOs done', `${todos.done} of ${todos.total - todos.cancelled}`, `${todos.verified} verified`],
    ['Ran for', duration(result.durationMs, true), `${duration(totals.workedMs, true)} of agents’ work`],
    ['Tokens', tokens(totals.tokens), `${totals.sessions.created} sessions, ${totals.sessions.peak} at once`],
    ['Cost', costText(totals.cost, totals.tokens), totals.cost === 0 ? 'no price was told' : 'as the provider told'],
  ];
  const began = formatUtc(result.startedAt);
  const last = formatUtc(result.endedAt ?? result.lastAt);
  return [
    '<header><p class="kind">Mission report</p>',
    `<h1>${text(report.title)}</h1>`,
    `<p class="state"><strong class="${stateTone(result)}">${text(result.word)}</strong> <span>${text(result.reason)}</span></p>`,
    `<p class="when">${began} to ${last} <span class="id">${text(report.mission)}</span></p>`,
    `<dl class="figures">${figures.map(([name, value, note]) => `<div><dt>${name}</dt><dd>${text(value)}<span>${text(note)}</span></dd></div>`).join('')}</dl>`,
    `${progress(report)}<div class="summary">${report.summary.map((line) => `<p>${text(line)}</p>`).join('')}</div></header>`,
  ].join('\n');
}

/** How much is done, as a bar; the figures say the same. */
function progress({ totals: { todos } }: Report): string {
  const of = todos.total - todos.cancelled;
  if (of === 0) return '';
  const at = (count: number) => Math.round((count / of) * 1_000);
  const [verified, done] = [at(todos.verified), at(todos.done)];
  return `<svg class="progress" viewBox="0 0 1000 8" preserveAspectRatio="none" aria-hidden="true"><rect class="pt" width="1000" height="8"/><rect class="pu" width="${done}" height="8"/><rect class="pv" width="${verified}" height="8"/></svg>`;
}

function sectionText({ id, title, blocks }: Section, report: Report): string {
  const body = blocks.map((block) => blockText(block, { report, title })).join('\n');
  return `<section aria-labelledby="${id}"><h2 id="${id}">${text(title)}</h2>\n${body}</section>`;
}

interface Where {
  readonly report: Report;
  readonly title: string;
}

function blockText(block: Block, where: Where): string {
  switch (block.kind) {
    case 'words':
      return `<p>${text(block.text)}</p>`;
    case 'quote':
      return `<blockquote>${escapeHtml(block.text)}</blockquote>`;
    case 'list':
      return list(block.items);
    case 'facts':
      return `<dl class="facts">${block.items.map(([name, item]) => `<div><dt>${text(name)}</dt><dd>${cellText(item)}</dd></div>`).join('')}</dl>`;
    case 'table':
      return table(block, where);
    case 'entries':
      return entries(block, where);
    case 'picture':
      return pictureText(where.report);
  }
}

function list(items: readonly string[]): string {
  const said = (some: readonly string[]) => `<ul class="list">${some.map((item) => `<li>${text(item)}`).join('')}</ul>`;
  const rest = items.slice(mostItems);
  if (rest.length < 5) return said(items);
  return `${said(items.slice(0, mostItems))}<details><summary>${rest.length} more</summary>${said(rest)}</details>`;
}

function table({ columns, rows }: Extract<Block, { kind: 'table' }>, { title }: Where): string {
  const head = columns.map((column) => `<th scope="col"${classOf(column)}>${text(column.title)}`).join('');
  const body = rows
    .map((cells) => `<tr>${cells.map((item, index) => `<td${classOf(columns[index])}>${cellText(item)}`).join('')}`)
    .join('\n');
  const name = `${title}: ${columns.map((column) => column.title).join(', ')}`;
  const whole = `<div class="wide" role="region" tabindex="0" aria-label="${text(name)}"><table><thead><tr>${head}</thead><tbody>\n${body}\n</tbody></table></div>`;
  if (rows.length <= mostRows) return whole;
  return `<details class="fold"><summary>${rows.length} rows</summary>${whole}</details>`;
}

function classOf(column: Column | undefined): string {
  return column?.isNumber === true ? ' class="n"' : '';
}

function cellText({ text: said, as, tone, note }: Cell): string {
  const whole =
    as === 'code' && said !== '–'
      ? `<code>${text(said)}</code>`
      : as === 'state'
        ? `<span class="s ${tone ?? 'quiet'}">${text(said)}</span>`
        : text(said);
  return note === undefined || note === '' ? whole : `${whole}<small>${text(note)}</small>`;
}

function entries({ items }: Extract<Block, { kind: 'entries' }>, where: Where): string {
  const open = items.length <= mostOpen ? ' open' : '';
  return `<h3>Each TODO</h3>${items
    .map(({ id, title, state, blocks }) => {
      const body = blocks.map((block) => blockText(block, where)).join('');
      return `<details${open}><summary><b>${text(id)}</b> ${text(title)} ${cellText(state)}</summary>${body}</details>`;
    })
    .join('\n')}`;
}

const legend: readonly (readonly [string, string])[] = [
  ['bw', 'worker'],
  ['br', 'reviewer'],
  ['bc', 'Commander'],
  ['bp', 'Planner'],
  ['bl', 'lost'],
];

function pictureText(report: Report): string {
  const drawn = picture(report);
  if (drawn === '') return '';
  const keys = legend
    .map(
      ([kind, word]) =>
        `<li><svg viewBox="0 0 14 10" aria-hidden="true"><rect class="${kind}" x="1" y="1" width="12" height="8"/></svg>${word}`,
    )
    .join('');
  return `<div class="wide picture" role="region" tabindex="0" aria-label="Agents over time">${drawn}</div><ul class="legend">${keys}</ul>`;
}

function text(value: string): string {
  return escapeHtml(plain(value, lineChars));
}
