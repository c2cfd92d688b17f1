/** Variables of OpenCode’s that a person may set on purpose; every other `OPENCODE_*` is taken out of the server’s environment. */
export const passedOn = [
  'OPENCODE_CONFIG',
  'OPENCODE_CONFIG_DIR',
  'OPENCODE_API_KEY',
  'OPENCODE_MODELS_URL',
  'OPENCODE_MODELS_PATH',
  'OPENCODE_DISABLE_MODELS_FETCH',
  'OPENCODE_DISABLE_AUTOUPDATE',
  'OPENCODE_DISABLE_LSP_DOWNLOAD',
  'OPENCODE_DISABLE_DEFAULT_PLUGINS',
  'OPENCODE_DISABLE_CLAUDE_CODE',
  'OPENCODE_DISABLE_CLAUDE_CODE_PROMPT',
  'OPENCODE_DISABLE_CLAUDE_CODE_SKILLS',
  'OPENCODE_DISABLE_PROJECT_CONFIG',
  'OPENCODE_ENABLE_EXA',
  'OPENCODE_GIT_BASH_PATH',
  'OPENCODE_TEST_HOME',
] as const;

const never = ['NODE_OPTIONS', 'ELECTRON_RUN_AS_NODE', 'NODE_CHANNEL_FD'];

/** The environment for a server of ours: the person’s, without what would change OpenCode or Node behind their back. */
export function serverEnvironment(env: NodeJS.ProcessEnv, ours: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const clean: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(env)) {
    const upper = name.toUpperCase();
    if (upper.startsWith('OPENCODE') && !passedOn.some((allowed) => allowed === upper)) continue;
    if (!never.includes(upper)) clean[name] = value;
  }
  return { ...clean, ...ours };
}

/**
 * The configuration that our server gets on top of the person’s own: the bridge, and nothing that only slows fifty sessions
 * down (measured, see the README): no snapshots, no language servers, no formatters, no update check, no sharing.
 */
export function serverConfig(bridge: string): string {
  return JSON.stringify({
    plugin: [bridge],
    snapshot: false,
    lsp: false,
    formatter: false,
    autoupdate: false,
    share: 'disabled',
  });
}
