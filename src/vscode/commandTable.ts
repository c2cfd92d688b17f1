import * as vscode from 'vscode';

/** What a command does; what it returns goes to whoever ran it. */
export type Run = (...args: readonly unknown[]) => unknown;

/** The commands of the manifest, each waiting for the part that knows what it does. */
export interface CommandTable {
  /** Gives a command what it does; throws for one that the manifest does not have. */
  set(id: string, run: Run): vscode.Disposable;
  dispose(): void;
}

/** Registers every command of the manifest at once: a command may be run before the parts behind it are loaded. */
export function commandTable(
  ids: readonly string[],
  loaded: () => Promise<unknown>,
  failed: (error: unknown) => void,
): CommandTable {
  const runs = new Map<string, Run>();
  const registered = ids.map((id) =>
    vscode.commands.registerCommand(id, async (...args: unknown[]) => {
      try {
        await loaded();
        const run = runs.get(id);
        if (!run) throw new Error(`Nothing is behind the command ${id}.`);
        return await run(...args);
      } catch (error) {
        failed(error);
        return undefined;
      }
    }),
  );
  return {
    set(id, run) {
      if (!ids.includes(id)) throw new Error(`The manifest has no command ${id}.`);
      runs.set(id, run);
      return new vscode.Disposable(() => {
        if (runs.get(id) === run) runs.delete(id);
      });
    },
    dispose() {
      for (const command of registered) command.dispose();
      runs.clear();
    },
  };
}
