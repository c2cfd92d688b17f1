import type * as vscode from 'vscode';

/** Mission texts that a person wrote and that did not become a mission yet: nothing they wrote is lost. */
export interface KeptTexts {
  get(key: string): string;
  /** A blank text is forgotten. */
  keep(key: string, text: string): void;
  forget(key: string): void;
}

/** Keeps them with the workspace, by the folder’s key. */
export function keptTexts(state: vscode.Memento): KeptTexts {
  const name = (key: string): string => `orchestrator.text:${key}`;
  const put = (key: string, text: string | undefined): void => {
    void state.update(name(key), text);
  };
  return {
    get: (key) => state.get<string>(name(key)) ?? '',
    keep: (key, text) => put(key, text.trim() === '' ? undefined : text),
    forget: (key) => put(key, undefined),
  };
}
