import type { Settings } from '../core/mission/settings';
import { sentenceOf } from '../core/todo/text';
import { isAlive } from '../opencode/server';
import type { Transcript } from '../opencode/transcript';
import type { FolderBackend } from '../opencode/backend';
import { HostError } from './errors';
import type { HostBackend, HostParts } from './parts';
import type { ReachedServer, ServerWish } from './reachServer';

export interface LinkOptions {
  readonly parts: HostParts;
  /** What to reach or start; asked anew for each server. Rejects with a `HostError`. */
  readonly wish: (signal: AbortSignal) => Promise<ServerWish>;
  /** Whether a mission is driven in the folder, here or elsewhere: then its server is not ours to end. */
  readonly isDriven: () => Promise<boolean>;
  readonly log: (sentence: string) => void;
}

/** A server that runs for chats and transcripts alone. */
interface Idle {
  readonly server: ReachedServer;
  readonly backend: HostBackend;
  readonly following: AbortController;
}

interface Watch {
  readonly session: string;
  readonly listener: (transcript: Transcript) => void;
  last: Transcript | undefined;
  detach: (() => void) | undefined;
}

const lostSentence = 'The OpenCode server has ended.';

/**
 * The folder’s one server for everything beside the mission: the mission’s while one runs here, else one that is adopted or
 * started when it is needed and ended some time after its last use. Watched transcripts move along.
 */
export class ServerLink {
  private mission: FolderBackend | undefined;
  private idle: Idle | undefined;
  private opening: Promise<Idle> | undefined;
  private starting: AbortController | undefined;
  /** Held while a mission is about to begin: the server it will have is everybody’s. */
  private gate: { readonly passed: Promise<void>; readonly open: () => void } | undefined;
  private uses = 0;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;
  private readonly watches = new Set<Watch>();

  constructor(private readonly options: LinkOptions) {}

  /** Whether something is under way that would be lost with the server. */
  get isNeeded(): boolean {
    return this.uses > 0;
  }

  /** A mission is about to reach its server: a server of ours is left to it, or ended when it wants another one. */
  async giveWay(settings: Settings): Promise<void> {
    let open = (): void => undefined;
    const passed = new Promise<void>((resolve) => (open = resolve));
    this.gate = { passed, open };
    await this.opening?.catch(() => undefined); // whoever opens it hears of it
    const idle = this.letGo();
    if (idle && settings['server.url'] !== '') await idle.server.close();
  }

  /** The mission has its server. */
  join(backend: FolderBackend): void {
    this.mission = backend;
    this.attachAll(backend);
    this.pass();
  }

  /** The mission is over, or did not begin; what is under way goes on with the server that it left. */
  part(): void {
    this.mission = undefined;
    this.pass();
    if (!this.isNeeded || this.closed) return;
    this.open().catch((error: unknown) => {
      this.lost(sentenceOf(error));
    });
  }

  private pass(): void {
    this.gate?.open();
    this.gate = undefined;
  }

  /** Does something with the server; it is kept meanwhile. Throws `OpenCodeError`, `HostError`, or what `act` throws. */
  async use<T>(act: (backend: FolderBackend) => Promise<T>): Promise<T> {
    if (this.closed) throw new HostError('input', 'The folder is closed.');
    this.uses += 1;
    clearTimeout(this.timer);
    try {
      await this.gate?.passed;
      return await act(this.mission ?? (await this.open()).backend);
    } finally {
      this.uses -= 1;
      this.rest();
    }
  }

  /** Tells a session’s transcript until the returned function is called; when no server can be had, its `error` says so. */
  watch(session: string, listener: (transcript: Transcript) => void): () => void {
    const watch: Watch = { session, listener, last: undefined, detach: undefined };
    this.watches.add(watch);
    this.use((backend) => {
      if (this.watches.has(watch)) this.attach(watch, backend);
      return Promise.resolve();
    }).catch((error: unknown) => {
      this.say(watch, sentenceOf(error));
    });
    return () => {
      watch.detach?.();
      this.watches.delete(watch);
    };
  }

  /** Ends what is ours alone. */
  async close(): Promise<void> {
    this.closed = true;
    for (const watch of this.watches) watch.detach?.();
    this.watches.clear();
    this.pass();
    this.starting?.abort();
    await this.opening?.catch(() => undefined); // it failed: there is nothing to end
    await this.endIdle();
  }

  private async open(): Promise<Idle> {
    const { idle } = this;
    if (idle && (idle.server.pid === undefined || isAlive(idle.server.pid))) return idle;
    if (idle) this.letGo();
    this.opening ??= this.start().finally(() => {
      this.opening = undefined;
    });
    return await this.opening;
  }

  private async start(): Promise<Idle> {
    const { parts, log } = this.options;
    const following = new AbortController();
    this.starting = following;
    const wish = await this.options.wish(following.signal);
    const server = await parts.reachServer(wish);
    const backend = parts.connect(server, wish.workspace);
    const idle = { server, backend, following };
    this.idle = idle;
    backend.onSignal((signal) => {
      if (signal.type !== 'disconnected' || this.idle !== idle || following.signal.aborted) return;
      if (server.pid === undefined || isAlive(server.pid)) return log(signal.sentence);
      this.letGo();
      this.lost(lostSentence);
    });
    void backend.follow(following.signal);
    this.attachAll(backend);
    this.rest();
    return idle;
  }

  /** Forgets the idle server, which goes on running. */
  private letGo(): Idle | undefined {
    const { idle } = this;
    this.idle = undefined;
    clearTimeout(this.timer);
    idle?.following.abort();
    return idle;
  }

  private rest(): void {
    if (this.uses > 0 || !this.idle) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.endIdle().catch((error: unknown) => {
        this.options.log(`The idle server could not be ended: ${sentenceOf(error)}`);
      });
    }, this.options.parts.idleMs);
    // Whoever forgets to close must not be kept alive by it.
    this.timer.unref();
  }

  private async endIdle(): Promise<void> {
    // A mission elsewhere may have adopted it.
    const driven = this.idle && (await this.options.isDriven());
    if (this.uses > 0 && !this.closed) return;
    const idle = this.letGo();
    for (const watch of idle ? this.watches : []) this.pause(watch);
    if (!driven) await idle?.server.close();
  }

  private attachAll(backend: FolderBackend): void {
    for (const watch of this.watches) this.attach(watch, backend);
  }

  private attach(watch: Watch, backend: FolderBackend): void {
    watch.detach?.();
    watch.detach = backend.watchTranscript(watch.session, (transcript) => {
      watch.last = transcript;
      watch.listener(transcript);
    });
  }

  private pause(watch: Watch): void {
    watch.detach?.();
    watch.detach = undefined;
  }

  private lost(sentence: string): void {
    for (const watch of this.watches) {
      this.pause(watch);
      this.say(watch, sentence);
    }
  }

  private say({ session, last, listener }: Watch, error: string): void {
    listener({ session, entries: last?.entries ?? [], total: last?.total ?? 0, busy: false, error });
  }
}
