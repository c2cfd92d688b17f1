import { randomBytes } from 'node:crypto';
import { env, l10n, Uri, type Disposable, type WebviewPanel } from 'vscode';
import { firstLine } from '../../core/view/words';
import { plain } from '../../core/todo/text';
import type { Recorded } from '../../core/mission/facts';
import { protocolVersion, type HostMessage } from '../../protocol/hostMessages';
import type { Act } from '../../protocol/viewMessages';
import type { Desk, Place } from '../desk';
import { channel, type Channel, type Outcome } from './channel';
import { demoScene, type DemoScene } from './demoScene';
import { folderScene, type FolderScene } from './folderScene';
import { dashboardPage } from './html';
import { say } from './say';

const titleChars = 48;
/** The title of a panel that was made a moment ago. */
export const unnamed = '…';

/** What can be asked for while the demo is played: nothing that would act on a mission. */
const demoActs: ReadonlySet<Act['type']> = new Set<Act['type']>([
  ...(['newMission', 'playDemo', 'openSettings', 'showLog', 'lookAgain', 'installOpenCode'] as const),
  ...(['setOpenCodePath', 'useServer', 'manageTrust', 'openFolder', 'changeFolder'] as const),
]);

/** One dashboard: a webview panel, the scene it shows and the talk between them. It lives until the panel is closed. */
export class DashboardPanel {
  private readonly scene: FolderScene;
  private readonly channel: Channel;
  private demo: DemoScene | undefined;
  private isReloaded = false;
  /** It came back with a window, under the title of its mission, which may not be read yet. */
  private readonly isRestored: boolean;
  private readonly disposables: Disposable[] = [];

  constructor(
    readonly panel: WebviewPanel,
    private readonly desk: Desk,
    /** The folder’s key; empty while there is no folder. */
    private ownKey: string,
    private readonly retitled: () => void,
  ) {
    this.isRestored = panel.title !== unnamed;
    this.scene = folderScene(desk, () => this.place);
    this.channel = channel(this.scene, {
      clock: desk.clock,
      log: (sentence) => desk.log.warn(sentence),
      post: (message) => panel.webview.postMessage(message),
      visible: panel.visible,
      outdated: () => this.reload(),
      say: (text) => this.say(text),
      start: (text) => this.start(text),
      act: (act) => this.act(act),
    });
    const media = Uri.joinPath(desk.context.extensionUri, 'media');
    panel.iconPath = {
      light: Uri.joinPath(media, 'dashboard-light.svg'),
      dark: Uri.joinPath(media, 'dashboard-dark.svg'),
    };
    panel.webview.options = DashboardPanel.options(desk);
    this.disposables.push(
      panel.webview.onDidReceiveMessage((raw: unknown) => this.channel.receive(raw)),
      panel.onDidChangeViewState(() => this.channel.shown(panel.visible)),
      desk.missions.onDidChange(() => this.retitle()),
      desk.missions.onDidChangePlaces(() => this.retitle()),
    );
    this.retitle();
    this.load();
    if (this.place && this.place.openCode === undefined) void this.place.look().catch(() => undefined);
  }

  /** What a page of ours may do: run its script, and read what ships with the extension. */
  static options(desk: Desk): { enableScripts: true; localResourceRoots: Uri[] } {
    const root = desk.context.extensionUri;
    return { enableScripts: true, localResourceRoots: [Uri.joinPath(root, 'dist'), Uri.joinPath(root, 'media')] };
  }

  /** The folder’s key; empty while there is none. */
  get key(): string {
    return this.ownKey;
  }

  /** Puts the focus somewhere in the page, as soon as that can be. */
  show(what: Omit<Extract<HostMessage, { type: 'show' }>, 'type'>): void {
    this.endDemo();
    this.channel.show({ type: 'show', ...what });
  }

  /** Plays a recording until something else is wanted. */
  play(records: readonly Recorded[]): void {
    this.demo?.dispose();
    this.demo = demoScene(this.desk, () => this.place, records);
    this.channel.play(this.demo);
    this.retitle();
  }

  /** Goes back to the folder’s own mission. */
  endDemo(): void {
    if (!this.demo) return;
    this.demo.dispose();
    this.demo = undefined;
    this.channel.play(this.scene);
    this.retitle();
  }

  dispose(): void {
    this.channel.dispose();
    this.demo?.dispose();
    this.scene.dispose();
    for (const disposable of this.disposables) disposable.dispose();
  }

  private get place(): Place | undefined {
    const { missions } = this.desk;
    const place = missions.place(this.ownKey);
    if (place || this.ownKey !== '') return place;
    // A dashboard that was opened before there was a folder takes the first that comes.
    const first = missions.meant();
    if (first) this.ownKey = first.key;
    return first;
  }

  private retitle(): void {
    const text = this.demo ? undefined : this.place?.folder.mission?.text;
    const words = text === undefined ? '' : plain(firstLine(text), titleChars);
    const title = this.demo
      ? l10n.t('Mission: Demo')
      : words !== ''
        ? l10n.t('Mission: {0}', words)
        : this.place?.folder.mode === 'none' && this.isRestored
          ? this.panel.title
          : l10n.t('Mission');
    if (this.panel.title !== title) this.panel.title = title;
    this.retitled();
  }

  private load(): void {
    const { webview } = this.panel;
    const root = this.desk.context.extensionUri;
    const address = (file: string) => webview.asWebviewUri(Uri.joinPath(root, 'dist', file)).toString();
    webview.html = dashboardPage({
      source: webview.cspSource,
      nonce: randomBytes(24).toString('base64url'),
      script: address('webview.js'),
      styles: [address('webview.css')],
      title: this.panel.title,
      language: env.language,
      version: protocolVersion,
      translations: l10n.bundle ?? null,
    });
  }

  private reload(): void {
    if (this.isReloaded) return;
    this.isReloaded = true;
    this.desk.log.warn('The dashboard’s page is of another version; it is loaded anew.');
    this.channel.reset();
    this.load();
  }

  private async say(text: string): Promise<Outcome> {
    if (this.demo) return { ok: false, sentence: recording() };
    return await this.told(say(this.desk, this.place, text, (row) => this.scene.talk(row)));
  }

  private async start(text: string): Promise<Outcome> {
    const start = async (): Promise<Outcome> => {
      const place = this.place ?? (await this.desk.missions.pick());
      if (!place) return { ok: false };
      this.ownKey = place.key;
      await this.desk.start(place.key, text);
      this.endDemo();
      return { ok: true };
    };
    return await this.told(start());
  }

  private async act(act: Act): Promise<Outcome> {
    if (act.type === 'newMission') {
      this.show({ what: 'mission' });
      return { ok: true };
    }
    if (this.demo && !demoActs.has(act.type)) return { ok: false, sentence: recording() };
    const key = this.place?.key;
    return await this.told(this.desk.act(key, act).then((sentence) => ({ ok: true, sentence })));
  }

  /** A wish that failed as its one sentence. */
  private async told(wish: Promise<Outcome>): Promise<Outcome> {
    try {
      return await wish;
    } catch (error) {
      return { ok: false, sentence: this.desk.sentence(error) };
    }
  }
}

function recording(): string {
  return l10n.t('This is a recording: nothing can be done to it. Start a mission of your own to go on.');
}
