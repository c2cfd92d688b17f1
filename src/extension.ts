/** Called by VS Code when the extension starts. The editor part comes in a later version; until then there is nothing to start. */
export function activate(): void {}

/** Called by VS Code when the extension stops. */
export function deactivate(): void {}
