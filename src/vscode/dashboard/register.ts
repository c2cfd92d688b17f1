import { readFile } from 'node:fs/promises';
import { Uri, ViewColumn, window, type WebviewPanel } from 'vscode';
import type { DashboardShow, DashboardSurface, Desk } from '../desk';
import { readDemo } from './demo';
import { DashboardPanel, unnamed } from './panel';
import { folderOf, titlesSchema } from './restore';

const viewType = 'orchestrator.dashboard';
const titlesKey = 'orchestrator.dashboards';

/** Brings dashboards up, one for each folder, and again after a reload of the window. */
export function registerDashboard(desk: Desk): DashboardSurface {
  const { context, missions } = desk;
  const panels = new Set<DashboardPanel>();
  /** As the window before left them; the first panel that comes back writes them anew. */
  const before = titlesSchema.safeParse(context.workspaceState.get(titlesKey)).data ?? {};

  /** Which folder a dashboard of this title belongs to, for the next window: a panel keeps its title over a reload. */
  const remember = (): void => {
    const titles = Object.fromEntries([...panels].map(({ panel, key }) => [panel.title, key]));
    void context.workspaceState.update(titlesKey, titles);
  };
  const adopt = (webview: WebviewPanel, key: string): DashboardPanel => {
    const panel = new DashboardPanel(webview, desk, key, remember);
    panels.add(panel);
    webview.onDidDispose(() => {
      panels.delete(panel);
      panel.dispose();
      remember();
    });
    remember();
    return panel;
  };
  const find = (key: string | undefined): DashboardPanel | undefined => {
    if (key !== undefined) return [...panels].find((panel) => panel.key === key);
    return [...panels].find(({ panel }) => panel.active) ?? [...panels].find(({ panel }) => panel.visible);
  };
  const bring = (how: DashboardShow): DashboardPanel => {
    const key = how.key ?? find(undefined)?.key ?? missions.meant()?.key ?? missions.places[0]?.key ?? '';
    const open = find(key);
    if (open) {
      open.panel.reveal(undefined, how.focus !== true);
      return open;
    }
    const place = { viewColumn: ViewColumn.Active, preserveFocus: how.focus !== true };
    return adopt(window.createWebviewPanel(viewType, unnamed, place, DashboardPanel.options(desk)), key);
  };

  context.subscriptions.push(
    window.registerWebviewPanelSerializer(viewType, {
      async deserializeWebviewPanel(webview: WebviewPanel, state: unknown) {
        const keys = missions.places.map(({ key }) => key);
        const taken = new Set([...panels].map(({ key }) => key));
        const folders = { titles: before, keys, taken, trusted: missions.trusted };
        adopt(webview, folderOf({ state, title: webview.title }, folders));
      },
    }),
    {
      dispose() {
        for (const panel of panels) panel.dispose();
        panels.clear();
      },
    },
  );

  return {
    async open(how = {}) {
      const panel = bring(how);
      // Whoever brings it up wants the mission, not the recording.
      panel.endDemo();
      if (how.show) panel.show(how.show);
    },
    shows: (key) => [...panels].some((open) => open.key === key && open.panel.visible),
    async playDemo() {
      const file = Uri.joinPath(context.extensionUri, 'media', 'demo', 'mission.jsonl').fsPath;
      const records = readDemo(await readFile(file, 'utf8'));
      if (records.length === 0) throw new Error('The recording of the demo cannot be read.');
      bring({ focus: true }).play(records);
    },
  };
}
