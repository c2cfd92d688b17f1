import path from 'node:path';
import { workspace, type TextDocument } from 'vscode';
import { writersOf } from '../../core/mission/writes';
import type { MissionState } from '../../core/mission/state';
import { lineOwners, type OwnedLines } from '../../host/lineOwners';
import { readMission } from '../../host/workspace';
import type { Missions, Place } from '../desk';

/** The lines of a document, and whose mission they are about. */
export interface Owned {
  readonly place: Place;
  readonly state: MissionState;
  readonly lines: OwnedLines['lines'];
}

/**
 * Reads who wrote the lines of documents, when it is asked: of a file that no TODO wrote, at once and from memory; else once for each
 * version of the document and of what is known about its writers.
 */
export function ownedLines(missions: Missions): (document: TextDocument) => Promise<Owned | undefined> {
  const read = new WeakMap<TextDocument, { readonly key: string; readonly lines: Promise<OwnedLines['lines']> }>();
  return async (document) => {
    const { uri, version, isDirty } = document;
    const place = uri.scheme === 'file' ? missions.place(workspace.getWorkspaceFolder(uri)?.uri.toString()) : undefined;
    const state = place?.folder.mission;
    if (!place || !state) return undefined;
    const root = place.uri.fsPath;
    const file = path.relative(root, uri.fsPath).split(path.sep).join('/');
    const writers = writersOf(state, file);
    if (writers === '') return undefined;
    const key = [state.mission, version, isDirty, writers].join(' ');
    let known = read.get(document);
    if (known?.key !== key) {
      const unsaved = isDirty ? document.getText() : undefined;
      const lines = readMission(root, state.mission)
        .then((mission) => lineOwners({ workspace: root, mission, path: file, unsaved }))
        .then((owned) => owned.lines);
      lines.catch(() => read.delete(document)); // whoever asked is told, and the next one asks again
      known = { key, lines };
      read.set(document, known);
    }
    return { place, state, lines: await known.lines };
  };
}
