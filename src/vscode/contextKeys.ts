import * as vscode from 'vscode';
import { phase } from '../core/mission/select';
import type { Desk, Part, Place } from './desk';
import { isLive } from './missions';
import { paced } from './pace';

const everyMs = 100;

/** Keeps the context keys of the manifest true: of the mission that is meant where none is named. */
export function contextKeys(desk: Desk): Part {
  const set = new Map<string, unknown>();
  const put = (key: string, value: string | number | boolean): void => {
    if (set.get(key) === value) return;
    set.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  };
  const tell = (): void => {
    const { missions } = desk;
    const place = missions.meant() ?? missions.places.find(isLive) ?? missions.places[0];
    const state = place?.folder.mission;
    const now = state ? phase(state) : 'none';
    put('orchestrator.missionState', now);
    put('orchestrator.hasMission', state !== undefined);
    put('orchestrator.isLive', missions.places.some(isLive));
    put('orchestrator.drives', place !== undefined && place.folder.mode !== 'starting' && isLive(place));
    put('orchestrator.canResume', now === 'paused' || (rests(place) && now !== 'sealed'));
    put('orchestrator.needsYou', asks(desk));
    put(
      'orchestrator.openCodeFound',
      missions.places.some(({ openCode }) => openCode?.ok === true),
    );
    put(
      'orchestrator.openCodeMissing',
      missions.places.some(({ openCode }) => openCode?.ok === false && openCode.kind === 'missing'),
    );
  };
  const soon = paced(desk.clock, everyMs, tell);
  const ask = (): void => soon.ask();
  const watches = [
    desk.missions.onDidChange(ask),
    desk.missions.onDidChangePlaces(ask),
    desk.missions.onDidRecord(ask),
    vscode.window.onDidChangeActiveTextEditor(ask),
  ];
  tell();
  return {
    dispose() {
      soon.dispose();
      for (const watch of watches) watch.dispose();
    },
  };
}

function asks({ missions }: Desk): number {
  return missions.places.reduce((sum, place) => sum + (isLive(place) ? (place.folder.mission?.asks.size ?? 0) : 0), 0);
}

function rests(place: Place | undefined): boolean {
  return place?.folder.mission !== undefined && !isLive(place);
}
