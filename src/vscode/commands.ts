import * as vscode from 'vscode';
import type { Act } from '../protocol/viewMessages';
import { act } from './actions/act';
import { answerNext } from './actions/answers';
import { pickResumable, requireRunning, resume, sendNote, stop } from './actions/course';
import { exportReport } from './actions/exportReport';
import { openTranscript } from './actions/open';
import { chooseOpenCodePath, installOpenCode, lookAgain, useServer } from './actions/openCode';
import { keyOf, startAboutSelection, startMission } from './actions/start';
import { placeFor, type Tools } from './actions/tools';
import { note } from './actions/course';
import type { Place } from './desk';
import { isLive, pickPlace } from './missions';
import { readListed } from './views/missionsView';

/** Gives the commands of the manifest that belong to no view what they do. Each takes a folder as its last argument, else the one that is meant. */
export function registerCommands(tools: Tools): vscode.Disposable[] {
  const { desk } = tools;
  const inFolder = (run: (place: Place) => unknown) => async (folder: unknown) => {
    const place = await placeFor(tools, keyOf(folder));
    if (place) await run(place);
  };
  const doing = (wish: Act) => async (folder: unknown) => {
    await act(tools, keyOf(folder), wish);
  };
  return [
    desk.command('orchestrator.startMission', (text, folder) => startMission(tools, text, folder)),
    desk.command('orchestrator.startAboutSelection', () => startAboutSelection(tools)),
    desk.command('orchestrator.stopMission', async (folder) => {
      const place = await livePlace(tools, keyOf(folder));
      if (place) await stop(tools, place);
    }),
    desk.command('orchestrator.pauseMission', doing({ type: 'pause' })),
    desk.command('orchestrator.resumeMission', (id, folder) => resumeMission(tools, id, folder)),
    desk.command('orchestrator.sendNote', async (text, folder) => {
      const place = await placeFor(tools, keyOf(folder));
      if (!place) return;
      requireRunning(place);
      if (typeof text === 'string' && text.trim() !== '') await note(place, text);
      else await sendNote(place);
    }),
    desk.command('orchestrator.openDashboard', (folder) => openDashboard(tools, keyOf(folder))),
    desk.command('orchestrator.openTranscript', async (session, folder) => {
      const place = await placeFor(tools, keyOf(folder));
      if (place) await openTranscript(tools, place, typeof session === 'string' ? session : undefined);
    }),
    desk.command('orchestrator.exportReport', (of, target) => exportOf(tools, of, target)),
    desk.command('orchestrator.showLog', () => desk.log.show()),
    desk.command('orchestrator.openTodo', doing({ type: 'openTodoFile' })),
    desk.command('orchestrator.openWorkLog', doing({ type: 'openWorkLog' })),
    desk.command('orchestrator.openIssues', doing({ type: 'openIssues' })),
    desk.command('orchestrator.reviewChanges', () => act(tools, undefined, { type: 'reviewChanges' })),
    desk.command('orchestrator.openMissionChanges', doing({ type: 'openMissionChanges' })),
    desk.command('orchestrator.revertMission', doing({ type: 'revertMission' })),
    desk.command('orchestrator.undoRevert', doing({ type: 'undoRevert' })),
    desk.command('orchestrator.raiseLimit', doing({ type: 'raiseLimit' })),
    desk.command('orchestrator.answerNextAsk', () => answerNext(tools, undefined)),
    desk.command('orchestrator.showMissions', () => vscode.commands.executeCommand('orchestrator.missions.focus')),
    desk.command('orchestrator.openSettings', () => act(tools, undefined, { type: 'openSettings', setting: '' })),
    desk.command('orchestrator.installOpenCode', () => installOpenCode(tools)),
    desk.command('orchestrator.chooseOpenCodePath', () => chooseOpenCodePath(tools)),
    desk.command('orchestrator.setServerUrl', () => useServer(tools)),
    desk.command('orchestrator.lookForOpenCode', () => lookAgain(tools, undefined)),
    desk.command(
      'orchestrator.restartServer',
      inFolder((place) => act(tools, place.key, { type: 'restartServer' })),
    ),
    desk.command('orchestrator.playDemo', () => desk.surfaces.dashboard.playDemo()),
  ];
}

/** Brings the dashboard up; a text that waits for OpenCode stands in its field. */
async function openDashboard({ desk, kept }: Tools, key: string | undefined): Promise<void> {
  const place = desk.missions.place(key) ?? desk.missions.meant();
  const text = place && !place.folder.mission ? kept.get(place.key) : '';
  await desk.surfaces.dashboard.open({
    key,
    focus: true,
    ...(text === '' ? {} : { show: { what: 'mission', text } }),
  });
}

/** `of`: an entry of the history, a mission’s id, or nothing; `target`: a Uri for scripts. VS Code gives menus other second arguments. */
async function exportOf(tools: Tools, of: unknown, target: unknown): Promise<vscode.Uri | undefined> {
  const listed = readListed(of);
  const place = await placeFor(tools, listed?.folder);
  const mission = listed?.mission ?? (typeof of === 'string' && of !== '' ? of : undefined);
  return place && (await exportReport(tools, place, mission, target instanceof vscode.Uri ? target : undefined));
}

/** The place whose mission runs; with several the person picks. */
async function livePlace(tools: Tools, key: string | undefined): Promise<Place | undefined> {
  const live = tools.desk.missions.places.filter(isLive);
  if (key === undefined && live.length > 0) return await pickPlace(live);
  return await placeFor(tools, key);
}

async function resumeMission(tools: Tools, id: unknown, folder: unknown): Promise<void> {
  const place = await placeFor(tools, keyOf(folder));
  if (!place) return;
  if (isLive(place)) {
    await resume(tools, place);
    return;
  }
  const chosen = typeof id === 'string' && id !== '' ? id : await pickResumable(place);
  if (chosen !== undefined) await resume(tools, place, chosen);
}
