import { cell, type Section } from './blocks';
import type { Report, ReportSession } from './model';
import { endedCell, modelText, roleWords, tookCells, tookColumns, whenOf } from './words';

/** Who did what with which model: the picture, where there can be one, a row for each role and model, then one for each session. */
export function whoSection(report: Report): Section {
  if (report.sessions.length === 0) {
    return { id: 'who', title: 'Who Did What', blocks: [{ kind: 'words', text: 'No agent was ever at work.' }] };
  }
  const when = whenOf(report);
  const models = report.models.map((item) => [
    cell(roleWords[item.role]),
    cell(modelText(item.model)),
    cell(item.sessions),
    cell(item.turns),
    ...tookCells(item),
  ]);
  const sessions = report.sessions.map((session) => [
    cell(whoOf(session), { note: session.attempt > 1 ? `attempt ${session.attempt}` : '' }),
    cell(modelText(session.model), { note: differs(session) }),
    cell(when(session.openedAt)),
    cell(session.turns),
    ...tookCells(session),
    endedCell(session),
    cell(session.id, { as: 'code' }),
  ]);
  return {
    ...{ id: 'who', title: 'Who Did What' },
    blocks: [
      { kind: 'picture' },
      {
        kind: 'table',
        columns: [
          { title: 'Role' },
          { title: 'Model' },
          { title: 'Sessions', isNumber: true },
          { title: 'Turns', isNumber: true },
          ...tookColumns,
        ],
        rows: models,
      },
      { kind: 'words', text: 'Every session, in the order in which they were opened:' },
      {
        kind: 'table',
        columns: [
          ...['Who', 'Model', 'Began'].map((title) => ({ title })),
          { title: 'Turns', isNumber: true },
          ...tookColumns,
          { title: 'How it ended' },
          { title: 'Session' },
        ],
        rows: sessions,
      },
    ],
  };
}

/** `Commander`, `T7 worker`, `Mission review`. */
export function whoOf({ role, todo }: Pick<ReportSession, 'role' | 'todo'>): string {
  if (todo !== undefined) return `${todo} ${role}`;
  return role === 'reviewer' ? 'Mission review' : roleWords[role];
}

function differs({ model, configured }: ReportSession): string {
  return model === undefined || model === '' || configured === '' || model === configured
    ? ''
    : `configured: ${configured}`;
}
