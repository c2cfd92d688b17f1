import type { Act, ViewMessage } from '../../protocol/viewMessages';
import type { HostMessage } from '../../protocol/hostMessages';
import type { Clock } from '../../runtime/ports';
import type { Transcript } from '../../opencode/transcript';
import { paced } from '../pace';
import { incoming } from './incoming';
import { outgoing } from './outgoing';
import { newsOf, snapshotMessage, type Scene } from './scene';
import { tailMessage } from './tail';

/** A transcript’s tail is sent at most so often. */
const tailMs = 250;
/** Messages that wait for a page; a person asks for less while one is hidden. */
const mostHeld = 50;

/** What came of a person’s wish: `sentence` says why it was refused, or what there is to know. */
export interface Outcome {
  readonly ok: boolean;
  readonly sentence?: string | undefined;
}

export interface ChannelPorts {
  readonly clock: Clock;
  readonly log: (sentence: string) => void;
  readonly post: (message: HostMessage) => PromiseLike<boolean>;
  readonly visible: boolean;
  /** The page is of another version: it is loaded anew. */
  readonly outdated: () => void;
  readonly say: (text: string) => Promise<Outcome>;
  readonly start: (text: string) => Promise<Outcome>;
  readonly act: (act: Act) => Promise<Outcome>;
}

/** The talk between a scene and one page. */
export interface Channel {
  receive(raw: unknown): void;
  shown(visible: boolean): void;
  /** The page is loaded anew. */
  reset(): void;
  /** Puts the focus of the page somewhere, as soon as it can be. */
  show(message: Extract<HostMessage, { type: 'show' }>): void;
  /** Another scene takes the place of the one that is shown. */
  play(scene: Scene): void;
  dispose(): void;
}

/** Opens the talk; the one who opened it disposes it. */
export function channel(first: Scene, ports: ChannelPorts): Channel {
  let scene = first;
  let forgetScene: (() => void) | undefined;
  let forgetWatch: (() => void) | undefined;
  let watched: Transcript | undefined;
  let isReady = false;
  /** What the next page must hear: answers that found none, and where the focus goes. */
  let held: HostMessage[] = [];
  const hold = (message: HostMessage): void => {
    const others = message.type === 'show' ? held.filter(({ type }) => type !== 'show') : held;
    held = [...others, message].slice(-mostHeld);
  };

  const out = outgoing(
    {
      clock: ports.clock,
      post: ports.post,
      snapshot: () => snapshotMessage(scene, ports.clock.now()),
      news: (sessions) => newsOf(scene, sessions),
      setup: () => scene.setup(),
    },
    ports.visible,
  );
  const tail = paced(ports.clock, tailMs, () => {
    if (watched) void out.say(tailMessage(watched));
  });

  const listen = (): void => {
    forgetScene = scene.listen({
      recorded: out.recorded,
      heard: out.heard,
      setupChanged: out.setupChanged,
      replaced: () => {
        watch(null);
        if (isReady) out.whole();
      },
      said: (message) => {
        void out.say({ type: 'chat', message });
      },
    });
  };
  const watch = (session: string | null): void => {
    forgetWatch?.();
    forgetWatch = undefined;
    watched = undefined;
    if (session === null) return;
    forgetWatch = scene.watchTranscript(session, (transcript) => {
      watched = transcript;
      tail.ask();
    });
  };
  const answer = (id: number, wish: Promise<Outcome>): void => {
    const done = async ({ ok, sentence }: Outcome): Promise<void> => {
      const message = { type: 'done', id, ok, ...(sentence === undefined ? {} : { sentence }) } as const;
      if (!isReady || !(await out.say(message))) hold(message);
    };
    wish.then(done, (error: unknown) =>
      done({ ok: false, sentence: error instanceof Error ? error.message : String(error) }),
    );
  };
  const take = (message: ViewMessage): void => {
    switch (message.type) {
      case 'ready':
        isReady = true;
        out.whole(held);
        held = [];
        return;
      case 'resync':
        out.whole();
        return;
      case 'say':
        answer(message.id, ports.say(message.text));
        return;
      case 'start':
        answer(message.id, ports.start(message.text));
        return;
      case 'act':
        answer(message.id, ports.act(message.act));
        return;
      case 'watch':
        watch(message.session);
    }
  };
  const gate = incoming({
    now: () => ports.clock.now(),
    log: ports.log,
    take,
    outdated: ports.outdated,
  });

  listen();
  return {
    receive: gate.receive,
    shown(visible) {
      // A page that is hidden is thrown away: the new one says what it watches.
      if (!visible) {
        isReady = false;
        watch(null);
      }
      out.shown(visible);
    },
    reset() {
      isReady = false;
      watch(null);
      gate.reset();
      out.reset();
    },
    show(message) {
      if (isReady) void out.say(message);
      else hold(message);
    },
    play(next) {
      forgetScene?.();
      watch(null);
      scene = next;
      listen();
      if (isReady) out.whole();
    },
    dispose() {
      forgetScene?.();
      watch(null);
      tail.dispose();
      gate.dispose();
      out.dispose();
    },
  };
}
