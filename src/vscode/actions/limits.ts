import * as vscode from 'vscode';
import { ranMs } from '../../core/mission/select';
import { applySettings, type SettingKey, type Settings } from '../../core/mission/settings';
import type { MissionState } from '../../core/mission/state';
import { askText } from '../askLine';
import type { Place } from '../desk';
import { DeskError } from '../errors';
import { isLive } from '../missions';
import { reachPairs } from '../settingPairs';
import { person, settingsFor, whisper, type Tools } from './tools';

const changeable = [
  'budget.usd',
  'budget.tokens',
  'budget.minutes',
  'limits.maxIterations',
  'limits.parallelSessions',
  'limits.sessionMinutes',
  'limits.recoveryAttempts',
  'limits.stallMinutes',
  'limits.tasks',
  'limits.backgroundCommands',
] as const satisfies readonly SettingKey[];

type Limit = (typeof changeable)[number];

/** Changes a limit: of the mission where there is one that is not sealed (one that is used up goes on then), else in the settings. */
export async function changeLimit(tools: Tools, place: Place): Promise<void> {
  const { mission } = place.folder;
  const state = mission?.end?.state === 'sealed' ? undefined : mission;
  const settings = state?.settings ?? tools.desk.settings.best(place.uri);
  const used = state && usedUp(state, tools.desk.clock.now());
  const limit = await pickLimit(settings, used);
  if (limit === undefined) return;
  const refuse = (text: string): string | undefined => {
    const result = applySettings(settings, [`${limit}=${text.trim()}`]);
    return result.ok ? undefined : result.sentence;
  };
  const text = await askText({
    title: labelOf(limit),
    prompt: state
      ? vscode.l10n.t('For this mission. 0 is no budget.')
      : vscode.l10n.t('For new missions. 0 is no budget.'),
    value: String(limit === used ? more(settings[limit]) : settings[limit]),
    refuse,
  });
  if (text === undefined) return;
  await put(tools, place, state, `${limit}=${text}`);
}

async function put(tools: Tools, place: Place, state: MissionState | undefined, pair: string): Promise<void> {
  const [key = '', value = ''] = pair.split('=', 2);
  if (!state) {
    const several = (vscode.workspace.workspaceFolders?.length ?? 0) > 1;
    const target = several ? vscode.ConfigurationTarget.WorkspaceFolder : vscode.ConfigurationTarget.Workspace;
    await vscode.workspace.getConfiguration('orchestrator', place.uri).update(key, Number(value), target);
    return;
  }
  if (isLive(place)) {
    const taken = await place.folder.change([pair], person);
    if (!taken.ok) throw new DeskError('input', taken.sentence);
    whisper(vscode.l10n.t('{0} is {1} now.', key, value));
    return;
  }
  await tools.password.ready;
  await place.folder.resume(state.mission, { set: [...reachPairs(settingsFor(tools, place)), pair] });
}

async function pickLimit(settings: Settings, used: Limit | undefined): Promise<Limit | undefined> {
  const order = used === undefined ? [...changeable] : [used, ...changeable.filter((limit) => limit !== used)];
  const items = order.map((limit) => ({
    label: labelOf(limit),
    description: String(settings[limit]),
    ...(limit === used ? { detail: vscode.l10n.t('used up') } : {}),
    limit,
  }));
  return (await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Which limit?') }))?.limit;
}

/** The limit that ended the mission, or is about to. */
function usedUp(s: MissionState, now: number): Limit | undefined {
  const { settings } = s;
  const reached: readonly [Limit, number][] = [
    ['budget.usd', s.cost],
    ['budget.tokens', s.tokens],
    ['budget.minutes', ranMs(s, now) / 60_000],
    ['limits.maxIterations', s.iteration],
  ];
  return reached.find(([limit, used]) => settings[limit] > 0 && used >= settings[limit])?.[0];
}

/** Half as much again, in round figures. */
function more(limit: number): number {
  return limit < 1 ? limit * 2 : Math.ceil(limit * 1.5);
}

function labelOf(limit: Limit): string {
  switch (limit) {
    case 'budget.usd':
      return vscode.l10n.t('Budget in US dollars');
    case 'budget.tokens':
      return vscode.l10n.t('Budget in tokens');
    case 'budget.minutes':
      return vscode.l10n.t('Budget in minutes');
    case 'limits.maxIterations':
      return vscode.l10n.t('Commander turns');
    case 'limits.parallelSessions':
      return vscode.l10n.t('Sessions at once');
    case 'limits.sessionMinutes':
      return vscode.l10n.t('Minutes of one attempt');
    case 'limits.recoveryAttempts':
      return vscode.l10n.t('Further attempts of a TODO');
    case 'limits.stallMinutes':
      return vscode.l10n.t('Minutes without a sign of life');
    case 'limits.tasks':
      return vscode.l10n.t('TODOs in one mission');
    case 'limits.backgroundCommands':
      return vscode.l10n.t('Background commands at once');
  }
}
