import { l10n, workspace } from 'vscode';
import { budgetSpent } from '../../core/mission/limits';
import type { Settings } from '../../core/mission/settings';
import { shortModel } from '../../core/view/agentRow';
import { cost, duration, tokens } from '../../core/todo/text';
import type { FoundOpenCode } from '../../host/folderTypes';
import type { Notice, Setup } from '../../protocol/hostMessages';
import type { Act } from '../../protocol/viewMessages';
import type { Desk, Place } from '../desk';

/** The feed’s interval. */
const digestMs = 60_000;

/** Everything beside the mission that the dashboard of a folder shows; without a folder, or without trust, that there is none. */
export function setupOf(desk: Desk, place: Place | undefined): Setup {
  const settings = desk.settings.best(place?.uri);
  return {
    folder: { key: place?.key ?? '', name: place?.name ?? workspace.name ?? '' },
    folders: desk.missions.places.length,
    mode: place?.folder.mode ?? 'none',
    openCode: openCodeLine(place),
    limits: limitsAtGlance(settings),
    digestMs: settings.notifications === 'all' ? 0 : digestMs,
    notices: place ? noticesOf(desk, place) : placeless(desk),
    ...(place?.folder.lostContactSince === undefined ? {} : { lostContactSince: place.folder.lostContactSince }),
  };
}

/** The setup while the recorded demo is played. */
export function demoSetup(desk: Desk, place: Place | undefined): Setup {
  const text = l10n.t('This is a recording. No agent runs, nothing is written, and it costs nothing.');
  const actions = [action(l10n.t('Start a Mission'), { type: 'newMission' })];
  const notices: Notice[] = [{ id: 'demo', severity: 'info', text, actions }];
  const { lostContactSince: _, ...setup } = setupOf(desk, place);
  return { ...setup, mode: 'watches', notices, demo: true };
}

function action(label: string, act: Act): Notice['actions'][number] {
  return { label, act };
}

function openCodeLine(place: Place | undefined): Setup['openCode'] {
  if (!place) return { found: true, text: '' };
  const found = place.openCode;
  if (!found) return { found: true, text: l10n.t('Looking for OpenCode…') };
  if (!found.ok) return { found: false, text: found.sentence };
  const name = found.version === undefined ? 'OpenCode' : `OpenCode ${found.version}`;
  switch (found.from) {
    case 'path':
      return { found: true, text: l10n.t('{0} found on PATH. It starts with the first mission.', name) };
    case 'setting':
      return {
        found: true,
        text: l10n.t('{0} found at the path that is set. It starts with the first mission.', name),
      };
    case 'server':
      return { found: true, text: l10n.t('{0} is reached at the server that is set.', name) };
  }
}

function limitsAtGlance(settings: Settings): Setup['limits'] {
  return [
    {
      label: l10n.t('Sessions'),
      value: l10n.t('at most {0} at once', settings['limits.parallelSessions']),
      setting: 'limits.parallelSessions',
    },
    { label: l10n.t('Budget'), value: budget(settings), setting: 'budget.usd' },
    {
      label: l10n.t('Review'),
      value: settings.review === 'each' ? l10n.t('each TODO') : l10n.t('the mission at its end'),
      setting: 'review',
    },
    { label: l10n.t('Model'), value: models(settings), setting: 'models' },
  ];
}

function budget(settings: Settings): string {
  const { 'budget.usd': usd, 'budget.tokens': most, 'budget.minutes': minutes } = settings;
  const parts = [
    usd > 0 ? cost(usd) : '',
    most > 0 ? l10n.t('{0} tokens', tokens(most)) : '',
    minutes > 0 ? duration(minutes * 60_000) : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? l10n.t('none') : parts.join(', ');
}

/** One name where all roles have the same model, else each role that has one of its own. */
function models(settings: Settings): string {
  const roles = [
    [l10n.t('Commander'), settings['models.commander']],
    [l10n.t('Planner'), settings['models.planner']],
    [l10n.t('Workers'), settings['models.worker']],
    [l10n.t('Reviewers'), settings['models.reviewer']],
  ] as const;
  const standard = l10n.t('OpenCode’s default');
  const nameOf = (models: string) => {
    const [model = '', ...others] = models.split(',').map((each) => shortModel(each.trim()));
    return model === '' ? standard : [model, ...others].join(' → ');
  };
  const names = new Set(roles.map(([, model]) => nameOf(model)));
  if (names.size === 1) return [...names].join('');
  return roles.map(([role, model]) => `${role} ${nameOf(model)}`).join(', ');
}

/** What the dashboard says where there is no folder to start a mission in. */
function placeless({ missions }: Desk): Notice[] {
  if (!missions.trusted) {
    const text = l10n.t('This folder is not trusted, so nothing starts here.');
    const actions = [action(l10n.t('Manage Trust'), { type: 'manageTrust' })];
    return [{ id: 'trust', severity: 'warning', text, actions }];
  }
  if (missions.places.length > 0) return [];
  const actions = [action(l10n.t('Open Folder'), { type: 'openFolder' })];
  return [{ id: 'folder', severity: 'info', text: l10n.t('Open a folder first.'), actions }];
}

function noticesOf(desk: Desk, place: Place): Notice[] {
  const { folder, openCode } = place;
  const state = folder.mission;
  const notices: Notice[] = [];
  const log = action(l10n.t('Show Log'), { type: 'showLog' });
  // Without a mission the start page says it, with the same buttons.
  if (openCode?.ok === false && state) notices.push(openCodeNotice(openCode));
  if (folder.lostContactSince !== undefined && folder.mode === 'drives') {
    const text = l10n.t('No contact with OpenCode. Agents may still be working; trying again.');
    const actions = [action(l10n.t('Restart OpenCode'), { type: 'restartServer' }), log];
    notices.push({ id: 'contact', severity: 'warning', text, actions });
  }
  if (folder.held !== undefined) {
    const text = l10n.t('{0} Nothing new is started until it can be written again.', folder.held);
    notices.push({ id: 'held', severity: 'warning', text, actions: [log] });
  }
  if (folder.trouble !== undefined && folder.mode === 'over') {
    const actions = [action(l10n.t('Resume'), { type: 'resume' }), log];
    notices.push({ id: 'trouble', severity: 'error', text: folder.trouble, actions });
  }
  if (folder.mode === 'watches') {
    const text = l10n.t('Another window runs this mission; what you do here is passed on to it.');
    notices.push({ id: 'watches', severity: 'info', text, actions: [] });
  }
  if (state === undefined) return notices;
  const spent = state.end ? undefined : budgetSpent(state, desk.clock.now());
  if (spent !== undefined) {
    const actions = folder.mode === 'drives' ? [action(l10n.t('Raise Limit…'), { type: 'raiseLimit' })] : [];
    notices.push({ id: 'budget', severity: 'warning', text: spent, actions });
  }
  const kept = state.kept.length;
  if (kept > 0) {
    const text =
      kept === 1
        ? l10n.t('1 line of todo.md could not be understood and was kept.')
        : l10n.t('{0} lines of todo.md could not be understood and were kept.', kept);
    notices.push({ id: 'kept', severity: 'info', text, actions: [action(l10n.t('Open'), { type: 'openTodoFile' })] });
  }
  return notices;
}

function openCodeNotice(found: Extract<FoundOpenCode, { ok: false }>): Notice {
  const again = action(l10n.t('Look Again'), { type: 'lookAgain' });
  const log = action(l10n.t('Show Log'), { type: 'showLog' });
  const server = action(l10n.t('Use a Server…'), { type: 'useServer' });
  const actions =
    found.kind === 'missing'
      ? [
          action(l10n.t('Install OpenCode'), { type: 'installOpenCode' }),
          action(l10n.t('Set Path…'), { type: 'setOpenCodePath' }),
          server,
          again,
        ]
      : found.kind === 'auth'
        ? [server, again, log]
        : [again, log];
  return { id: 'openCode', severity: 'error', text: found.sentence, actions };
}
