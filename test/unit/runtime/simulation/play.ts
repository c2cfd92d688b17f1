import type { Settings } from '../../../../src/core/mission/settings';
import type { MissionState } from '../../../../src/core/mission/state';
import { fakeMission, HostKilled, type FakeMission, type FakeOptions } from '../../../support/fakeMission';
import { ManualClock } from '../../../support/manualClock';
import { agentsOf, type Mood } from './agents';
import { Chance } from './chance';
import { History } from './history';
import { answerer, meddle } from './person';
import { StormyBackend } from './storm';
import { ampleSettings, settingsOf, weatherOf, weathers, type Weather } from './weather';

/** Lives in which anything may happen to a mission; after them nothing does, and after that even its agents do right. */
const stormyLives = 2;
const badLives = 4;
const mostLives = 16;

/** What became of a mission. */
export interface Told {
  readonly history: History;
  readonly weather: string;
  /** Processes that drove it. */
  readonly lives: number;
}

/** One setImmediate empties the whole queue of promises. */
class QuickClock extends ManualClock {
  override settle(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }
}

const full = () => Object.assign(new Error('Writing the journal failed: the disk is full.'), { kind: 'io' });

/** Plays the mission of a seed to its seal: whoever stops, kills or ends it, somebody goes on with it. */
export async function play(seed: number): Promise<Told> {
  const mission = new SimulatedMission(seed);
  await mission.play();
  return mission;
}

class SimulatedMission implements Told {
  readonly weather: string;
  readonly history: History;
  lives = 0;
  private readonly chance: Chance;
  private readonly clock = new QuickClock();
  private readonly mood: Mood;
  private readonly backend: StormyBackend;
  private readonly files = new Map<string, string>();
  private readonly sky: Weather;
  private readonly first: Settings;
  private isFull = false;
  private isDown = false;
  private offMs = 0;

  constructor(seed: number) {
    this.chance = new Chance(seed);
    this.weather = weatherOf(seed);
    this.sky = weathers[this.weather] ?? this.chance.one(Object.values(weathers));
    this.first = settingsOf(this.chance);
    this.mood = { bad: this.sky.agents };
    const outside = {
      busy: () => this.backend.busyNow,
      isTroubled: () => this.isDown || (!this.backend.calm && this.sky.calls > 0),
      exits: (session: string, command: string) =>
        (this.backend.sessions.get(session)?.runs ?? [])
          .filter((run) => run.command === command)
          .map(({ exit }) => exit),
    };
    this.history = new History(() => outside, seed % 7 === 0, seed % 31 === 0);
    this.backend = new StormyBackend(this.clock, this.chance, this.sky, agentsOf(this.chance, this.mood), this.history);
  }

  async play(): Promise<void> {
    const { history } = this;
    while (history.state.end?.state !== 'sealed') {
      if (this.lives >= mostLives)
        throw new Error(`It is not sealed after ${String(mostLives)} lives: ${JSON.stringify(history.state.end)}`);
      this.backend.calm = this.lives >= stormyLives;
      if (this.lives >= badLives) this.mood.bad = 0;
      await this.live();
      this.lives += 1;
      if (history.broken.length > 0) break;
      await this.pass(1 + this.chance.below(2_000));
    }
    await this.pass(5_000);
    this.lookBack();
  }

  private lookBack(): void {
    const { backend, history } = this;
    history.broken.push(...backend.violations.map((violation) => `4–6: ${violation}`));
    if (backend.busyNow > 0) history.broken.push('9: somebody works on after the seal');
    const calls = backend.calls.get('readTurn') ?? 0;
    const turns = history.state.turnsOrdered;
    // The host asks again when the stream is back or somebody falls idle, not without end.
    if (calls > 40 * (turns + 1))
      history.broken.push(`10: it spins: ${String(calls)} readings of ${String(turns)} turns`);
    if (history.broken.length > 0) throw new Error(`Invariant ${history.broken.slice(0, 3).join('\nInvariant ')}`);
  }

  /** One process drives the mission, until its end or its own. */
  private async live(): Promise<void> {
    const stormy = this.lives < stormyLives;
    const mission = this.host(stormy);
    if (stormy) this.disturb(mission);
    try {
      await mission.run();
    } catch (error) {
      const isHarm = error instanceof HostKilled || (error instanceof Error && error.message.includes('Make room'));
      if (!isHarm) throw error;
      mission.kill();
    }
    this.isFull = false;
  }

  private host(stormy: boolean): FakeMission {
    const { chance, history, clock, backend, files, sky } = this;
    const past = history.records.length > 0 ? { past: [...history.records], ...this.manner(history.state) } : {};
    const stays = chance.is(0.3);
    const killAt = {
      seq: stormy && this.lives < sky.kills ? history.records.length + 1 + chance.below(25) : Infinity,
      when: chance.one(['flushed', 'next'] as const),
    };
    const person = answerer(
      chance,
      () => backend,
      () => mission,
    );
    const options: FakeOptions = {
      ...{ clock, backend, files, killAt, shortLog: true },
      settings: this.settings(history.state),
      ...past,
      whenWaiting: stays ? 'stay' : 'end',
      watcher: person,
      written: (records, live) => {
        history.written(records, live.seq === records.at(-1)?.seq ? live : undefined);
      },
      journalMs: () => (stormy && chance.is(sky.disk) ? chance.below(chance.is(0.1) ? 2_000 : 30) : 0),
      refuses: () => (this.isFull ? full() : undefined),
      clockOffMs: () => this.offMs,
    };
    const mission: FakeMission = fakeMission(options);
    if (stays) {
      person.take(history.state);
      if (history.state.paused) clock.after(5_000, () => mission.driver.unpause('a person'));
    }
    return mission;
  }

  /** How the next process takes the mission up. */
  private manner(state: MissionState): Pick<FakeOptions, 'adopted' | 'note'> {
    if (!state.end && this.chance.is(0.6)) return { adopted: true };
    const asksOfCommander = [...state.asks.values()].some((ask) => ask.session === undefined && ask.id !== 'plan');
    const note = asksOfCommander && !state.asks.has('plan') ? true : !state.asks.has('plan') && this.chance.is(0.2);
    return note ? { note: 'go on' } : {};
  }

  private settings(state: MissionState): Settings {
    if (this.lives === 0 || state.seq === 0) return this.first;
    return this.lives >= badLives || this.chance.is(0.3)
      ? ampleSettings(state.settings, state.iteration)
      : state.settings;
  }

  /** What the weather does to a life. */
  private disturb(mission: FakeMission): void {
    const { sky, chance } = this;
    const often = (most: number, act: () => void) => {
      for (let times = this.lives; times < most; times += 1) act();
    };
    const sometime = (act: () => void) => this.clock.after(chance.below(10_000), act);
    often(sky.person, () => meddle(mission, chance));
    often(sky.server, () =>
      sometime(chance.is(0.5) ? () => this.crash() : () => this.backend.cut(chance.below(20_000))),
    );
    often(sky.full, () => sometime(() => this.fill()));
    often(sky.jumps, () => sometime(() => (this.offMs += chance.one([-3_600_000, 3_600_000, 86_400_000]))));
    if (sky.kills > 0 && chance.is(0.2)) sometime(() => mission.kill());
  }

  private crash(): void {
    if (this.isDown) return;
    this.isDown = true;
    this.backend.crash();
    this.clock.after(this.chance.one([100, 3_000, 30_000]), () => {
      this.isDown = false;
      this.backend.restart();
    });
  }

  private fill(): void {
    this.isFull = true;
    this.clock.after(this.chance.below(30_000), () => (this.isFull = false));
  }

  private pass(ms: number): Promise<void> {
    return this.clock.until(new Promise<void>((resolve) => this.clock.after(ms, resolve)));
  }
}
