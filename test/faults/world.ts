/** The world of one mission: a repository, a model, a server, the hosts one after the other, and what was done to them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Model } from '../support/model/model';
import { opencode, scratch, scriptedModel, type Scratch } from '../support/scratch';
import { attachedServer, password, type Attached } from './attached';
import { startHost, type Host } from './hosts';
import { endMarked, markName, sendSignal } from './processes';
import type { Schedule, Strike } from './schedule';

/** Something that was done to a mission; times in milliseconds since the epoch. */
export interface Mark {
  readonly kind: string;
  readonly at: number;
  /** When it was over. */
  until?: number;
  /** What is wrong with how it went. */
  readonly wrong: string[];
}

export interface World {
  readonly schedule: Schedule;
  readonly place: Scratch;
  readonly model: Model;
  readonly attached: Attached | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly hosts: Host[];
  readonly marks: Mark[];
  /** When a server that the host was in touch with was killed, in milliseconds since the epoch. */
  readonly kills: number[];
  /** Strikes that last while others begin. */
  readonly background: Promise<unknown>[];
  /** The command line’s next process: `task` as long as there is no mission, then `resume`. */
  begin(): Host;
  /** Runs another call of the command line to its end. */
  call(...args: string[]): Promise<Host>;
  /** Waits for the record that a strike waits for; false when the host ended before it. */
  reached(strike: Strike): Promise<boolean>;
  /** The server’s process, waited for; undefined when there is none within 10 s. */
  serverPid(): Promise<number | undefined>;
  close(): Promise<void>;
}

export async function openWorld(schedule: Schedule): Promise<World> {
  const place = scratch();
  const env = { ...place.env, [markName]: place.base, OPENCODE_SERVER_PASSWORD: password };
  const model = await scriptedModel(place, schedule.scenario);
  const attached = schedule.hosted === 'attached' ? await attachedServer(place, env) : undefined;
  const hosts: Host[] = [];

  const begin = (): Host => {
    const where = attached ? ['--server', attached.line.url] : ['--opencode', opencode];
    const settings = schedule.settings.flatMap((pair) => ['--set', pair]);
    // What a mission was started with is its own: a resume need not say it again.
    const args = journalOf(place) === undefined ? ['task', missionText, ...where, ...settings] : ['resume'];
    const host = startHost(place, env, [...args, '--json']);
    hosts.push(host);
    return host;
  };
  const until = async <T>(look: () => T | undefined, ms: number): Promise<T | undefined> => {
    const deadline = Date.now() + ms;
    for (;;) {
      const found = look();
      if (found !== undefined || Date.now() > deadline) return found;
      await sleep(20);
    }
  };
  return {
    ...{ schedule, place, model, attached, env, hosts, begin },
    marks: [],
    kills: [],
    background: [],
    call: async (...args) => {
      const host = startHost(place, env, args);
      await host.ended;
      return host;
    },
    reached: async ({ at }) => {
      const host = hosts.at(-1);
      if (!host) return false;
      const look = () => (host.exit() ? false : seqShown(hosts) >= at ? true : undefined);
      return (await until(look, patienceOf(schedule))) ?? false;
    },
    serverPid: () => until(() => (attached ? attached.pid() : leasedPid(place)), 10_000),
    close: async () => {
      for (const { child, exit } of hosts) if (!exit()) child.kill('SIGKILL');
      await attached?.end();
      endMarked(place.base);
      await model.close();
      place.remove();
    },
  };
}

/** Milliseconds that a mission may take before it counts as one that never ends. */
export function patienceOf({ patienceMs = 180_000 }: Schedule): number {
  return patienceMs;
}

const missionText = 'Write every file · Größe, 語, 🦊';

/** The path of the mission’s journal, once there is one with a record. */
export function journalOf(place: Scratch): string | undefined {
  const folder = path.join(place.workspace, '.opencode', 'orchestrator');
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names
    .map((name) => path.join(folder, name, 'journal.jsonl'))
    .find((file) => existsSync(file) && readFileSync(file, 'utf8').includes('\n'));
}

/** The newest record that any host has shown. */
function seqShown(hosts: readonly Host[]): number {
  const last = hosts.flatMap(({ shown }) => shown.slice(-2)).findLast(({ text }) => text.startsWith('{"v":1,"seq":'));
  return last === undefined ? 0 : Number(/"seq":(\d+)/.exec(last.text)?.[1]);
}

/** The process of the server that the host has started, if it is alive. */
function leasedPid(place: Scratch): number | undefined {
  const folder = path.join(place.base, 'state', 'opencode-orchestrator', 'servers');
  const name = existsSync(folder) ? readdirSync(folder).find((file) => file.endsWith('.json')) : undefined;
  if (name === undefined) return undefined;
  try {
    const { pid } = JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as { pid: number };
    return sendSignal(pid, 0) ? pid : undefined;
  } catch {
    return undefined; // it is replaced at this moment
  }
}
