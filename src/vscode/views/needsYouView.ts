import { EventEmitter, l10n, window, type TreeDataProvider } from 'vscode';
import { isMergeAsk, mergeAskOf } from '../../core/mission/mergeAsk';
import type { NeedsYou } from '../../core/view/needsYou';
import { asksInOrder } from '../../core/view/needsYou';
import type { AskReply } from '../../protocol/viewMessages';
import { answerQuestion } from '../actions/answers';
import type { Desk, Place } from '../desk';
import { DeskError } from '../errors';
import { isLive } from '../missions';
import { paced } from '../pace';
import { entryItem } from './entryItem';
import { themeIcon } from './icon';
import { askModel, type AskElement, type AskSource } from './needsYouModel';

const viewId = 'orchestrator.needsYou';
const refreshMs = 250;
/** How long each ask has waited is shown in minutes. */
const lookMs = 30_000;

/** The inbox: every ask of every agent of every folder, the one that waits longest first. */
export function registerNeedsYouView(desk: Desk): void {
  const { context, missions } = desk;
  const model = askModel();
  const changes = new EventEmitter<AskElement | undefined>();
  const update = () => model.update(sources(missions.places));
  update();

  const provider: TreeDataProvider<AskElement> = {
    onDidChangeTreeData: changes.event,
    getChildren: (element) => (element ? [] : [...model.elements]),
    getParent: () => undefined,
    getTreeItem: (element) =>
      entryItem(element.key, model.entry(element), {
        command: 'orchestrator.showAsk',
        title: l10n.t('Show in Dashboard'),
        arguments: [element],
      }),
  };
  const view = window.createTreeView(viewId, { treeDataProvider: provider });
  const show = (): void => {
    const count = model.elements.length;
    if ((view.badge?.value ?? 0) === count) return;
    const tooltip = count === 1 ? l10n.t('1 ask waits for you') : l10n.t('{0} asks wait for you', count);
    view.badge = count === 0 ? undefined : { value: count, tooltip };
  };
  const refresh = paced(desk.clock, refreshMs, () => {
    const changed = update();
    show();
    if (changed) changes.fire(undefined);
  });
  let forgetLook = (): void => undefined;
  const look = (): void => {
    forgetLook = desk.clock.after(lookMs, () => {
      if (view.visible && model.elements.length > 0) refresh.ask();
      look();
    });
  };
  look();

  const one = (id: string, fits: (ask: NeedsYou) => boolean, run: (place: Place, ask: NeedsYou) => Promise<unknown>) =>
    desk.command(id, async (given) => {
      const found = find(desk, given) ?? find(desk, view.selection[0]) ?? (await pick(desk, fits));
      if (!found) return;
      if (!fits(found.ask)) throw new DeskError('input', l10n.t('This ask cannot be answered like that.'));
      await run(found.place, found.ask);
    });
  const answer = (reply: (ask: NeedsYou) => AskReply | undefined | Promise<AskReply | undefined>) => {
    return async (place: Place, ask: NeedsYou): Promise<void> => {
      const given = await reply(ask);
      if (given) await desk.act(place.key, { type: 'answer', ask: ask.ask, reply: given });
    };
  };
  const isPermission = (ask: NeedsYou): boolean => ask.kind === 'permission';

  context.subscriptions.push(
    view,
    changes,
    refresh,
    { dispose: () => forgetLook() },
    missions.onDidChange(() => refresh.ask()),
    missions.onDidChangePlaces(() => refresh.ask()),
    missions.onDidRecord(() => refresh.ask()),
    one(
      'orchestrator.showAsk',
      () => true,
      (place, { ask }) => desk.surfaces.dashboard.open({ key: place.key, show: { what: 'ask', id: ask } }),
    ),
    one(
      'orchestrator.allowOnce',
      isPermission,
      answer(() => ({ type: 'permission', reply: 'once' })),
    ),
    one(
      'orchestrator.allowForMission',
      (ask) => isPermission(ask) && ask.always.length > 0,
      answer((ask) => confirmAlways(ask)),
    ),
    one(
      'orchestrator.deny',
      isPermission,
      answer(() => ({ type: 'permission', reply: 'reject' })),
    ),
    one('orchestrator.denyWithReason', isPermission, (place, { ask }) =>
      desk.act(place.key, { type: 'rejectWithReason', ask }),
    ),
    one(
      'orchestrator.resolveConflict',
      (ask) => isMergeAsk(ask.ask),
      (place, { todo }) => desk.act(place.key, { type: 'resolveConflict', todo }),
    ),
    one('orchestrator.answerQuestion', (ask) => ask.kind === 'question', answerQuestion),
    one(
      'orchestrator.openAskTranscript',
      (ask) => ask.session !== undefined,
      (place, { session }) =>
        session === undefined ? Promise.resolve() : desk.act(place.key, { type: 'openTranscript', session }),
    ),
  );
  show();
}

/** Says which patterns `always` allows, which is more than what is asked for now. */
async function confirmAlways(ask: NeedsYou): Promise<AskReply | undefined> {
  const allow = l10n.t('Allow for This Mission');
  const detail = l10n.t('Until the mission ends, its agents may then do this without asking:');
  const items = [
    { label: allow, detail: ask.always.join(', '), iconPath: themeIcon({ codicon: 'check-all', colour: 'warning' }) },
  ];
  const picked = await window.showQuickPick(items, { title: allow, placeHolder: detail });
  return picked && { type: 'permission', reply: 'always' };
}

function sources(places: readonly Place[]): AskSource[] {
  return places.flatMap((place) => {
    const moment = place.moment();
    // A mission that rests asks for nothing that could be answered, except one that rests because it waits.
    if (!moment || (moment.state.end !== undefined && moment.state.end.state !== 'waiting')) return [];
    return [{ key: place.key, name: place.name, moment, answerable: isLive(place) }];
  });
}

interface Found {
  readonly place: Place;
  readonly ask: NeedsYou;
}

function find(desk: Desk, given: unknown): Found | undefined {
  if (typeof given !== 'object' || given === null || !('folder' in given)) return undefined;
  const place = typeof given.folder === 'string' ? desk.missions.place(given.folder) : undefined;
  const moment = place?.moment();
  // From the TODO view, it is the one about the merge of a TODO.
  const merging = 'todo' in given && typeof given.todo === 'string' ? mergeAskOf(given.todo) : undefined;
  const id = 'ask' in given ? given.ask : merging;
  const ask = moment && asksInOrder(moment).find((item) => item.ask === id);
  return place && ask ? { place, ask } : undefined;
}

async function pick(desk: Desk, fits: (ask: NeedsYou) => boolean): Promise<Found | undefined> {
  const all = desk.missions.places.flatMap((place) => {
    const moment = place.moment();
    return moment ? asksInOrder(moment).map((ask) => ({ place, ask })) : [];
  });
  const items = all
    .filter(({ ask }) => fits(ask))
    .map((found) => ({
      label: `${found.ask.who} ${found.ask.what}`,
      description: found.ask.command ?? found.ask.text,
      found,
    }));
  if (items.length === 0) throw new DeskError('input', l10n.t('Nothing waits for such an answer.'));
  if (items.length === 1) return items[0]?.found;
  return (await window.showQuickPick(items, { placeHolder: l10n.t('Which ask?') }))?.found;
}
