import * as vscode from 'vscode';
import type { MissionState } from '../core/mission/state';
import { differedSentence } from '../core/mission/differed';
import { asksFor, asksInOrder } from '../core/view/needsYou';
import type { FeedItem } from '../core/view/feed';
import { feedItem } from '../core/view/feedItem';
import { followTurns } from '../core/view/feedTurns';
import { maskSecrets } from '../core/secrets';
import { plain } from '../core/todo/text';
import { whyLine } from '../core/view/why';
import { firstLine } from '../core/view/words';
import { answerNext } from './actions/answers';
import type { Tools } from './actions/tools';
import type { Desk, Part, Place } from './desk';
import { noticeBook, type Notice } from './notices';

const textChars = 300;

/** Tells the person what happens, as much as they want to be told. */
export function announce(tools: Tools): Part {
  const { desk } = tools;
  const { missions } = desk;
  const notices = noticeBook({
    clock: desk.clock,
    level: () => desk.settings.best(undefined).notifications,
    watched: (key) => vscode.window.state.focused && desk.surfaces.dashboard.shows(key),
    focused: () => vscode.window.state.focused,
    show: (notice) => show(tools, notice),
  });
  /** Whose turns each mission’s records speak of. */
  const turns = new WeakMap<MissionState, ReturnType<typeof followTurns>>();
  const tellAsks = (place: Place): void => {
    const state = place.folder.mode === 'drives' ? place.folder.mission : undefined;
    notices.asks(place.key, [...(state?.asks.keys() ?? [])]);
  };
  const watches = [
    missions.onDidRecord(({ place, records }) => {
      const state = place.folder.mission;
      // What another window runs is announced there.
      if (!state || place.folder.mode === 'watches') return;
      tellAsks(place);
      const turnOf = turns.get(state) ?? followTurns(state);
      turns.set(state, turnOf);
      const others = records.filter(({ fact }) => fact.type !== 'model.differed');
      const items = others.map((record) => feedItem(state, record, turnOf(record)));
      notices.items(
        place.key,
        items.filter((item): item is FeedItem => item !== undefined),
      );
      for (const { fact } of records) {
        if (fact.type === 'model.differed') notices.warned(place.key, differedSentence(fact));
        if (fact.type !== 'mission.ended') continue;
        if (fact.state === 'sealed' || fact.state === 'exhausted' || fact.state === 'failed') {
          notices.ended(place.key, fact.state);
        }
      }
    }),
    missions.onDidChange(tellAsks),
    vscode.window.onDidChangeWindowState(() => notices.looked()),
  ];
  return {
    dispose() {
      for (const watch of watches) watch.dispose();
      notices.dispose();
    },
  };
}

type Offer = readonly [label: string, press: () => unknown];

async function show(tools: Tools, notice: Notice): Promise<void> {
  const { desk } = tools;
  const place = desk.missions.place(notice.key);
  const text = place && wordsOf(desk, place, notice);
  if (!place || text === undefined) return;
  const offers = offersOf(tools, place, notice);
  const labels = offers.map(([label]) => label);
  const say =
    notice.kind === 'failed'
      ? vscode.window.showErrorMessage
      : notice.kind === 'needsYou' || notice.kind === 'exhausted' || notice.kind === 'warned'
        ? vscode.window.showWarningMessage
        : vscode.window.showInformationMessage;
  const pressed = await say(plain(maskSecrets(text), textChars), ...labels);
  try {
    await offers.find(([label]) => label === pressed)?.[1]();
  } catch (error) {
    desk.complain(error);
  }
}

/** What a notification says; undefined when there is nothing to say any more. */
function wordsOf(desk: Desk, place: Place, notice: Notice): string | undefined {
  const moment = place.moment();
  if (!moment) return undefined;
  const title = titleOf(desk, place, firstLine(moment.state.text));
  switch (notice.kind) {
    case 'needsYou': {
      const [ask, ...others] = asksInOrder(moment);
      if (!ask) return undefined;
      if (others.length > 0) return vscode.l10n.t('{0} asks wait for you: {1}', others.length + 1, title);
      const who = `${ask.who.charAt(0).toUpperCase()}${ask.who.slice(1)}`;
      return `${who} ${asksFor(ask, 120)}`;
    }
    case 'sealed':
      return vscode.l10n.t('Sealed: {0}', title);
    case 'exhausted':
      return vscode.l10n.t('Exhausted: {0} {1}', title, whyLine(moment));
    case 'failed':
      return vscode.l10n.t('Failed: {0} {1}', title, whyLine(moment));
    case 'item':
    case 'digest':
    case 'warned':
      return notice.text;
  }
}

function titleOf(desk: Desk, place: Place, words: string): string {
  const title = plain(words, 80);
  return `“${title}”${desk.missions.places.length > 1 ? ` (${plain(place.name, 60)})` : ''}.`;
}

function offersOf(tools: Tools, place: Place, notice: Notice): Offer[] {
  const { desk } = tools;
  const { key } = place;
  const dashboard: Offer = [vscode.l10n.t('Open Dashboard'), () => desk.surfaces.dashboard.open({ key, focus: true })];
  switch (notice.kind) {
    case 'needsYou':
      return [[vscode.l10n.t('Answer'), () => answerNext(tools, place)], dashboard];
    case 'sealed':
      return [[vscode.l10n.t('Review Changes'), () => desk.act(key, { type: 'reviewChanges' })], dashboard];
    case 'exhausted':
      return [[vscode.l10n.t('Raise Limit…'), () => desk.act(key, { type: 'raiseLimit' })], dashboard];
    case 'failed':
      return [
        [vscode.l10n.t('Resume'), () => desk.act(key, { type: 'resume' })],
        dashboard,
        [vscode.l10n.t('Show Log'), () => desk.log.show()],
      ];
    case 'item':
    case 'digest':
    case 'warned':
      return [dashboard];
  }
}
