/** What the tests of the editor have in common: a window of their own, and what a person does and sees in it. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Frame, FrameLocator, Locator } from 'playwright-core';
import type { MissionState } from '../../../src/core/mission/state';
import { serversLeft, stateOnDisk } from '../e2e';
import type { Model } from '../model/model';
import type { Scenario } from '../model/scenario';
import { scratch, scriptedModel, type Scratch } from '../scratch';
import { openEditor, type Editor, type EditorOptions, type OpenedEditor } from './editor';
import { packagedVsix } from './package';

/** How long a person would wait, on a machine that does much else. */
export const patienceMs = 90_000;
/** What one `it` may take; mocha’s own limit. */
export const testMs = 240_000;
const pollMs = 100;

/** A window on a scratch repository with a scripted model, the packaged extension installed. */
export interface Window {
  readonly place: Scratch;
  readonly model: Model;
  readonly editor: Editor;
}

export interface WindowOptions extends Omit<EditorOptions, 'place' | 'vsix'> {
  readonly scenario: Scenario;
  /** Merged over the repository’s `opencode.json`. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Puts into the repository what is to be there before the window opens. */
  readonly prepare?: (place: Scratch) => void;
}

/** One window for all tests of the suite in which this is called. Pictures it when a test fails; asserts that no server is left. */
export function inWindow({ scenario, config, prepare, ...options }: WindowOptions): () => Window {
  let window: Window | undefined;
  let opened: OpenedEditor | undefined;
  let failed = false;

  before(async function () {
    this.timeout(testMs);
    const vsix = await packagedVsix();
    const place = scratch();
    prepare?.(place);
    const model = await scriptedModel(place, scenario, config);
    try {
      opened = await openEditor({ ...options, place, vsix });
      window = { place, model, editor: opened.editor };
    } catch (error) {
      await model.close();
      place.remove();
      throw error;
    }
  });
  afterEach(async function () {
    this.timeout(testMs);
    if (this.currentTest?.state !== 'failed') return;
    failed = true;
    await opened?.onFailure(this.currentTest.err);
    if (window) console.log(lastRecords(window.place));
    // The next test finds no mission at work.
    await opened?.editor.execute('orchestrator.stopMission').catch(() => undefined);
  });
  after(async function () {
    this.timeout(testMs);
    if (!window) return;
    const { place, model } = window;
    const left = serversLeft(place);
    await opened?.close();
    await model.close();
    place.remove();
    // A test that failed in mid-mission leaves one, which says nothing.
    if (!failed) assert.deepEqual(left, [], 'no server is left behind');
  });
  return () => window ?? assert.fail('there is no window');
}

/** How far the missions of a scratch repository came, for whoever reads a failure. */
function lastRecords({ workspace }: Scratch): string {
  const folder = path.join(workspace, '.opencode', 'orchestrator');
  const missions = existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith('m-')) : [];
  return missions
    .map((mission) => path.join(folder, mission, 'journal.jsonl'))
    .filter((journal) => existsSync(journal))
    .map((journal) => readFileSync(journal, 'utf8').trim().split('\n').slice(-12))
    .map((lines) => lines.map((line) => `       ${line.slice(0, 200)}`).join('\n'))
    .join('\n');
}

/** Asks again and again until the answer is neither false nor nothing; throws with `what` after `timeoutMs`. */
export async function until<T>(
  what: string,
  ask: () => T | Promise<T>,
  timeoutMs = patienceMs,
): Promise<NonNullable<T>> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== null && (answer as unknown) !== false) return answer;
    if (Date.now() > end) throw new Error(`${what}: not within ${timeoutMs / 1000} s`);
    await sleep(pollMs);
  }
}

/** Starts a mission from the palette; its dashboard is up then. Returns the mission’s id. */
export async function startMission({ editor, place }: Window, text: string): Promise<string> {
  const known = missions(place);
  await editor.run('Orchestrator: Start Mission');
  await editor.answer(text);
  const page = dashboard(editor);
  await page.getByRole('heading', { name: text, exact: true }).waitFor({ timeout: patienceMs });
  return await until('the mission is on disk', () => missions(place).find((id) => !known.includes(id)));
}

/** The dashboard’s page. */
export function dashboard(editor: Editor): FrameLocator {
  return editor.webview();
}

/** The dashboard’s page as a frame, in which a test may look by itself. */
export async function dashboardFrame({ page }: Editor): Promise<Frame> {
  return await until('the dashboard is among the frames', async () => {
    for (const frame of page.frames()) {
      const isOurs = await frame
        .locator('#root .panel:visible')
        .count()
        .catch(() => 0);
      if (isOurs > 0) return frame;
    }
    return undefined;
  });
}

/** When a page came and painted, in milliseconds since the epoch. */
export interface Paint {
  /** Its document, and its script, were there; a page without a script file has none. */
  readonly origin: number;
  readonly script: number | undefined;
  readonly painted: number;
}

/** Asks the page that is in front itself: it is blank until it has the mission, which it then draws whole. */
export async function paintOf(editor: Editor): Promise<Paint> {
  const frame = await dashboardFrame(editor);
  return await until('the page has painted', async () => {
    const { origin, script, painted } = await frame.evaluate<{ origin: number; script?: number; painted?: number }>(`({
      origin: performance.timeOrigin,
      script: performance.getEntriesByType('resource').find(({ name }) => name.includes('webview.js'))?.responseEnd,
      painted: performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
    })`);
    if (painted === undefined) return undefined;
    return { origin, script: script && origin + script, painted: origin + painted };
  });
}

/** The row of an agent, by its name (`Commander`, `T1`) or whatever else it says. */
export function agentRow(editor: Editor, text: string | RegExp): Locator {
  return dashboard(editor).getByRole('treegrid', { name: 'Agents' }).getByRole('row').filter({ hasText: text });
}

/** What every row of the tree of agents says of its place: level, session or group, and name. */
export async function agentTree(editor: Editor): Promise<string[]> {
  const frame = await dashboardFrame(editor);
  return await frame.evaluate<string[]>(`[...document.querySelectorAll('.agent-table [data-row]')].map((row) =>
    [row.ariaLevel, row.dataset.row, row.querySelector('[role=gridcell]')?.textContent].join(' '))`);
}

/** A TODO of the dashboard’s list; `checked` waits for its tick or for its absence. */
export function todoRow(editor: Editor, todo: string, checked?: boolean): Locator {
  const tree = dashboard(editor).getByRole('tree', { name: 'TODO' });
  const row = tree.getByRole('treeitem', {
    name: new RegExp(`^${todo}\\b`),
    ...(checked === undefined ? {} : { checked }),
  });
  return row.first();
}

/** Waits until the dashboard’s header says the mission’s state: `Sealed`, `Stopped (4 of 4 confirmed)`. */
export async function headerSays(editor: Editor, state: string | RegExp): Promise<string> {
  const header = dashboard(editor).locator('.header-state').filter({ hasText: state });
  await header.waitFor({ timeout: patienceMs });
  return (await header.innerText()).trim();
}

/** What VS Code tells in notifications: under the smoke-test driver they come into its list only, and none pops up. */
export async function messages(editor: Editor): Promise<string[]> {
  const list = editor.page.locator('.notifications-center.visible');
  await editor.execute('notifications.showList');
  await list.waitFor();
  const texts = await list.locator('.notification-list-item-message').allInnerTexts();
  await editor.execute('notifications.hideList');
  return texts;
}

/** Presses a button of the newest notification that says this. */
export async function pressInMessage(editor: Editor, text: RegExp, button: string): Promise<void> {
  await editor.execute('notifications.showList');
  const item = editor.page.locator('.notifications-center.visible .notification-list-item').filter({ hasText: text });
  await item.first().getByRole('button', { name: button }).click();
  await editor.execute('notifications.hideList');
}

/** Shows our container in the side bar, by its icon in the activity bar. */
export async function showViews(editor: Editor): Promise<void> {
  const tab = editor.page.locator('.activitybar').getByRole('tab', { name: /^Orchestrator/ });
  await tab.waitFor();
  if ((await tab.getAttribute('aria-expanded')) !== 'true') await tab.click();
  await editor.page.locator('.pane-header').filter({ hasText: /^TODO/ }).waitFor();
}

/** A row of one of our native trees. */
export function treeRow(editor: Editor, view: string, text: string | RegExp): Locator {
  return editor.rows(view).filter({ hasText: text }).first();
}

/** Does what a native tree’s row offers in its context menu. */
export async function fromMenu(editor: Editor, row: Locator, item: string): Promise<void> {
  await row.click({ button: 'right' });
  const menu = editor.page.locator('.monaco-menu:visible');
  const line = menu.getByRole('menuitem', { name: item, exact: true });
  await line.waitFor();
  // In its first moment a menu takes no click: it may be the one that opened it.
  await until(`the menu takes ${item}`, async () => {
    await line.click({ timeout: 1_000 }).catch(() => undefined);
    return (await line.count()) === 0;
  });
}

/** Types into the dashboard’s message box and sends it. */
export async function say(editor: Editor, text: string): Promise<void> {
  const box = messageBox(editor);
  await box.click();
  await box.pressSequentially(text);
  await box.press('Enter');
}

/** The dashboard’s message box. */
export function messageBox(editor: Editor): Locator {
  return dashboard(editor).locator('.composer').getByRole('combobox');
}

/** The missions that are on disk. */
export function missions(place: Scratch): string[] {
  const folder = path.join(place.workspace, '.opencode', 'orchestrator');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => statSync(path.join(folder, name)).isDirectory() && name !== 'archive');
}

/** Waits until a mission’s journal folds to a state that fits. */
export async function onDisk(
  place: Scratch,
  mission: string,
  what: string,
  fits: (state: MissionState) => boolean,
): Promise<MissionState> {
  return await until(what, () => {
    const state = stateOnDisk(place, mission);
    return fits(state) ? state : undefined;
  });
}

/** Asserts that a mission is sealed on disk with every TODO proven. */
export async function assertSealed(place: Scratch, mission: string): Promise<MissionState> {
  const state = await onDisk(place, mission, 'the journal says sealed', ({ end }) => end !== undefined);
  assert.equal(state.end?.state, 'sealed', state.end?.reason);
  return state;
}

/** Waits until nothing that a mission starts is alive: no OpenCode server, no lease of one, no shell of an agent. */
export async function assertNobodyWorks({ editor, place, model }: Window): Promise<void> {
  await until(
    `nothing of the mission is alive (left: ${missionProcesses(editor).join('; ')})`,
    () => missionProcesses(editor).length === 0 && serversLeft(place).length === 0,
    patienceMs,
  );
  assert.equal(model.inFlight, 0, 'no session is busy');
}

/** What runs of a mission, as `ps` shows it: OpenCode’s servers and the shells of agents. */
export function missionProcesses(editor: Editor): string[] {
  const pids = editor.server.processes();
  if (pids.length === 0) return [];
  return commandLines(pids).filter((line) => /\bopencode\S* serve\b|\bsleep 9\d\d\b/.test(line));
}

/** Whether an extension host of the editor’s server lives. */
export function hasExtensionHost(editor: Editor): boolean {
  return extensionHosts(editor).length > 0;
}

function extensionHosts(editor: Editor): number[] {
  return commandLines(editor.server.processes())
    .filter((line) => line.includes('--type=extensionHost'))
    .map((line) => Number.parseInt(line, 10));
}

/** Does something while the extension host answers only now and then, as on a machine that has no time for it. */
export async function withSlowHost(editor: Editor, act: () => Promise<void>): Promise<void> {
  const hosts = extensionHosts(editor);
  const done = new AbortController();
  const slowly = (async () => {
    while (!done.signal.aborted) {
      for (const pid of hosts) process.kill(pid, 'SIGSTOP');
      await sleep(400);
      for (const pid of hosts) process.kill(pid, 'SIGCONT');
      await sleep(60);
    }
  })();
  try {
    await act();
  } finally {
    done.abort();
    await slowly;
  }
}

function commandLines(pids: readonly number[]): string[] {
  try {
    const args = ['-ww', '-o', 'pid=,args=', '-p', pids.join(',')];
    return execFileSync('ps', args, { encoding: 'utf8' }).trim().split('\n');
  } catch {
    return []; // all of them have ended
  }
}

/** Asserts that no attempt had two sessions or two prompts, and no iteration two turns of the Commander. */
export function assertPromptedOnce(model: Model): void {
  const turns = model.turnsOf().filter(({ role }) => role !== 'chat');
  const names = turns.map(({ role, todo, attempt, session, calls: [call] }) => {
    const of = role === 'commander' ? `${session} iteration ${call?.iteration ?? '?'}` : (call?.parent ?? session);
    return `${role} ${todo ?? ''} attempt ${attempt} of ${of}`;
  });
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  assert.deepEqual(twice, [], 'nothing is prompted twice');
}

/** Presses a button of an ask until it is taken: in the first moment the strip takes none, so that nobody answers what was not there. */
export async function answered(button: Locator): Promise<void> {
  await until('the answer is taken', async () => {
    await button.click({ timeout: 2_000 }).catch(() => undefined);
    return (await button.count()) === 0 || (await button.isDisabled({ timeout: 500 }).catch(() => true));
  });
}

/** Opens a file of the workspace by its name, however often something takes the focus from the list of files. */
export async function openFile(editor: Editor, file: string): Promise<void> {
  const { page } = editor;
  const name = file.split('/').at(-1) ?? file;
  const row = page.locator('.quick-input-widget .monaco-list-row').filter({ hasText: name }).first();
  await until(`${file} is open`, async () => {
    const closed = editor.execute('workbench.action.quickOpen', file).catch(() => undefined);
    const isTaken = await row.click({ timeout: 5_000 }).then(
      () => true,
      () => false,
    );
    if (!isTaken) await page.keyboard.press('Escape');
    await closed;
    return isTaken && (await page.getByRole('tab', { name }).count()) > 0;
  });
}
