import type { ViewMessage } from '../../src/protocol/viewMessages';

/** What VS Code gives a webview once. */
export interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** The way to the host: messages, and a store that a reload of the page survives. */
export interface Host {
  post(message: ViewMessage): void;
  saved(): unknown;
  save(state: unknown): void;
}

/** The host behind VS Code’s own function, which may be called once. */
export function connectHost(): Host {
  const api = acquireVsCodeApi();
  return {
    post: (message) => {
      api.postMessage(message);
    },
    saved: () => api.getState(),
    save: (state) => {
      api.setState(state);
    },
  };
}
