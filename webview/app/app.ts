import type { Act, ViewMessage } from '../../src/protocol/viewMessages';
import { protocolVersion } from '../../src/protocol/hostMessages';
import { makeMirror, type Mirror } from './mirror';
import { makeOutbox } from './outbox';
import { makeSaved, type Saved } from './saved';
import type { Box } from './box';
import { makeTicker, type Ticker } from './ticker';
import type { Host } from './vscodeApi';

/** What the host said to something that was asked; a sentence says why not. */
export interface Answer {
  readonly ok: boolean;
  readonly sentence?: string | undefined;
}

/** Everything the components share. */
export interface App {
  readonly mirror: Mirror;
  readonly saved: Saved;
  readonly ticker: Ticker;
  /** Does something and tells what came of it. */
  readonly ask: (act: Act) => Promise<Answer>;
  /** Does something; a refusal is shown above everything. */
  readonly act: (act: Act) => void;
  /** Sends the text of the message box, which is empty from then on; a refusal puts it back. */
  readonly say: (text: string) => Promise<Answer>;
  /** Starts a mission; its field is emptied once it began. */
  readonly start: (text: string) => Promise<Answer>;
  /** Whose transcript is looked at; null: none. */
  readonly watch: (session: string | null) => void;
  /** Listens to the host; the first message goes out. */
  readonly begin: () => void;
}

/** Puts the page’s parts together over a host. */
export function makeApp(host: Host): App {
  const ticker = makeTicker();
  const saved = makeSaved(host);
  const asked = new Map<number, (answer: Answer) => void>();
  const outbox = makeOutbox(saved);
  // A page that is loaded again must not take an answer to its predecessor for its own.
  let number = Date.now();

  const mirror = makeMirror({
    ticker,
    resync: () => {
      host.post({ type: 'resync' });
    },
    done: ({ id, ok, sentence }) => {
      const resolve = asked.get(id);
      asked.delete(id);
      outbox.answered(id, { ok });
      if (resolve) resolve({ ok, sentence });
      // An earlier page asked, which was hidden before it was told.
      else if (!ok) mirror.refuse(sentence ?? '');
    },
  });
  mirror.subscribe(() => {
    const folder = mirror.view().setup?.folder.key;
    // The next window finds by it to which folder this page belongs.
    if (folder !== undefined) saved.set('folder', folder);
  });
  const send = (make: (id: number) => ViewMessage): Promise<Answer> => {
    number += 1;
    const message = make(number);
    return new Promise((resolve) => {
      asked.set(number, resolve);
      host.post(message);
    });
  };
  const ask = (act: Act): Promise<Answer> => send((id) => ({ type: 'act', id, act }));
  const sendFrom = (box: Box, type: 'say' | 'start', text: string): Promise<Answer> =>
    send((id) => {
      outbox.put(box, { id, text });
      return { type, id, text };
    });

  return {
    mirror,
    saved,
    ticker,
    ask,
    act(act) {
      mirror.refuse(undefined);
      void ask(act).then((answer) => {
        if (!answer.ok) mirror.refuse(answer.sentence ?? '');
      });
    },
    say: (text) => sendFrom('compose', 'say', text),
    start: (text) => sendFrom('mission', 'start', text),
    watch(session) {
      mirror.forgetTranscript();
      host.post({ type: 'watch', session });
    },
    begin() {
      window.addEventListener('message', (event) => {
        mirror.receive(event.data);
      });
      host.post({ type: 'ready', version: protocolVersion });
    },
  };
}
