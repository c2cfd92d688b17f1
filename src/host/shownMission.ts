import type { Recorded } from '../core/mission/facts';
import type { MissionState } from '../core/mission/state';
import { sentenceOf } from '../core/todo/text';
import type { Signal } from '../runtime/ports';
import type { FolderListener, FolderMode } from './folderTypes';
import { watchMission, type Growing, type Outcome } from './watchMission';
import type { MissionOnRecord } from './workspace';

/** The mission that a folder shows: driven here, watched, or at rest; and who is told of it. */
export class ShownMission {
  mode: FolderMode = 'none';
  /** Since when the driven mission’s server does not answer, in milliseconds since the epoch. */
  lostContactSince: number | undefined;
  /** What keeps the driven mission’s journal from being written, so that nothing new begins. */
  held: string | undefined;
  /** Why the last mission here broke off without an end. */
  trouble: string | undefined;
  private growing: Growing | undefined;
  private watching: { readonly mission: string; readonly end: AbortController } | undefined;
  private readonly listeners = new Set<FolderListener>();

  constructor(private readonly log: (sentence: string) => void) {}

  get state(): MissionState | undefined {
    return this.growing?.state;
  }

  get records(): readonly Recorded[] {
    return this.growing?.records ?? [];
  }

  listen(listener: FolderListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Shows a mission at rest, or none. */
  rest(mission: MissionOnRecord | undefined): void {
    this.unwatch();
    this.growing = mission && { state: mission.state, records: [...mission.records] };
    this.turn(mission ? 'over' : 'none');
  }

  /** A mission is about to begin here. */
  starts(): void {
    this.unwatch();
    this.trouble = undefined;
    this.turn('starting');
  }

  /** A mission is driven here; its first new records are on disk. */
  drives(state: MissionState, past: readonly Recorded[], records: readonly Recorded[]): void {
    this.growing = { state, records: [...past] };
    this.mode = 'drives';
    this.recorded(records);
    this.changed();
  }

  /** The mission here is over, or broke off for a reason. */
  ends(trouble?: string): void {
    this.lostContactSince = undefined;
    this.held = undefined;
    this.trouble = trouble;
    this.turn(this.growing ? 'over' : 'none');
  }

  recorded(records: readonly Recorded[]): void {
    this.growing?.records.push(...records);
    this.tell(records);
  }

  signalled(signal: Signal): void {
    const before = this.lostContactSince;
    if (signal.type === 'connected') this.lostContactSince = undefined;
    else if (signal.type === 'disconnected') this.lostContactSince ??= Date.now();
    this.each((listener) => {
      listener.signalled(signal);
    });
    if (before !== this.lostContactSince) this.changed();
  }

  holds(trouble: string | undefined): void {
    this.held = trouble;
    this.changed();
  }

  /** Follows a mission that another process drives; `over` is called when that one does not drive it any more. */
  watch(workspace: string, mission: string, over: (outcome: Outcome) => Promise<void>): void {
    if (this.watching?.mission === mission) return;
    this.unwatch();
    const end = new AbortController();
    this.watching = { mission, end };
    const { signal } = end;
    const began = (growing: Growing) => {
      if (signal.aborted) return;
      this.growing = growing;
      this.turn('watches');
    };
    const recorded = (records: readonly Recorded[]) => {
      // The records are among the mission’s already.
      if (!signal.aborted) this.tell(records);
    };
    watchMission({ workspace, mission, began, recorded, signal })
      .catch((error: unknown): Outcome => {
        this.log(`Mission ${mission} cannot be watched: ${sentenceOf(error)}`);
        return { type: 'free' };
      })
      .then(async (outcome) => {
        if (signal.aborted) return;
        this.unwatch();
        if (outcome.type === 'free') this.ends();
        await over(outcome);
      })
      .catch((error: unknown) => {
        this.log(sentenceOf(error));
      });
  }

  unwatch(): void {
    this.watching?.end.abort();
    this.watching = undefined;
  }

  /** Nobody is told anything any more. */
  close(): void {
    this.unwatch();
    this.listeners.clear();
  }

  private turn(mode: FolderMode): void {
    this.mode = mode;
    this.changed();
  }

  private tell(records: readonly Recorded[]): void {
    this.each((listener) => {
      listener.recorded(records);
    });
  }

  private changed(): void {
    this.each((listener) => {
      listener.changed();
    });
  }

  /** A listener that fails must not break the mission. */
  private each(tell: (listener: FolderListener) => void): void {
    for (const listener of this.listeners) {
      try {
        tell(listener);
      } catch (error) {
        this.log(`A listener failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      }
    }
  }
}
