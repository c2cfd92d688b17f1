import type { SentMessage } from './history';

/** What OpenCode gives a plugin and takes from it, as far as the bridge uses it (OpenCode 1.18). */
export interface PluginInput {
  readonly client: {
    readonly session: {
      get(options: { path: { id: string } }): Promise<{ data?: unknown; error?: unknown }>;
      abort(options: { path: { id: string } }): Promise<unknown>;
    };
  };
  readonly directory: string;
  readonly worktree: string;
}

export interface ToolContext {
  readonly sessionID: string;
  readonly callID: string;
  readonly directory?: string;
  /** Asks for a permission as OpenCode’s own tools do; rejects when it is not given. */
  ask(ask: {
    readonly permission: string;
    readonly patterns: readonly string[];
    readonly always: readonly string[];
    readonly metadata: object;
  }): Promise<void>;
}

export interface ToolDefinition {
  readonly description: string;
  /** Zod fields; they reach the model as JSON Schema and are not checked by OpenCode. */
  readonly args: object;
  execute(args: unknown, context: ToolContext): Promise<string>;
}

export interface Hooks {
  config(config: Record<string, unknown>): Promise<void>;
  /** What is in `parts` afterwards is what the model is sent. */
  'command.execute.before'(
    input: { readonly command: string; readonly sessionID: string; readonly arguments: string },
    output: { readonly parts: unknown[] },
  ): Promise<void>;
  readonly tool: Readonly<Record<string, ToolDefinition>>;
  'tool.execute.before'(
    input: { readonly tool: string; readonly sessionID: string; readonly callID: string },
    output: { args: unknown },
  ): Promise<void>;
  'tool.execute.after'(
    input: { readonly tool: string; readonly sessionID: string },
    output: { output: string; metadata: unknown },
  ): Promise<void>;
  'chat.params'(
    input: { readonly sessionID: string; readonly message: unknown },
    output: { temperature?: number | undefined },
  ): Promise<void>;
  'experimental.session.compacting'(
    input: { readonly sessionID: string },
    output: { context: string[] },
  ): Promise<void>;
  'experimental.chat.messages.transform'(input: unknown, output: { messages: SentMessage[] }): Promise<void>;
  'shell.env'(input: unknown, output: { env: Record<string, string | undefined> }): Promise<void>;
}
