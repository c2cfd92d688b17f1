import { compactionContext, type Task } from '../core/agents/reminders';
import type { MissionState } from '../core/mission/state';
import { sentenceOf } from '../core/todo/text';
import { isToldTask, sessionOf, withOneState, withTask, type SentMessage } from './history';
import type { Hooks } from './host';
import type { Tag } from './missionOf';

/** What the hooks need of the bridge. */
export interface Around {
  /** Undefined for sessions of anyone else. */
  readonly tagOf: (session: string) => Promise<Tag | undefined>;
  readonly readMission: (tag: Tag) => Promise<MissionState>;
  readonly log: (sentence: string) => void;
}

type CompactionHooks = Pick<Hooks, 'experimental.session.compacting' | 'experimental.chat.messages.transform'>;

/**
 * Keeps our agents’ tasks through OpenCode’s compaction, and a Commander’s prompt free of the states of earlier turns. What
 * cannot be read is left as it is: a model that is told a little too much is better than a turn that fails.
 */
export function compactionHooks({ tagOf, readMission, log }: Around): CompactionHooks {
  /** Sessions whose summary is being made: their messages are read out to it, and nothing is added. */
  const compacting = new Set<string>();
  const missionOf = (tag: Tag): Promise<MissionState | undefined> =>
    readMission(tag).catch((error: unknown) => {
      log(`The task of a compacted session is not known: ${sentenceOf(error)}`);
      return undefined;
    });
  return {
    'experimental.session.compacting': async ({ sessionID }, output) => {
      const tag = await tagOf(sessionID);
      const task = tag && taskOf(tag);
      if (!task) return;
      compacting.add(sessionID);
      const mission = await missionOf(tag);
      if (mission) output.context.push(compactionContext(mission, task));
    },
    'experimental.chat.messages.transform': async (_input, { messages }) => {
      const session = sessionOf(messages);
      const tag = session === undefined ? undefined : await tagOf(session);
      const task = tag && taskOf(tag);
      if (session === undefined || !task) return;
      const isSummary = compacting.delete(session);
      const once = task.role === 'commander' ? withOneState(messages) : [...messages];
      const told = isSummary || isToldTask(task.role, once);
      const mission = told ? undefined : await missionOf(tag);
      replace(messages, mission ? withTask(once, mission, task) : once);
    },
  };
}

/** OpenCode looks at the list that it handed in, not at another one in its place. */
function replace(messages: SentMessage[], by: readonly SentMessage[]): void {
  messages.splice(0, messages.length, ...by);
}

function taskOf({ role, todo }: Tag): Task | undefined {
  return role === 'chat' ? undefined : { role, todo };
}
