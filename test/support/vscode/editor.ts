/**
 * A real VS Code for a test: VS Code’s own server on loopback with its extension host, and its workbench in Chromium. Nothing
 * of a person’s settings, extensions or OpenCode is touched: all of it lives in the scratch folder.
 *
 *     await onStage(scenario, async ({ place }) => {
 *       await withEditor({ place }, async (editor) => {
 *         await editor.run('Orchestrator: Start Mission');
 *         await editor.answer('Build it');
 *         await editor.webview().getByRole('heading', { name: 'Build it' }).waitFor();
 *         await editor.screenshot('dashboard-light');
 *       });
 *     });
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { root, type Scratch } from '../scratch';
import { openBrowser, type Viewport } from './browser';
import { startDriver, type Driver } from './driver';
import { findTools } from './install';
import * as palette from './palette';
import { startServer, type Server, type Theme } from './server';

/** What `withEditor` opens. */
export interface EditorOptions {
  /** The scratch folder whose workspace is opened; the scripted model is `scriptedModel(place, …)`’s matter. */
  readonly place: Scratch;
  /** A packaged extension to install; without it the checkout runs as an extension under development (from dist/). */
  readonly vsix?: string;
  /** The folder or .code-workspace file to open; the scratch workspace unless told. */
  readonly open?: string;
  /** User settings. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Settings of machine scope, over `orchestrator.opencode.path`, which is the real OpenCode. */
  readonly machineSettings?: Readonly<Record<string, unknown>>;
  /** "Default Dark Modern" unless told. */
  readonly theme?: Theme;
  /** 1400 × 900 unless told. */
  readonly viewport?: Viewport;
  /** False: workspace trust is on and the folder is not trusted. */
  readonly trust?: boolean;
  /** False: the helper extension is left out (`execute`, `configure`, `missions` and `isActive` then never answer). */
  readonly driver?: boolean;
  /** For the extension host, over the scratch’s environment. */
  readonly env?: NodeJS.ProcessEnv;
}

/** What a process has used since the reading before; times in milliseconds, `p99Ms` and `mostMs` of its event loop’s delay. */
export interface Metered {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly p99Ms: number;
  readonly mostMs: number;
  readonly rssBytes: number;
}

/** What a process holds, in bytes, once what nobody holds is gone. */
export interface Held {
  readonly heapBytes: number;
  readonly rssBytes: number;
}

/** One VS Code window that a test or the demo drives. */
export interface Editor {
  readonly page: Page;
  readonly url: string;
  readonly server: Server;
  /** Runs a command as a person does, by its title in the palette ("Orchestrator: Start Mission"). */
  run(title: string): Promise<void>;
  /** Whether the palette offers a command with exactly this title. */
  offers(title: string): Promise<boolean>;
  /** Types into the quick input (or picks the item of this text) that is open, and confirms. */
  answer(text: string): Promise<void>;
  /** Runs a command by its id in the extension host; what it returns, as JSON. */
  execute(command: string, ...args: readonly unknown[]): Promise<unknown>;
  /** Changes a setting while the window is open. */
  configure(key: string, value: unknown, target?: 'Global' | 'Workspace'): Promise<void>;
  /** The extension’s exported `missions()`; undefined until it is active. */
  missions(): Promise<unknown>;
  /** Whether the extension is active. */
  isActive(): Promise<boolean>;
  /** Activates the extension, or another one, which must not be active; the milliseconds that it took, its file read and run included. */
  activate(extension?: string): Promise<number>;
  /** What the extension host has used since the last call. */
  measure(): Promise<Metered>;
  /** What the extension host holds once what nobody holds is gone. */
  heap(): Promise<Held>;
  /** The texts of the notifications (toasts) that are shown. */
  notifications(): Promise<string[]>;
  /** The notification (toast) that holds a text; press its buttons with `.getByRole('button', { name })`. */
  notification(text: string | RegExp): Locator;
  /** A modal dialog. */
  dialog(): Locator;
  /** The status bar’s items: their texts as a screen reader has them. */
  statusBar(): Promise<string[]>;
  /** The status bar item that holds a text; a click on it runs its command. */
  statusItem(text: string | RegExp): Locator;
  /** The rows of a view’s tree or list that are shown, by the view’s title ("TODO"). */
  rows(view: string): Locator;
  /** The document of the webview that is in front. With several, `nth` counts from 0. */
  webview(nth?: number): FrameLocator;
  /** Waits until VS Code has stored that an editor with this in its name is open: in a browser it does so every few seconds. */
  stored(text: string): Promise<void>;
  /** Reloads the window and waits for its workbench and, with the driver, its extension host. */
  reload(): Promise<void>;
  /** Changes the size of the window. */
  resize(width: number, height: number): Promise<void>;
  /** A picture of the window in test/artefacts/<name>.png; returns its path. */
  screenshot(name: string): Promise<string>;
  /** What the extension has written to its log channel. */
  log(): string;
}

/** Opens a window, acts in it, and ends it with every process that it started. Pictures a window in which a test failed. */
export async function withEditor<T>(options: EditorOptions, act: (editor: Editor) => Promise<T>): Promise<T> {
  const opened = await openEditor(options);
  try {
    return await act(opened.editor);
  } catch (error) {
    await opened.onFailure(error);
    throw error;
  } finally {
    await opened.close();
  }
}

/** A window, and how it is ended. */
export interface OpenedEditor {
  readonly editor: Editor;
  /** Pictures the window and says where the picture is. */
  onFailure(error: unknown): Promise<void>;
  close(): Promise<void>;
}

/** Opens a window that stays open until it is closed. */
export async function openEditor(options: EditorOptions): Promise<OpenedEditor> {
  const tools = findTools();
  const driver = options.driver === false ? undefined : await startDriver();
  const closers: (() => Promise<void>)[] = driver ? [() => driver.close()] : [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const env = { ...options.env, ...driver?.env };
    const server = await startServer({ ...options, tools, env, helper: driver !== undefined });
    closers.push(() => server.close());
    const browser = await openBrowser(tools, options.viewport);
    closers.push(() => browser.close());
    const url = windowUrl(server, options);
    const up = driver?.next();
    await browser.page.goto(url);
    await workbench(browser.page);
    await up;
    const editor = editorOn(browser.page, url, server, driver);
    return { editor, close, onFailure: (error) => onFailure(editor, browser.log(), error) };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Where a window is opened: the folder or workspace file, and the extension under development unless one is installed. */
export function windowUrl(
  server: Pick<Server, 'origin' | 'port'>,
  { place, open = place.workspace, vsix }: Pick<EditorOptions, 'place' | 'open' | 'vsix'>,
  payload: readonly (readonly [string, string])[] = [],
): string {
  const remote = (file: string): string => `vscode-remote://127.0.0.1:${server.port}${encodeURI(file)}`;
  const development = vsix === undefined ? [['extensionDevelopmentPath', remote(root.replace(/\/$/, ''))]] : [];
  const all = [...development, ...payload.map(([key, value]) => [key, value.startsWith('/') ? remote(value) : value])];
  const url = new URL(server.origin);
  url.searchParams.set(open.endsWith('.code-workspace') ? 'workspace' : 'folder', open);
  url.searchParams.set('payload', JSON.stringify([...all, ['skipWelcome', 'true']]));
  return url.href;
}

/** Waits until the workbench has drawn itself. */
async function workbench(page: Page): Promise<void> {
  await page.locator('.monaco-workbench .part.statusbar .statusbar-item').first().waitFor({ timeout: 60_000 });
}

function editorOn(page: Page, url: string, server: Server, driver: Driver | undefined): Editor {
  page.on('dialog', (dialog) => void dialog.accept().catch(() => undefined));
  const ask = async (question: string, rest?: Readonly<Record<string, unknown>>): Promise<unknown> => {
    if (!driver) throw new Error('this window was opened without the helper extension');
    return await driver.ask(question, rest);
  };
  const toasts = page.locator('.notifications-toasts .notification-list-item');
  const items = page.locator('.part.statusbar .statusbar-item:visible');
  return {
    page,
    url,
    server,
    run: (title) => palette.runCommand(page, title),
    offers: (title) => palette.offersCommand(page, title),
    answer: (text) => palette.answerInput(page, text),
    execute: (command, ...args) => ask('execute', { command, args }),
    configure: async (key, value, target = 'Global') => {
      await ask('configure', { key, value, target });
    },
    missions: async () => (await ask('missions')) ?? undefined,
    isActive: async () => (await ask('active')) === true,
    activate: async (extension) => (await ask('activate', { extension })) as number,
    measure: async () => (await ask('measure')) as Metered,
    heap: async () => (await ask('heap')) as Held,
    notifications: () => toasts.locator('.notification-list-item-message').allInnerTexts(),
    notification: (text) => toasts.filter({ hasText: text }),
    dialog: () => page.locator('.monaco-dialog-box'),
    statusBar: async () => {
      const all = await items.all();
      return await Promise.all(all.map(async (item) => (await item.getAttribute('aria-label')) ?? item.innerText()));
    },
    statusItem: (text) => items.filter({ hasText: text }),
    rows: (view) => page.getByRole('tree', { name: view }).getByRole('treeitem'),
    webview: (nth = 0) =>
      page.locator('iframe.webview:visible').nth(nth).contentFrame().locator('iframe:visible').contentFrame(),
    stored: async (text) => {
      // Not waitForFunction: to it, the promise itself is true.
      for (let waited = 0; !(await page.evaluate(isStored(text))); waited += 250) {
        if (waited >= 60_000) throw new Error(`VS Code has not stored that ${text} is open.`);
        await page.waitForTimeout(250);
      }
    },
    reload: async () => {
      const up = driver?.next();
      await page.reload();
      await workbench(page);
      await up;
    },
    resize: (width, height) => page.setViewportSize({ width, height }),
    screenshot: async (name) => {
      const file = artefact(`${name}.png`);
      await page.screenshot({ path: file, animations: 'disabled' });
      return file;
    },
    log: () => server.log(),
  };
}

/** Whether what VS Code has stored of its open editors holds a text, as an expression for the page. */
function isStored(text: string): string {
  return `(async () => {
    const done = (request) => new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    let found = false;
    for (const { name } of await indexedDB.databases()) {
      const database = await done(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        const editors = database.transaction(store).objectStore(store).get('memento/workbench.parts.editor');
        if (String(await done(editors)).includes(${JSON.stringify(text)})) found = true;
      }
      database.close();
    }
    return found;
  })()`;
}

/** Where a test leaves what a person may want to look at. */
export function artefact(name: string): string {
  const file = path.join(root, 'test', 'artefacts', name);
  mkdirSync(path.dirname(file), { recursive: true });
  return file;
}

async function onFailure(editor: Editor, log: readonly string[], error: unknown): Promise<void> {
  const picture = await editor.screenshot(`failure-${Date.now()}`).catch(() => undefined);
  if (picture !== undefined) console.log(`       the window in which this failed: ${picture}`);
  const told = log.filter((line) => /orchestrator|^uncaught: /.test(line)).slice(-10);
  if (told.length > 0) console.log(told.map((line) => `       ${line.slice(0, 300)}`).join('\n'));
  if (error instanceof Error && editor.log() !== '') console.log(editor.log().split('\n').slice(-20).join('\n'));
}
