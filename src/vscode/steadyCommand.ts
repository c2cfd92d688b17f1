import type * as vscode from 'vscode';

/**
 * A command with one argument, as the same object for the same argument. VS Code forgets what an assignment to
 * `StatusBarItem.command` replaces, even where it was clicked and the click is on its way: the click would be lost.
 */
export function steadyCommand(command: string, title: string): (argument: string) => vscode.Command {
  const made = new Map<string, vscode.Command>();
  return (argument) => {
    const known = made.get(argument);
    if (known) return known;
    const fresh = { command, title, arguments: [argument] };
    made.set(argument, fresh);
    return fresh;
  };
}
