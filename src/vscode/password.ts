import type * as vscode from 'vscode';

const name = 'orchestrator.server.password';
const variable = 'OPENCODE_SERVER_PASSWORD';

/** The password of the server that missions attach to: kept by VS Code, given to the host in its environment. */
export interface Password {
  /** What the host runs with; the same object always, changed in place when the password changes. */
  readonly env: NodeJS.ProcessEnv;
  /** Resolves once the stored password is in `env`. */
  readonly ready: Promise<void>;
  /** Secrets that no log may show. */
  secrets(): string[];
  /** An empty one forgets it. */
  store(password: string): Promise<void>;
}

/** Reads the password that was stored. */
export function serverPassword(storage: vscode.SecretStorage, own: NodeJS.ProcessEnv): Password {
  const env = { ...own };
  const read = async (): Promise<void> => {
    const stored = await storage.get(name);
    Object.assign(env, { [variable]: stored ?? own[variable] });
  };
  return {
    env,
    // Where the keyring cannot be read, the environment’s own password holds.
    ready: read().catch(() => undefined),
    secrets: () => [env[variable] ?? ''].filter((secret) => secret !== ''),
    async store(password) {
      if (password === '') await storage.delete(name);
      else await storage.store(name, password);
      await read();
    },
  };
}
