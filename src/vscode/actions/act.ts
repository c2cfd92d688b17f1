import * as vscode from 'vscode';
import type { Act } from '../../protocol/viewMessages';
import type { Place } from '../desk';
import { resolveConflict } from './conflict';
import { pickPlace } from '../missions';
import { answer, denyWithReason } from './answers';
import { exportReport } from './exportReport';
import { hurryNote, pause, requireRunning, resume, sendNote, stop } from './course';
import { changeLimit } from './limits';
import {
  copyProof,
  openFile,
  openMissionChanges,
  openOutput,
  openRendered,
  openSettings,
  openTodoFiles,
  openTranscript,
  reviewChanges,
} from './open';
import { chooseOpenCodePath, installOpenCode, lookAgain, useServer } from './openCode';
import { addCheck, addTodo, edit, editTodo } from './todos';
import { placeFor, type Tools } from './tools';
import { takeBackFile, takeBackMission, takeBackTodo, undoLastRevert } from './undo';

/** The acts one by one: the schema has some of them under one head. */
type FlatAct = Flat<Act>;
type Flat<A> = A extends { type: infer T } ? One<A, T> : never;
type One<A, T> = T extends string ? Omit<A, 'type'> & { readonly type: T } : never;

/** Does what a person asked for, wherever they asked; a sentence comes back where there is something to know. */
export async function act(tools: Tools, key: string | undefined, wish: FlatAct): Promise<string | undefined> {
  switch (wish.type) {
    case 'showLog':
      tools.desk.log.show();
      return undefined;
    case 'manageTrust':
      await vscode.commands.executeCommand('workbench.trust.manage');
      return undefined;
    case 'openFolder':
      await vscode.commands.executeCommand('vscode.openFolder');
      return undefined;
    case 'openSettings':
      await openSettings(wish.setting);
      return undefined;
    case 'playDemo':
      await tools.desk.surfaces.dashboard.playDemo();
      return undefined;
    case 'changeFolder':
      await changeFolder(tools);
      return undefined;
    default:
      return await actInFolder(tools, key, wish);
  }
}

type FolderAct = Exclude<
  FlatAct,
  { type: 'showLog' | 'manageTrust' | 'openFolder' | 'openSettings' | 'playDemo' | 'changeFolder' }
>;

async function actInFolder(tools: Tools, key: string | undefined, wish: FolderAct): Promise<string | undefined> {
  const place = await placeFor(tools, key);
  if (!place) return undefined;
  switch (wish.type) {
    case 'stop':
      return await stop(tools, place);
    case 'pause':
      await pause(place);
      return undefined;
    case 'resume':
      await resume(tools, place, place.folder.mission?.mission);
      return undefined;
    case 'raiseLimit':
      await changeLimit(tools, place);
      return undefined;
    case 'restartServer':
      requireRunning(place);
      await place.folder.restartServer();
      return undefined;
    case 'installOpenCode':
      installOpenCode(tools);
      return undefined;
    case 'setOpenCodePath':
      await chooseOpenCodePath(tools);
      return undefined;
    case 'useServer':
      await useServer(tools);
      return undefined;
    case 'lookAgain':
      await lookAgain(tools, place);
      return undefined;
    case 'newMission':
      await tools.desk.surfaces.dashboard.open({ key: place.key, focus: true, show: { what: 'mission' } });
      return undefined;
    case 'hurryNote':
      return await hurryNote(place, wish.note);
    default:
      await actOnMission(tools, place, wish);
      return undefined;
  }
}

type MissionAct = Exclude<
  FolderAct,
  {
    type:
      | ('stop' | 'pause' | 'resume' | 'raiseLimit' | 'restartServer')
      | ('installOpenCode' | 'setOpenCodePath' | 'useServer' | 'lookAgain' | 'newMission' | 'hurryNote');
  }
>;

async function actOnMission(tools: Tools, place: Place, wish: MissionAct): Promise<void> {
  switch (wish.type) {
    case 'edit':
      await edit(place, wish.edit);
      return;
    case 'addTodo':
      return await addTodo(place);
    case 'editTodo':
      return await editTodo(place, wish.todo);
    case 'addCheck':
      return await addCheck(place, wish.todo);
    case 'openTodoFiles':
      return await openTodoFiles(place, wish.todo);
    case 'openMissionChanges':
      return await openMissionChanges(place);
    case 'revertTodo':
      return await takeBackTodo(tools, place, wish.todo, wish.file);
    case 'revertFile':
      return await takeBackFile(tools, place, wish.todo);
    case 'revertMission':
      return await takeBackMission(tools, place);
    case 'undoRevert':
      return await undoLastRevert(tools, place);
    case 'resolveConflict':
      return await resolveConflict(tools, place, wish.todo);
    case 'answer':
      return await answer(place, wish.ask, wish.reply);
    case 'rejectWithReason':
      return await denyWithReason(place, wish.ask);
    case 'sendNote':
      return await sendNote(place, wish.todo);
    case 'openTranscript':
      return await openTranscript(tools, place, wish.session);
    case 'killCommand':
      return await place.folder.hand.command('kill', wish.command);
    case 'runCommandAgain':
      return await place.folder.hand.command('again', wish.command);
    case 'openOutput':
      return await openOutput(place, wish.command);
    case 'openFile':
      return await openFile(place, wish.path, wish.line);
    case 'reviewChanges':
      return await reviewChanges();
    case 'openWorkLog':
      return await openRendered(place, 'work-log.md');
    case 'openTodoFile':
      return await openRendered(place, 'todo.md');
    case 'openIssues':
      return await openRendered(place, 'sync-issues.md');
    case 'copyProof':
      return await copyProof(place);
    case 'exportReport':
      await exportReport(tools, place, undefined);
      return;
  }
}

async function changeFolder({ desk }: Tools): Promise<void> {
  const place = await pickPlace(desk.missions.places);
  if (place) await desk.surfaces.dashboard.open({ key: place.key, focus: true });
}
