import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { KnownModels } from '../../../src/core/mission/checkModels';
import type { Transcript } from '../../../src/opencode/transcript';
import { MissionFolder } from '../../../src/host/folder';
import type { HostBackend, HostParts } from '../../../src/host/parts';
import type { Clock } from '../../../src/runtime/ports';
import { FakeBackend, type FakeFaults, type FakePrompt, type Reply } from '../../support/fakeBackend';
import { diamond, goodAgents, todos, type Agent } from '../../support/fakeMission';

/** Time as it is. */
export const clock: Clock = {
  now: Date.now,
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};

/** A fake server that chats say something on: it outlives folders, as OpenCode does. */
export class FakeServer {
  readonly backend: FakeBackend;
  /** How often it was reached, and how often it was ended. */
  reached = 0;
  ended = 0;
  missing = false;
  /** What it can start; a test may change it. */
  models: KnownModels = { models: new Map() };
  /** The sessions that chats opened, and what was said in them. */
  readonly chats: string[] = [];
  /** The ids of their messages. */
  readonly prompts: string[] = [];
  readonly watched = new Map<string, ((transcript: Transcript) => void)[]>();

  constructor(agent: Agent, latencyMs: (prompt: FakePrompt) => number, faults: FakeFaults = {}) {
    const good = goodAgents(todos(diamond));
    this.backend = new FakeBackend(clock, (prompt): Reply => agent(prompt) ?? good(prompt), latencyMs, faults);
  }

  /** Tells a session’s transcript to whoever watches it. */
  tell(transcript: Transcript): void {
    for (const listener of this.watched.get(transcript.session) ?? []) listener(transcript);
  }

  parts(idleMs = 100): HostParts {
    return {
      idleMs,
      findServer: () => (this.missing ? Promise.reject(new Error('missing')) : Promise.resolve()),
      reachServer: ({ workspace }) => {
        if (this.missing) return Promise.reject(new Error('There is no server.'));
        this.reached += 1;
        const close = () => {
          this.ended += 1;
          return Promise.resolve();
        };
        return Promise.resolve({ address: { url: '', username: '', password: '' }, worktree: workspace, close });
      },
      connect: () => this.connect(),
    };
  }

  private connect(): HostBackend {
    const { backend, chats, prompts, watched } = this;
    const own: Omit<HostBackend, keyof FakeBackend> = {
      moveTo: () => undefined,
      follow: async (signal) => {
        setTimeout(() => {
          if (!signal.aborted) backend.connect();
        }, 5);
        await new Promise((resolve) => {
          signal.addEventListener('abort', resolve);
        });
      },
      knownModels: () => Promise.resolve(this.models),
      openChat: () => Promise.resolve('ses_chat0'),
      promptChat: (session, message, text) => {
        chats.push(text);
        prompts.push(message);
        this.tell(said(session, message, [], true));
        return Promise.resolve();
      },
      watchTranscript: (session, listener) => {
        watched.set(session, [...(watched.get(session) ?? []), listener]);
        return () => {
          watched.set(
            session,
            (watched.get(session) ?? []).filter((other) => other !== listener),
          );
        };
      },
    };
    return new Proxy(backend, {
      get: (target, name) => {
        const value: unknown = name in own ? Reflect.get(own, name) : Reflect.get(target, name);
        return typeof value === 'function' ? (value.bind(name in own ? own : target) as unknown) : value;
      },
    }) as unknown as HostBackend;
  }
}

/** A chat’s transcript after a prompt. */
export function said(session: string, message: string, texts: readonly string[], busy: boolean): Transcript {
  const prompt = { id: message.replace(/^msg_/, 'prt_'), at: 0, kind: 'prompt' as const, text: 'Hello?' };
  const answers = texts.map((text, index) => ({ id: `a${String(index)}`, at: 0, kind: 'text' as const, text }));
  return { session, entries: [prompt, ...answers], total: 1 + texts.length, busy };
}

/** An empty folder on a real disk, with mission folders of it on a fake server. */
export interface Bench {
  readonly directory: string;
  readonly server: FakeServer;
  readonly log: string[];
  readonly folder: (set?: readonly string[]) => MissionFolder;
}

export interface BenchOptions {
  readonly agent?: Agent;
  readonly latencyMs?: (prompt: FakePrompt) => number;
  readonly faults?: FakeFaults;
  readonly idleMs?: number;
}

/** Runs a test on a bench and clears up after it. */
export async function onBench(options: BenchOptions, act: (bench: Bench) => Promise<void>): Promise<void> {
  const directory = realpathSync(mkdtempSync(path.join(tmpdir(), 'orchestrator-host-')));
  const server = new FakeServer(options.agent ?? (() => undefined), options.latencyMs ?? (() => 5), options.faults);
  const log: string[] = [];
  const made: MissionFolder[] = [];
  const folder = (set: readonly string[] = []) => {
    const folderOptions = { directory, bridge: '/bridge.mjs', env: {}, settings: () => set };
    const one = new MissionFolder(
      { ...folderOptions, log: (sentence) => log.push(sentence) },
      server.parts(options.idleMs),
    );
    made.push(one);
    return one;
  };
  try {
    await act({ directory, server, log, folder });
  } finally {
    for (const one of made) await one.detach();
    rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}
