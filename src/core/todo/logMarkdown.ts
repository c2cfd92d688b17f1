export interface LogEntry { at: number; text: string }
export function renderIssues(view: { mission: string; issues: readonly { id: string }[] }): string { return `<!-- opencode-orchestrator mission: ${view.mission} -->\n`; }
export function renderWorkLog(view: { mission: string; entries: readonly LogEntry[]; earlier: number }): string { return `<!-- opencode-orchestrator mission: ${view.mission} -->\n${view.entries.map((e) => e.text).join('\n')}\n`; }
