import { cost, duration, formatUtc, plain, tokens } from '../todo/text';
import { fullStop, listed, names, plural } from '../view/words';
import type { Report } from './model';

/** What a reader should know first, five sentences at most, each computed from the numbers of the report. */
export function summaryOf(report: Omit<Report, 'summary'>, restarts: number, pauses: number): string[] {
  return [ending(report), proven(report), effort(report), troubles(report, restarts, pauses), people(report)].filter(
    (line) => line !== '',
  );
}

const endings: Readonly<Record<string, string>> = {
  sealed: 'was sealed',
  stopped: 'was stopped',
  exhausted: 'came to a limit',
  failed: 'failed',
};

function ending({ result, totals }: Omit<Report, 'summary'>): string {
  const { total, done, cancelled } = totals.todos;
  const of = total - cancelled;
  const todos = total === 0 ? 'it had no TODO' : `${done} of ${plural(of, 'TODO')} ${of === 1 ? 'is' : 'are'} done`;
  const dropped = cancelled > 0 ? ` and ${cancelled} ${cancelled === 1 ? 'was' : 'were'} cancelled` : '';
  const ran = `after ${duration(result.durationMs, true)}`;
  const how = endings[result.state];
  if (result.endedAt !== undefined && how !== undefined) {
    const why = result.state === 'sealed' ? '' : ` Why: ${fullStop(plain(result.reason, 300))}`;
    return `The mission ${how} ${ran}, at ${formatUtc(result.endedAt)}: ${todos}${dropped}.${why}`;
  }
  return `The mission is not over: it is ${result.word} ${ran} of running; ${todos}${dropped}.`;
}

function proven({ totals, review, todos }: Omit<Report, 'summary'>): string {
  const { done, verified, ticked, left } = totals.todos;
  const read = done - verified - ticked;
  const parts = [
    verified > 0
      ? `${isAre(verified)} proven by a recorded run of ${verified === 1 ? 'its check' : 'their checks'} (exit code 0)`
      : '',
    read > 0 ? `${isAre(read)} not proven by any run` : '',
    ticked > 0 ? `${isAre(ticked)} ticked by a person` : '',
  ].filter((part) => part !== '');
  const open = todos.filter(({ proof }) => proof.kind === 'open').map(({ id }) => id);
  const not = left > 0 ? ` Not done: ${names(open)}.` : '';
  if (done === 0) return not.trim();
  const whole = review.passed
    ? review.check === undefined
      ? 'The mission review passed, without a check.'
      : 'The mission review passed, with its check run.'
    : 'No mission review has passed since the last change.';
  return `Of the ${plural(done, 'TODO')} done, ${listed(parts)}. ${whole}${not}`;
}

function isAre(count: number): string {
  return `${count} ${count === 1 ? 'is' : 'are'}`;
}

function effort({ totals, models }: Omit<Report, 'summary'>): string {
  const { created, peak } = totals.sessions;
  if (created === 0) return 'No agent was ever at work.';
  const known = [...new Set(models.map(({ model }) => model).filter((model) => model !== ''))];
  const shown = known.length > 4 ? [...known.slice(0, 3), `${known.length - 3} other models`] : known;
  const on = shown.length > 0 ? ` on ${listed(shown.map((model) => plain(model, 80)))}` : '';
  const price = totals.cost > 0 ? cost(totals.cost) : totals.tokens > 0 ? 'a cost that no provider told' : '';
  const used = [`${tokens(totals.tokens)} tokens`, price].filter((part) => part !== '').join(' and ');
  return `${plural(created, 'agent session')}${on}, at most ${peak} at once, worked ${duration(totals.workedMs, true)} in all and used ${used}.`;
}

function troubles({ totals, lost }: Omit<Report, 'summary'>, restarts: number, pauses: number): string {
  const { found, open } = totals.issues;
  const again = lost.filter(({ how }) => how !== 'stopped' && how !== 'unwanted').length;
  const parts = [
    found > 0 ? `${plural(found, 'issue')} found in review, ${open === 0 ? 'all closed' : `${open} still open`}` : '',
    again > 0 ? `${plural(again, 'turn')} lost on the way` : '',
    pauses > 0 ? plural(pauses, 'pause') : '',
    restarts > 0 ? `the mission taken up again ${plural(restarts, 'time')}` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : `On the way: ${listed(parts)}.`;
}

function people({ asks, notes, edits }: Omit<Report, 'summary'>): string {
  const open = asks.filter(({ answer }) => answer === undefined).length;
  const parts = [
    asks.length > 0 ? `was asked ${plural(asks.length, 'time')}${open > 0 ? ` (${open} not answered yet)` : ''}` : '',
    notes.length > 0 ? `left ${plural(notes.length, 'note')}` : '',
    edits.length > 0 ? `changed the TODOs ${plural(edits.length, 'time')}` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : `A person ${listed(parts)}.`;
}
