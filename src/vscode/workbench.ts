import path from 'node:path';
import * as vscode from 'vscode';
import { status, type MissionStatus } from '../core/mission/select';
import { act } from './actions/act';
import { note } from './actions/course';
import { start } from './actions/start';
import { placeFor, type Tools } from './actions/tools';
import { adoptUnfinished } from './adopt';
import { announce } from './announce';
import type { CommandTable } from './commandTable';
import { registerCommands } from './commands';
import { complain } from './complain';
import { contextKeys } from './contextKeys';
import { registerDashboard } from './dashboard/register';
import type { DashboardSurface, Desk, Log, Part, Place, Surfaces, TranscriptSurface } from './desk';
import { DeskError, told } from './errors';
import { keptTexts } from './keptTexts';
import { openLog } from './log';
import { openMissions } from './missions';
import { paced } from './pace';
import { serverPassword } from './password';
import { settingsReader } from './settings';
import { takeStarts } from './starts';
import { statusBar } from './statusBar';
import { systemClock } from './timer';
import { registerBlame } from './blame/register';
import { registerTrees } from './changes';
import { registerTranscripts } from './transcripts/register';
import { registerViews } from './views/register';

/** At most so often the export tells of a mission’s changes. */
const exportMs = 250;

/** The loaded extension. */
export interface Workbench {
  missions(): MissionStatus[];
  complain(error: unknown): void;
  /** Ends what has a lifetime, the missions last; within 4 s. */
  close(): Promise<void>;
}

/** Puts the parts together. One that cannot be put up is logged and missed; the others stand without it. */
export function openWorkbench(
  context: vscode.ExtensionContext,
  commands: CommandTable,
  changed: (status: MissionStatus) => void,
): Workbench {
  const password = serverPassword(context.secrets, process.env);
  const log = openLog(() => password.secrets());
  const settings = settingsReader();
  const bridge = path.join(context.extensionPath, 'dist', 'bridge.mjs');
  const missions = openMissions({ bridge, env: password.env, settings, log });
  const parts: Part[] = [];
  const surfaces: { -readonly [K in keyof Surfaces]: Surfaces[K] } = {
    dashboard: missingDashboard,
    transcripts: missingTranscripts,
  };
  const desk: Desk = {
    ...{ context, clock: systemClock, log, missions, settings, surfaces },
    start: (key, text) => start(tools, key, text),
    act: (key, wish) => act(tools, key, wish),
    async note(key, text, to) {
      const place = await placeFor(tools, key);
      if (place) await note(place, text, to);
    },
    sentence(error) {
      const { kind, sentence } = told(error);
      if (kind === 'defect') log.error(sentence, error);
      return sentence;
    },
    complain: (error, again) => complain(tools, error, again),
    command: (id, run) => commands.set(id, run),
  };
  const tools: Tools = { desk, kept: keptTexts(context.workspaceState), password };
  const putUp = (name: string, part: () => Part | readonly Part[] | undefined): void => {
    try {
      const made = part();
      if (made) parts.push(...('dispose' in made ? [made] : made));
    } catch (error) {
      log.error(`The part ${name} could not be put up.`, error);
    }
  };

  putUp('commands', () => registerCommands(tools));
  putUp('dashboard', () => void (surfaces.dashboard = registerDashboard(desk)));
  putUp('transcripts', () => void (surfaces.transcripts = registerTranscripts(desk)));
  putUp('trees', () => registerTrees(missions));
  putUp('who wrote a line', () => registerBlame(desk));
  putUp('views', () => {
    registerViews(desk);
  });
  putUp('context keys', () => contextKeys(desk));
  putUp('status bar', () => statusBar(desk));
  putUp('notifications', () => announce(tools));
  putUp('export', () => exported(desk, changed));
  putUp('starts from the terminal', () => takeStarts(desk));
  putUp('unfinished missions', () => adoptUnfinished(desk, password));

  return {
    missions: () => missions.places.flatMap(({ folder }) => (folder.mission ? [status(folder.mission)] : [])),
    complain: (error) => complain(tools, error),
    async close() {
      for (const part of parts.splice(0).reverse()) disposeSafely(part, log);
      await missions.close();
      settings.dispose();
      log.dispose();
    },
  };
}

/** Tells of each mission that changed, at a bounded pace. */
function exported({ missions, clock }: Desk, changed: (status: MissionStatus) => void): Part {
  const touched = new Set<Place>();
  const soon = paced(clock, exportMs, () => {
    for (const { folder } of touched) if (folder.mission) changed(status(folder.mission));
    touched.clear();
  });
  const touch = (place: Place): void => {
    touched.add(place);
    soon.ask();
  };
  const watches = [missions.onDidChange(touch), missions.onDidRecord(({ place }) => touch(place)), soon];
  return vscode.Disposable.from(...watches);
}

function disposeSafely(part: Part, log: Log): void {
  try {
    part.dispose();
  } catch (error) {
    log.error('A part did not end cleanly.', error);
  }
}

function missing(): never {
  throw new DeskError('input', vscode.l10n.t('This part of the Orchestrator could not start; the log says why.'));
}

const missingDashboard: DashboardSurface = {
  open: async () => missing(),
  shows: () => false,
  playDemo: async () => missing(),
};
const missingTranscripts: TranscriptSurface = { open: async () => missing() };
