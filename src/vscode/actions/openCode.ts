import * as vscode from 'vscode';
import { checkUrl } from '../../opencode/address';
import { askText } from '../askLine';
import type { Place } from '../desk';
import { told } from '../errors';
import { tryStart } from './start';
import type { Tools } from './tools';

const install = 'npm install -g opencode-ai';
const site = 'https://opencode.ai/docs';

/** Installs OpenCode where the person sees it: in a terminal, with npm. Looks again when the command has ended. */
export function installOpenCode(tools: Tools): void {
  const terminal = vscode.window.createTerminal({ name: vscode.l10n.t('Install OpenCode') });
  terminal.show();
  terminal.sendText(install, true);
  const watches: vscode.Disposable[] = [];
  const over = (): void => {
    for (const watch of watches.splice(0)) watch.dispose();
    void lookQuietly(tools);
  };
  watches.push(
    vscode.window.onDidEndTerminalShellExecution((event) => {
      if (event.terminal === terminal) over();
    }),
    vscode.window.onDidCloseTerminal((closed) => {
      if (closed === terminal) over();
    }),
  );
}

/** Tells a person more about OpenCode. */
export async function learnMore(): Promise<void> {
  await vscode.env.openExternal(vscode.Uri.parse(site));
}

/** Lets a person choose the executable and sets its path. */
export async function chooseOpenCodePath(tools: Tools): Promise<void> {
  const chosen = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Choose the OpenCode Executable'),
    openLabel: vscode.l10n.t('Use'),
    canSelectFiles: true,
    canSelectFolders: false,
  });
  const [file] = chosen ?? [];
  if (!file) return;
  await write('opencode.path', file.fsPath);
  await lookAgain(tools, undefined);
}

/** Asks for the address of a running server, and for its password, which goes into VS Code’s secret storage. */
export async function useServer(tools: Tools): Promise<void> {
  const { password } = tools;
  const configuration = vscode.workspace.getConfiguration('orchestrator');
  const url = await askText({
    title: vscode.l10n.t('Use a Server (1/2)'),
    prompt: vscode.l10n.t('Address of a running OpenCode server: http on this machine, else https. Empty: none.'),
    placeholder: 'http://127.0.0.1:4096',
    value: configuration.get<string>('server.url') ?? '',
    refuse: (text) => (text.trim() === '' ? undefined : refusal(tools, text.trim())),
  });
  if (url === undefined) return;
  if (url !== '') {
    const secret = await askText({
      title: vscode.l10n.t('Use a Server (2/2)'),
      prompt: vscode.l10n.t('Its password (OPENCODE_SERVER_PASSWORD). It is kept in VS Code’s secret storage.'),
      password: true,
    });
    if (secret === undefined) return;
    await password.store(secret);
  } else {
    await password.store('');
  }
  await write('server.url', url);
  await lookAgain(tools, undefined);
}

function refusal(tools: Tools, url: string): string | undefined {
  try {
    checkUrl(url, tools.password.env);
    return undefined;
  } catch (error) {
    return told(error).sentence;
  }
}

/** Looks for OpenCode once more and says what was found; a mission’s text that waits for it is offered again. */
export async function lookAgain(tools: Tools, place: Place | undefined): Promise<void> {
  const { desk, kept } = tools;
  const places = place ? [place] : desk.missions.places;
  const [first] = places;
  if (!first) return;
  await tools.password.ready;
  const found = await Promise.all(places.map((each) => each.look()));
  const missing = found.find((each) => !each.ok);
  if (missing) {
    desk.log.warn(missing.sentence);
    void offer(tools, missing.sentence, first);
    return;
  }
  const waiting = places.find((each) => kept.get(each.key) !== '' && !each.folder.mission);
  const begin = vscode.l10n.t('Start Mission');
  const actions = waiting ? [begin] : [];
  const pressed = await vscode.window.showInformationMessage(vscode.l10n.t('OpenCode was found.'), ...actions);
  if (waiting && pressed === begin) await tryStart(tools, waiting.key, kept.get(waiting.key));
}

/** The one message about an OpenCode that is not there; `again` begins what was wanted once more. */
export async function offer(tools: Tools, sentence: string, place?: Place, again?: () => void): Promise<void> {
  const actions: readonly (readonly [string, () => unknown])[] = [
    [vscode.l10n.t('Install'), () => installOpenCode(tools)],
    [vscode.l10n.t('Choose…'), () => chooseOrAttach(tools)],
    [vscode.l10n.t('Learn more'), learnMore],
    [vscode.l10n.t('Look Again'), again ?? (() => lookAgain(tools, place))],
  ];
  const pressed = await vscode.window.showWarningMessage(sentence, ...actions.map(([label]) => label));
  await actions.find(([label]) => label === pressed)?.[1]();
}

async function chooseOrAttach(tools: Tools): Promise<void> {
  const file = { label: vscode.l10n.t('Choose the Executable…'), act: chooseOpenCodePath };
  const server = { label: vscode.l10n.t('Use a Server…'), act: useServer };
  const picked = await vscode.window.showQuickPick([file, server], {
    placeHolder: vscode.l10n.t('Where is OpenCode?'),
  });
  await picked?.act(tools);
}

async function lookQuietly({ desk, kept }: Tools): Promise<void> {
  for (const place of desk.missions.places) {
    const found = await place.look();
    if (!found.ok) return;
    desk.log.info(`OpenCode was found for ${place.name}.`);
    if (kept.get(place.key) !== '') void desk.surfaces.dashboard.open({ key: place.key });
  }
}

/** These two settings hold for this machine: a workspace cannot set them. */
async function write(key: 'opencode.path' | 'server.url', value: string): Promise<void> {
  const target = vscode.ConfigurationTarget.Global;
  await vscode.workspace.getConfiguration('orchestrator').update(key, value === '' ? undefined : value, target);
}
