import * as vscode from 'vscode';
import { readLease } from '../persistence/lease';
import { watchStarts } from '../persistence/startRequests';
import type { Desk, Part, Place } from './desk';
import { isLive } from './missions';

/** Starts missions that were typed as `/task` in OpenCode’s terminal UI, by the rules of a start in this window. */
export function takeStarts(desk: Desk): Part {
  const watched = new Map<Place, AbortController>();
  const sync = (): void => {
    const { places } = desk.missions;
    for (const [place, end] of watched) {
      if (places.includes(place)) continue;
      end.abort();
      watched.delete(place);
    }
    for (const place of places) if (!watched.has(place)) watched.set(place, watch(desk, place));
  };
  sync();
  const folders = desk.missions.onDidChangePlaces(sync);
  return {
    dispose() {
      folders.dispose();
      for (const end of watched.values()) end.abort();
    },
  };
}

function watch(desk: Desk, place: Place): AbortController {
  const end = new AbortController();
  const workspace = place.uri.fsPath;
  watchStarts(workspace, {
    since: desk.clock.now(),
    isFree: () => !isLive(place),
    secret: async () => (await readLease(workspace))?.password,
    async start(text, by) {
      desk.log.info(`${place.name}: a mission was asked for in ${by}.`);
      try {
        const id = await desk.start(place.key, text);
        return vscode.l10n.t('Mission {0} began in VS Code.', id);
      } catch (error) {
        return desk.sentence(error);
      }
    },
    log: (sentence) => desk.log.warn(`${place.name}: ${sentence}`),
    signal: end.signal,
  }).catch((error: unknown) =>
    desk.log.error(`${place.name}: starts from the terminal cannot be taken any more.`, error),
  );
  return end;
}
