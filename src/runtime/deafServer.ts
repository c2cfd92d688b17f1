import type { MissionState } from '../core/mission/state';
import type { Ports } from './ports';

/** A stop that is not confirmed after so long ends the server, if it is ours: it is deaf, or an agent is. */
const deafMs = 6_000;

/** Ends a server that does not hear a stop, with every agent in it. */
export class DeafServer {
  private server: 'ours' | 'ending' | 'ended' = 'ours';
  /** Since when this process winds the mission up, in milliseconds since the epoch. */
  private stopSince: number | undefined;

  constructor(
    private readonly ports: Pick<Ports, 'clock' | 'log' | 'endServer'>,
    private readonly ended: () => void,
  ) {}

  get isEnded(): boolean {
    return this.server === 'ended';
  }

  look({ stop, end }: Pick<MissionState, 'stop' | 'end'>): void {
    if (!stop || end) {
      this.stopSince = undefined;
      return;
    }
    const now = this.ports.clock.now();
    this.stopSince ??= now;
    if (this.server !== 'ours' || now - this.stopSince < deafMs) return;
    this.server = 'ending';
    this.ports.log('The stop is not confirmed; the server is ended with everything in it.');
    void (this.ports.endServer?.() ?? Promise.resolve(false)).then((ended) => {
      if (!ended) return;
      this.server = 'ended';
      this.ended();
    });
  }

  /** So many milliseconds passed in which nobody worked. */
  shift(ms: number): void {
    if (this.stopSince !== undefined) this.stopSince += ms;
  }
}
