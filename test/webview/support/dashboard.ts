import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import type { HostMessage } from '../../../src/protocol/hostMessages';
import { viewMessageSchema, type Act, type ViewMessage } from '../../../src/protocol/viewMessages';
import { sharedBrowser } from './browser';
import { snapshotOf, type Scene } from './scenes';
import type { Site } from './site';
import { defaultSheet, readTheme, type ThemeName } from './themes';

/** How a page is opened. */
export interface Looks {
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  /** Not set: nothing moves, as on a machine that wants it so. */
  readonly reducedMotion?: boolean;
  /** The clocks stand still. */
  readonly isFrozen?: boolean;
  /** The page’s timers and clocks go on only as the test says, by `page.clock`. */
  readonly isManual?: boolean;
  /** Font families for words and commands, in place of the theme’s. */
  readonly fonts?: { readonly text: string; readonly code: string };
  /** The page’s stored state, as a reload finds it. */
  readonly saved?: Readonly<Record<string, unknown>>;
}

/** What a host answers to what the page asks; undefined: it was done, or a snapshot where that is asked for. */
export type Answers = (message: ViewMessage) => { ok: boolean; sentence?: string } | 'silence' | undefined;

/** The dashboard in a browser, with the test in the extension’s place. */
export interface Dashboard {
  readonly page: Page;
  /** All that the page said, checked by the schema that the host checks it with. */
  readonly said: ViewMessage[];
  /** What went wrong on the page: errors, refused resources, dialogs. */
  readonly faults: string[];
  send(message: HostMessage): Promise<void>;
  /** Sends whatever it is. */
  sendRaw(message: unknown): Promise<void>;
  /** The acts that the page asked for so far. */
  acts(): Act[];
  /** Waits until the page has said something of the kind. */
  heard(is: (message: ViewMessage) => boolean): Promise<ViewMessage>;
  /** Changes to another theme, in place. */
  paint(theme: ThemeName): Promise<void>;
  /** Asks the page’s side a question, or what a text of JavaScript is worth there. */
  readonly ask: <T>(question: string) => Promise<T>;
  close(): Promise<void>;
}

/** Tests are transpiled in a way that the page would not understand, so that its side is plain text. */
const pageSide = readFileSync(path.join(import.meta.dirname, 'pageSide.mjs'), 'utf8');

/** Wide and plain fonts; the design’s own where the machine has them. */
const fonts = { text: '"Inter", system-ui, sans-serif', code: '"JetBrains Mono", "DejaVu Sans Mono", monospace' };

/** Opens the dashboard over a scene; it is drawn when this resolves. */
export async function openDashboard(
  site: Site,
  scene: Scene,
  looks: Looks = {},
  answers: Answers = () => undefined,
): Promise<Dashboard> {
  const browser = await sharedBrowser();
  const { width = 1400, height = 900 } = looks;
  const context = await browser.newContext({
    viewport: { width, height },
    timezoneId: 'UTC',
    locale: 'en-GB',
    reducedMotion: looks.reducedMotion === false ? 'no-preference' : 'reduce',
  });
  const page = await context.newPage();
  const said: ViewMessage[] = [];
  const faults: string[] = [];
  const waiting = new Set<() => void>();
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(`console: ${message.text()}`);
  });
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('requestfailed', (request) => faults.push(`request: ${request.url()}`));

  const sendRaw = (message: unknown): Promise<void> => page.evaluate(`view.give(${JSON.stringify(message)})`);
  const send = (message: HostMessage): Promise<void> => sendRaw(message);
  const take = async (raw: unknown): Promise<void> => {
    const message = viewMessageSchema.parse(raw);
    said.push(message);
    for (const wake of [...waiting]) wake();
    const answer = answers(message);
    if (answer === 'silence' || message.type === 'watch') return;
    if (message.type === 'ready' || message.type === 'resync') return send(snapshotOf(scene));
    return send({ type: 'done', id: message.id, ...(answer ?? { ok: true }) });
  };
  await page.exposeFunction('toHost', (raw: unknown) => {
    // A page that is closed meanwhile needs no answer.
    take(raw).catch((error: unknown) => {
      if (!page.isClosed()) faults.push(`host: ${String(error)}`);
    });
  });
  const given = { ...themeOf(looks), sheet: defaultSheet(), saved: looks.saved ?? {} };
  await page.addInitScript(`globalThis.givenByTest = ${JSON.stringify(given)};\n(() => {${pageSide}})();`);
  if (looks.isFrozen === true) await page.clock.setFixedTime(scene.now);
  if (looks.isManual === true) await page.clock.install({ time: scene.now });
  await page.goto(site.url);
  await page.evaluate('view.drawn');
  await page.evaluate('view.settled()');
  return {
    page,
    said,
    faults,
    send,
    sendRaw,
    acts: () => said.flatMap((message) => (message.type === 'act' ? [message.act] : [])),
    heard: (is) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(look);
          reject(new Error(`The page never said it; it said ${JSON.stringify(said.slice(-5))}.`));
        }, 5_000);
        const look = (): void => {
          const found = said.find(is);
          if (!found) return;
          clearTimeout(timer);
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
    paint: (theme) => page.evaluate(`view.paint(${JSON.stringify(themeOf({ ...looks, theme }))})`),
    ask: (question) => page.evaluate(question),
    close: () => context.close(),
  };
}

function themeOf(looks: Looks) {
  const theme = readTheme(looks.theme ?? 'dark');
  const chosen = looks.fonts ?? fonts;
  const variables = {
    ...theme.variables,
    '--vscode-font-family': chosen.text,
    '--vscode-editor-font-family': chosen.code,
  };
  const classes = looks.reducedMotion === false ? theme.classes : `${theme.classes} vscode-reduce-motion`;
  return { variables, classes, kind: theme.kind, id: theme.id };
}
