import * as vscode from 'vscode';
import { asksInOrder, type NeedsYou } from '../../core/view/needsYou';
import { plain } from '../../core/todo/text';
import type { AskReply } from '../../host/folderTypes';
import { askText } from '../askLine';
import type { Place } from '../desk';
import { DeskError } from '../errors';
import { whisper, type Tools } from './tools';

const labelChars = 300;
/** What VS Code’s quick pick shows of a line without cutting it. */
const wholeChars = 64;

/** Gives the answer to an ask. */
export async function answer(place: Place, ask: string, reply: AskReply): Promise<void> {
  if (place.folder.mission?.asks.has(ask) !== true) {
    throw new DeskError('input', vscode.l10n.t('This ask is answered already.'));
  }
  await place.folder.reply(ask, reply);
}

/** Asks why, and denies with the reason, which the agent reads. */
export async function denyWithReason(place: Place, ask: string): Promise<void> {
  const open = asksOf(place).find((item) => item.ask === ask);
  if (!open) throw new DeskError('input', vscode.l10n.t('This ask is answered already.'));
  const message = await askText({
    title: vscode.l10n.t('Deny with Reason'),
    prompt: vscode.l10n.t('The agent reads it and goes on without.'),
    placeholder: vscode.l10n.t('What should it do instead?'),
  });
  if (message === undefined) return;
  const said = message === '' ? {} : { message };
  await answer(
    place,
    ask,
    open.kind === 'permission' ? { type: 'permission', reply: 'reject', ...said } : { type: 'reject', ...said },
  );
}

/** Brings up the ask that waits longest, whole, with its answers. */
export async function answerNext(tools: Tools, place: Place | undefined): Promise<void> {
  const places = place ? [place] : tools.desk.missions.places;
  const all = places.flatMap((each) => asksOf(each).map((ask) => ({ place: each, ask })));
  const [next] = all.sort((a, b) => a.ask.openedAt - b.ask.openedAt);
  if (!next) {
    whisper(vscode.l10n.t('Nothing waits for you.'));
    return;
  }
  await answerAsk(tools, next.place, next.ask);
}

/** Asks the person for the answer to one ask. */
export async function answerAsk(tools: Tools, place: Place, ask: NeedsYou): Promise<void> {
  if (ask.kind === 'permission' && ask.to === 'agent') await answerPermission(tools, place, ask);
  else await answerQuestion(place, ask);
}

async function answerPermission(tools: Tools, place: Place, ask: NeedsYou): Promise<void> {
  const reply = (word: 'once' | 'always' | 'reject') => () =>
    answer(place, ask.ask, { type: 'permission', reply: word });
  const { session } = ask;
  const always = ask.always.join(', ');
  const said = ask.command ?? ask.text;
  const isWhole = said.length <= wholeChars && always.length <= wholeChars;
  const show = { key: place.key, focus: true, show: { what: 'ask', id: ask.ask } } as const;
  const allow = [
    { label: vscode.l10n.t('Allow Once'), act: reply('once') },
    ...(always === ''
      ? []
      : [{ label: vscode.l10n.t('Allow for This Mission'), description: always, act: reply('always') }]),
  ];
  const items = [
    // Who allows a command must have seen all of it.
    ...(isWhole ? allow : []),
    {
      label: vscode.l10n.t('Show in Dashboard'),
      description: isWhole ? '' : vscode.l10n.t('It is too long to be shown whole here.'),
      act: () => tools.desk.surfaces.dashboard.open(show),
    },
    { label: vscode.l10n.t('Deny'), act: reply('reject') },
    { label: vscode.l10n.t('Deny with Reason…'), act: () => denyWithReason(place, ask.ask) },
    ...(session === undefined
      ? []
      : [
          {
            label: vscode.l10n.t('Open Transcript'),
            act: () => tools.desk.surfaces.transcripts.open(place.key, session),
          },
        ]),
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: titleOf(ask),
    placeHolder: plain(said, labelChars),
    ignoreFocusOut: true,
  });
  await picked?.act();
}

/** Asks the person for the answer to a question, of an agent, of the Commander or about the plan, and gives it. */
export async function answerQuestion(place: Place, ask: NeedsYou): Promise<void> {
  if (ask.to === 'agent') {
    const answers: string[][] = [];
    for (const question of ask.questions) {
      const given = await askOne(ask, question.question, question.options, question.multiple);
      if (!given) return;
      answers.push(given);
    }
    await answer(place, ask.ask, { type: 'question', answers });
    return;
  }
  const options = ask.questions[0]?.options ?? (ask.to === 'plan' ? [approval()] : []);
  const given = await askOne(ask, ask.text, options, false);
  if (!given) return;
  const words = given.join(', ');
  // Words of one’s own about a plan are no approval of it.
  const sendsBack = ask.to === 'plan' && words !== approval().answer;
  await answer(place, ask.ask, sendsBack ? { type: 'reject', message: words } : { type: 'commander', answer: words });
}

function approval(): Option {
  return { answer: 'yes', label: vscode.l10n.t('Approve'), description: vscode.l10n.t('The workers begin') };
}

type Option = NeedsYou['questions'][number]['options'][number];

/** One question: its offered answers, or words of one’s own. Undefined when the person leaves. */
async function askOne(
  ask: NeedsYou,
  question: string,
  options: readonly Option[],
  multiple: boolean,
): Promise<string[] | undefined> {
  const title = titleOf(ask);
  const words = (): Promise<string | undefined> =>
    askText({
      title,
      prompt: question,
      refuse: (text) => (text.trim() === '' ? vscode.l10n.t('The answer is empty.') : undefined),
    });
  if (options.length === 0) {
    const text = await words();
    return text === undefined ? undefined : [text];
  }
  const items = [
    ...options.map(({ label, description, answer: value }) => ({ label, description, value })),
    { label: vscode.l10n.t('Answer in Your Words…'), description: '', value: undefined },
  ];
  const common = { title, placeHolder: plain(question, labelChars), ignoreFocusOut: true };
  if (multiple) {
    const picked = await vscode.window.showQuickPick(items, { ...common, canPickMany: true });
    if (!picked) return undefined;
    const values = picked.flatMap(({ value }) => (value === undefined ? [] : [value]));
    if (picked.length === values.length) return values;
    const text = await words();
    return text === undefined ? undefined : [...values, text];
  }
  const picked = await vscode.window.showQuickPick(items, common);
  if (!picked) return undefined;
  if (picked.value !== undefined) return [picked.value];
  const text = await words();
  return text === undefined ? undefined : [text];
}

function asksOf(place: Place): NeedsYou[] {
  const moment = place.moment();
  return moment ? asksInOrder(moment) : [];
}

function titleOf(ask: NeedsYou): string {
  return plain(`${ask.who.charAt(0).toUpperCase()}${ask.who.slice(1)} ${ask.what}`, labelChars);
}
