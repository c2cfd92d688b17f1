import * as z from 'zod';
import type { Settings } from '../core/mission/settings';
import { sentenceOf } from '../core/todo/text';
import type { Closing } from './closing';
import type { Hooks } from './host';
import type { Tag } from './missionOf';

/** What the hook needs of the bridge. */
export interface Around {
  /** Undefined for sessions of anyone else. */
  readonly tagOf: (session: string) => Promise<Tag | undefined>;
  /** The mission’s settings as they are now. */
  readonly readSettings: (mission: string) => Promise<Settings>;
  readonly log: (sentence: string) => void;
  readonly ends: Closing;
}

/** Sessions whose turn is remembered. */
const mostSessions = 500;
const prompt = z.looseObject({ id: z.string() });

/** Gives the calls of our agents the temperature of their role; all others keep theirs. The settings are read once a turn. */
export function paramsHook({ tagOf, readSettings, log, ends }: Around): Hooks['chat.params'] {
  const turns = new Map<string, { readonly message: string; readonly temperature: Promise<number | undefined> }>();
  const temperatureOf = async ({ mission, role }: Tag): Promise<number | undefined> => {
    if (role === 'chat') return undefined;
    const said = (await readSettings(mission))[`temperatures.${role}`];
    return said === '' ? undefined : Number(said);
  };
  return async ({ sessionID, message }, output) => {
    const tag = await tagOf(sessionID);
    if (!tag) return;
    const { id } = prompt.parse(message);
    await ends.beforeCall(sessionID, id);
    const known = turns.get(sessionID);
    const turn = known?.message === id ? known : { message: id, temperature: temperatureOf(tag) };
    turns.delete(sessionID);
    turns.set(sessionID, turn);
    for (const oldest of turns.keys()) {
      if (turns.size <= mostSessions) break;
      turns.delete(oldest);
    }
    // Better the model’s own temperature than no turn.
    const temperature = await turn.temperature.catch((error: unknown) => {
      log(`The temperature of ${tag.role} is not known: ${sentenceOf(error)}`);
      return undefined;
    });
    if (temperature !== undefined) output.temperature = temperature;
  };
}
