import type { Recorded } from '../../core/mission/facts';
import type { AgentPatch, HostMessage, Setup } from '../../protocol/hostMessages';
import type { Clock } from '../../runtime/ports';

/** At most ten patches a second with records, four when only news changed, two snapshots. */
const recordsMs = 100;
const newsMs = 250;
const snapshotMs = 500;
/** Bytes of one patch; one record may be larger and then goes alone. */
export const patchBytes = 64 * 1024;
/** Bytes of records that may wait before a snapshot is cheaper. */
const queueBytes = 10 * patchBytes;
/** Milliseconds after which a message that was never said to have arrived holds nothing up any more. */
const deliveryMs = 5_000;
/** What a patch costs beside its records and news. */
const frameBytes = 200;

export interface OutgoingPorts {
  readonly clock: Clock;
  /** Resolves with whether it arrived; a view that is slow to take messages is not given more of them. */
  readonly post: (message: HostMessage) => PromiseLike<boolean>;
  readonly snapshot: () => HostMessage;
  /** The news of these sessions as they are now. */
  readonly news: (sessions: Iterable<string>) => AgentPatch;
  readonly setup: () => Setup;
}

/** What brings changes to a view, few and small; a hidden view gets nothing, and one snapshot when it is shown again. */
export interface Outgoing {
  readonly recorded: (records: readonly Recorded[]) => void;
  /** News of a session changed. */
  readonly heard: (session: string) => void;
  readonly setupChanged: () => void;
  /** The view wants everything anew: it is ready, it met a gap, or it shows another mission. `then` is said after it. */
  readonly whole: (then?: readonly HostMessage[]) => void;
  /** The page is loaded anew: nothing is sent before it asks for everything. */
  readonly reset: () => void;
  readonly shown: (visible: boolean) => void;
  /** Sends at once what is neither state nor news, and resolves with whether it arrived. Dropped while the view is hidden. */
  readonly say: (message: HostMessage) => Promise<boolean>;
  readonly dispose: () => void;
}

interface Waiting {
  readonly record: Recorded;
  readonly bytes: number;
}

/** Collects what is new and sends it at a bounded pace, in bounded pieces. */
export function outgoing(ports: OutgoingPorts, visible: boolean): Outgoing {
  const { clock } = ports;
  let isShown = visible;
  let isReady = false;
  let isDisposed = false;
  let wantsAll = false;
  /** It is shown again and has had nothing yet. */
  let isFresh = false;
  let setupIsNew = false;
  let records: Waiting[] = [];
  let bytes = 0;
  const heard = new Set<string>();
  let sentAt = -Infinity;
  let snapshotAt = -Infinity;
  /** The delivery that is waited for; a later one has another number. */
  let inFlight = 0;
  let deliveries = 0;
  const afterWhole: HostMessage[] = [];
  let forgetTimer: (() => void) | undefined;
  let dueAt = Infinity;

  const forget = (): void => {
    records = [];
    bytes = 0;
    heard.clear();
    setupIsNew = false;
  };
  const live = (): boolean => isReady && isShown && !isDisposed;

  const post = (message: HostMessage): void => {
    const number = (deliveries += 1);
    inFlight = number;
    const over = (arrived: boolean): void => {
      if (inFlight !== number) return;
      inFlight = 0;
      stopWaiting();
      if (!arrived) wantsAll = true;
      plan();
    };
    const stopWaiting = clock.after(deliveryMs, () => {
      over(true);
    });
    ports.post(message).then(over, () => {
      over(false);
    });
  };

  /** When the next message is due, or never. A clock that was put back holds nothing up. */
  const nextAt = (): number => {
    if (clock.now() < sentAt) sentAt = -Infinity;
    if (clock.now() < snapshotAt) snapshotAt = -Infinity;
    if (!live() || inFlight !== 0) return Infinity;
    if (wantsAll) return snapshotAt + snapshotMs;
    if (records.length > 0) return sentAt + recordsMs;
    if (heard.size > 0 || setupIsNew) return sentAt + newsMs;
    return Infinity;
  };

  const plan = (): void => {
    const at = nextAt();
    if (forgetTimer !== undefined && dueAt <= at) return;
    forgetTimer?.();
    forgetTimer = undefined;
    dueAt = at;
    if (at === Infinity) return;
    forgetTimer = clock.after(Math.max(0, at - clock.now()), () => {
      forgetTimer = undefined;
      dueAt = Infinity;
      flush();
    });
  };

  const flush = (): void => {
    // What was due may have been sent, hidden or overtaken since.
    if (nextAt() > clock.now()) {
      plan();
      return;
    }
    sentAt = clock.now();
    if (wantsAll) {
      wantsAll = false;
      snapshotAt = sentAt;
      forget();
      post(ports.snapshot());
      for (const message of afterWhole.splice(0)) void deliver(message);
      return;
    }
    if (setupIsNew) {
      setupIsNew = false;
      post({ type: 'setup', now: sentAt, setup: ports.setup() });
      // It is small and rare: the patch need not wait for another turn.
      inFlight = 0;
    }
    if (records.length > 0 || heard.size > 0) post(patch());
    plan();
  };

  const deliver = async (message: HostMessage): Promise<boolean> => {
    try {
      return await ports.post(message);
    } catch {
      // The view is gone: nothing arrives there any more.
      return false;
    }
  };

  const patch = (): HostMessage => {
    let room = patchBytes - frameBytes;
    const taken: Recorded[] = [];
    while (records[0] !== undefined && (taken.length === 0 || records[0].bytes <= room)) {
      room -= records[0].bytes;
      bytes -= records[0].bytes;
      taken.push(records[0].record);
      records.shift();
    }
    const agents: AgentPatch = [];
    for (const session of heard) {
      const news = ports.news([session]);
      room -= sizeOf(news);
      if (room < 0) break;
      agents.push(...news);
      heard.delete(session);
    }
    return { type: 'patch', now: clock.now(), records: taken, agents };
  };

  return {
    recorded(added) {
      if (!live() || wantsAll) return;
      for (const record of added) {
        const size = sizeOf(record);
        records.push({ record, bytes: size });
        bytes += size;
      }
      if (bytes > queueBytes && records.length > 1) {
        wantsAll = true;
        forget();
      }
      plan();
    },
    heard(session) {
      if (!live() || wantsAll) return;
      heard.add(session);
      plan();
    },
    setupChanged() {
      if (!live() || wantsAll) return;
      setupIsNew = true;
      plan();
    },
    whole(then = []) {
      afterWhole.push(...then);
      if (!isReady || isFresh) snapshotAt = -Infinity;
      isReady = true;
      isFresh = false;
      wantsAll = true;
      inFlight = 0;
      forget();
      plan();
    },
    reset() {
      isReady = false;
      inFlight = 0;
      forget();
      plan();
    },
    shown(now) {
      if (isShown === now) return;
      isShown = now;
      inFlight = 0;
      // VS Code throws a hidden page away: the new one says in a moment that it is ready. One that was kept is told all then.
      if (now && isReady) {
        wantsAll = true;
        isFresh = true;
        snapshotAt = clock.now();
      }
      forget();
      plan();
    },
    say: (message) => (live() ? deliver(message) : Promise.resolve(false)),
    dispose() {
      isDisposed = true;
      forgetTimer?.();
      forgetTimer = undefined;
      forget();
    },
  };
}

function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value)) + 1;
}
