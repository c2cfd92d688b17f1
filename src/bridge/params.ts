import * as z from 'zod';
import type { Settings } from '../core/mission/settings';
import { sentenceOf } from '../core/todo/text';
import type { Closing } from './closing';
import type { Hooks } from './host';
import type { Tag } from './missionOf';
import { presentTurns } from './presentTurns';

/** What the hook needs of the bridge. */
export interface Around {
  /** Undefined for sessions of anyone else. */
  readonly tagOf: (session: string) => Promise<Tag | undefined>;
  /** The mission’s settings as they are now. */
  readonly readSettings: (tag: Tag) => Promise<Settings>;
  readonly log: (sentence: string) => void;
  readonly ends: Closing;
}

const prompt = z.looseObject({ id: z.string() });

/**
 * Before each call of one of our agents: a turn that has answered is ended, and the others get the temperature of their role.
 * Everybody else’s calls are left alone. The settings are read once a turn.
 */
export function paramsHook({ tagOf, readSettings, log, ends }: Around): Hooks['chat.params'] {
  const temperatures = presentTurns<Promise<number | undefined>>();
  const temperatureOf = async (tag: Tag): Promise<number | undefined> => {
    const { role } = tag;
    if (role === 'chat') return undefined;
    const said = (await readSettings(tag))[`temperatures.${role}`];
    return said === '' ? undefined : Number(said);
  };
  return async ({ sessionID, message }, output) => {
    const tag = await tagOf(sessionID);
    if (!tag) return;
    const { id } = prompt.parse(message);
    await ends.beforeCall(sessionID, id);
    // Better the model’s own temperature than no turn.
    const temperature = await temperatures
      .of(sessionID, id, () => temperatureOf(tag))
      .catch((error: unknown) => {
        log(`The temperature of ${tag.role} is not known: ${sentenceOf(error)}`);
        return undefined;
      });
    if (temperature !== undefined) output.temperature = temperature;
  };
}
