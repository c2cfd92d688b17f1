import { budgetSpent } from '../../core/mission/limits';
import { phase } from '../../core/mission/select';
import { plain } from '../../core/todo/text';
import type { Moment } from '../../core/view/moment';
import { sealedLine, whyLine as coreWhyLine } from '../../core/view/why';
import { sentence } from '../../core/view/words';

/** Why the mission goes on, or why it does not: sentences that stand on a line of their own, apart from the state’s word. */
export function whyLine(moment: Moment): string {
  const { state: s, now } = moment;
  if (s.end) return s.end.state === 'sealed' ? sealedLine(s) : sentence(plain(s.end.reason, 400));
  const line = coreWhyLine(moment);
  if (moment.lostContactSince !== undefined || budgetSpent(s, now) !== undefined) return line;
  if (phase(s) === 'paused') return `Paused ${line}`;
  return phase(s) === 'waiting' ? `${line.replace(/\.$/, '')}: ${askTitles(moment)}` : line;
}

/** A terminal has no strip that shows the asks, so the line names them. */
function askTitles({ state: s }: Moment): string {
  const titles = [...s.asks.values()].map((ask) => `“${plain(ask.title, 120)}”`);
  return `${titles.slice(0, 3).join(', ')}${titles.length > 3 ? ' and more' : ''}.`;
}
