import { l10n } from 'vscode';
import { phase } from '../../core/mission/select';
import type { Moment } from '../../core/view/moment';
import { statusItem } from '../../core/view/status';
import type { ChatMessage } from '../../host/folderTypes';
import type { ChatRow } from '../../protocol/hostMessages';
import { readSaid } from '../../protocol/slash';
import type { Desk, Place } from '../desk';
import { paced } from '../pace';
import type { Outcome } from './channel';

/** A growing answer of the model is shown so often at most. */
const growMs = 250;

/** Takes what a person typed into the message box of a folder’s dashboard. */
export async function say(
  desk: Desk,
  place: Place | undefined,
  typed: string,
  talk: (row: ChatRow) => void,
): Promise<Outcome> {
  const said = readSaid(typed);
  if (said.type === 'refused') return { ok: false, sentence: said.sentence };
  if (!place) return { ok: false, sentence: l10n.t('Open a folder first.') };
  const goesOn = place.folder.mission !== undefined && place.folder.mission.end === undefined;
  switch (said.type) {
    case 'task':
      if (goesOn && place.folder.mode !== 'over') {
        return {
          ok: false,
          sentence: l10n.t('A mission is at work in this folder. Stop it before you start another one.'),
        };
      }
      await desk.start(place.key, said.text);
      return { ok: true };
    case 'stop':
      return { ok: true, sentence: await desk.act(place.key, { type: 'stop' }) };
    case 'cancel':
      return {
        ok: true,
        sentence: await desk.act(place.key, { type: 'edit', edit: { type: 'cancel', todo: said.todo } }),
      };
    case 'status':
      talk(row(desk, 'person', typed.trim()));
      talk(row(desk, 'model', statusText(place.moment())));
      return { ok: true };
    case 'note':
      if (!goesOn || place.folder.mode === 'over') return { ok: false, sentence: l10n.t('No mission runs here.') };
      await desk.note(place.key, said.text, said.to);
      return { ok: true };
    case 'text':
      if (said.text === '') return { ok: false, sentence: l10n.t('There is nothing to send.') };
      if (goesOn && place.folder.mode !== 'over') await desk.note(place.key, said.text);
      else await converse(desk, place, said.text, talk);
      return { ok: true };
  }
}

function row(desk: Desk, from: ChatRow['from'], text: string): ChatRow {
  rows += 1;
  return { id: `${from}-${desk.clock.now()}-${rows}`, from, text, done: true };
}

let rows = 0;

/** State, why-line, progress and spendings, as the status bar’s tooltip has them. */
function statusText(moment: Moment | undefined): string {
  if (!moment) return l10n.t('There is no mission in this folder yet. /task “…” starts one.');
  const agents = moment.state.turns.size;
  const most = moment.state.settings['limits.parallelSessions'];
  const isAtWork = phase(moment.state) !== 'sealed' && moment.state.end === undefined;
  return [
    ...statusItem(moment).tooltip,
    ...(isAtWork
      ? [
          agents === 1
            ? l10n.t('1 agent in flight, at most {0}.', most)
            : l10n.t('{0} agents in flight, at most {1}.', agents, most),
        ]
      : []),
  ].join('\n');
}

/** Chat Mode: resolves once the model has begun to answer, or has refused to. */
async function converse(desk: Desk, place: Place, text: string, talk: (row: ChatRow) => void): Promise<void> {
  talk(row(desk, 'person', text));
  let latest: ChatMessage | undefined;
  const pace = paced(desk.clock, growMs, () => {
    if (latest) talk({ ...latest });
  });
  await new Promise<void>((resolve, reject) => {
    place.folder
      .chat(text, (message) => {
        latest = message;
        if (message.done) {
          pace.dispose();
          talk({ ...message });
        } else pace.ask();
        resolve();
      })
      .then(resolve, (error: unknown) => {
        pace.dispose();
        reject(error instanceof Error ? error : new Error(String(error)));
      });
  });
}
