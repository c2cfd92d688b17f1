import { maskSecrets } from '../secrets';
import { marker } from './markdown';
import { escapeLine, escapeMarkdown, formatUtc, plain } from './text';

/** An issue as `sync-issues.md` shows it; times in milliseconds since the epoch. */
export interface IssueView {
  readonly id: string;
  readonly todo?: string | undefined;
  readonly title: string;
  readonly detail: string;
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  readonly state: 'open' | 'closed';
}

const entriesShown = 2_000;
const detailLines = 50;

/** Renders `.opencode/sync-issues.md`: the open issues, then the closed ones. */
export function renderIssues(view: { readonly mission: string; readonly issues: readonly IssueView[] }): string {
  const open = view.issues.filter((issue) => issue.state === 'open');
  const closed = view.issues.filter((issue) => issue.state === 'closed');
  return [
    marker(view.mission),
    '# Issues',
    '',
    ...(open.length === 0 ? ['No issue is open.'] : open.flatMap(issueLines)),
    ...(closed.length === 0 ? [] : ['', '## Closed', '', ...closed.flatMap(issueLines)]),
    '',
  ].join('\n');
}

function issueLines(issue: IssueView): string[] {
  const line = issue.line === undefined ? '' : `:${String(issue.line)}`;
  const place = issue.file === undefined ? '' : ` (${escapeMarkdown(plain(issue.file, 300))}${line})`;
  const details = maskSecrets(issue.detail)
    .split('\n')
    .slice(0, detailLines)
    .map((text) => plain(text, 500))
    .filter((text) => text !== '');
  return [
    `- **${issue.id}** ${issue.todo ?? 'mission'}: ${escapeMarkdown(plain(maskSecrets(issue.title), 300))}${place}`,
    ...details.map((text) => `  ${escapeLine(text)}`),
  ];
}

/** An entry of `.opencode/work-log.md`; `at` in milliseconds since the epoch. */
export function logLine(at: number, text: string): string {
  return `- ${formatUtc(at)} — ${escapeMarkdown(plain(maskSecrets(text), 1_000))}`;
}

/** Renders `.opencode/work-log.md` of `logLine`s, newest entry last; `earlier` entries are in the journal alone. */
export function renderWorkLog(view: {
  readonly mission: string;
  readonly lines: readonly string[];
  readonly earlier: number;
}): string {
  const shown = view.lines.slice(-entriesShown);
  const left = view.earlier + view.lines.length - shown.length;
  return [
    marker(view.mission),
    '# Work log',
    '',
    ...(left > 0 ? [`${String(left)} earlier entries are in the mission’s journal.`, ''] : []),
    ...shown,
    '',
  ].join('\n');
}
