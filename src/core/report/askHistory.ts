import type { Fact, Recorded } from '../mission/facts';
import { planAsk, type Ask, type MissionState } from '../mission/state';
import { isCommandersAsk, todoOfMergeAsk } from '../mission/reduceLanding';
import { plain } from '../todo/text';
import { agentName } from '../view/words';
import type { ReportAsk } from './model';

/** Everything that was asked, with its answers. */
export interface AskHistory {
  readonly list: readonly ReportAsk[];
  /** To be called after each record was reduced. */
  look(record: Recorded): void;
}

/** Watches a fold for asks that open and close. */
export function asksOf(s: MissionState): AskHistory {
  const list: ReportAsk[] = [];
  const open = new Map<Ask, number>();
  return {
    list,
    look({ at, fact }) {
      for (const [ask, index] of open) {
        if (s.asks.get(ask.id) === ask) continue;
        open.delete(ask);
        const known = list[index];
        if (known) list[index] = { ...known, closedAt: at, answer: answerOf(fact, ask) };
      }
      for (const ask of s.asks.values()) {
        if (open.has(ask)) continue;
        open.set(ask, list.length);
        list.push(opened(s, ask));
      }
    },
  };
}

function opened(s: MissionState, ask: Ask): ReportAsk {
  const record = s.sessions.get(ask.session ?? '');
  const who = record ? agentName(record) : isCommandersAsk(ask) ? 'the Commander' : 'the Orchestrator';
  const title = plain(ask.title, 600);
  return {
    kind: ask.kind,
    who: ask.id === planAsk ? 'the Orchestrator' : who,
    todo: record?.todo ?? todoOfMergeAsk(s, ask.id)?.id,
    title,
    openedAt: ask.openedAt,
  };
}

const replies: Readonly<Record<string, string>> = {
  once: 'allowed once',
  always: 'allowed for the mission',
  reject: 'denied',
  rejected: 'denied',
  answered: 'answered',
};

function answerOf(fact: Fact, ask: Ask): string {
  if (fact.type === 'ask.closed' && fact.ask === ask.id) return replies[fact.reply] ?? plain(fact.reply, 600);
  if (fact.type === 'mission.resumed') {
    if (ask.session !== undefined) return 'asked anew, since another process went on';
    if (ask.id === planAsk) return 'approved by going on';
    return fact.note === undefined ? 'not answered; the mission went on' : plain(fact.note, 600);
  }
  if (fact.type === 'mission.ended') return 'not answered; the mission ended';
  if (fact.type === 'settings.changed') return 'settled by other settings';
  return 'not answered; the turn was over';
}
