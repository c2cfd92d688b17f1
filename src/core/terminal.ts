/** The variable that marks a server of ours, and everything that its agents start. */
export const serverMark = 'OPENCODE_ORCHESTRATOR';

/** Who asks, where a wish was typed in OpenCode’s own terminal UI. */
export const terminalUi = 'OpenCode’s terminal UI';
