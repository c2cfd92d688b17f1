import { partIdOf, messageIds } from '../opencode/ids';
import type { Transcript } from '../opencode/transcript';
import type { FolderBackend } from '../opencode/backend';
import { HostError } from './errors';
import type { ChatMessage } from './folderTypes';
import type { ServerLink } from './serverLink';

const newMessage = messageIds(Date.now);

/** How far an answer is. */
interface Progress {
  readonly text: string;
  readonly done: boolean;
  readonly error?: string;
}

/** Chat Mode: a person and a model that may read the folder, in one session as long as the window is open. */
export class Chat {
  private session: string | undefined;
  private stopping: (() => void) | undefined;

  constructor(
    private readonly link: ServerLink,
    /** Whose folder it is; a chat carries a mission’s id as every session of ours. */
    private readonly mission: () => string,
  ) {}

  /**
   * Sends a message and tells the answer as it grows, until it is done. Throws `HostError` `input` while another answer is
   * written, `OpenCodeError` when no server can be had or it refuses; what goes wrong later is the answer’s `error`.
   */
  async say(text: string, listener: (message: ChatMessage) => void): Promise<void> {
    if (this.stopping) throw new HostError('input', 'An answer is still being written: wait for it, or stop it.');
    if (text.trim() === '') throw new HostError('input', 'The message is empty.');
    let stop = (): void => undefined;
    const stopped = new Promise<void>((resolve) => (stop = resolve));
    this.stopping = stop;
    try {
      await this.link.use((backend) => this.ask(backend, text, listener, stopped));
    } finally {
      this.stopping = undefined;
    }
  }

  /** Ends the answer that is being written, if there is one. */
  stop(): void {
    this.stopping?.();
  }

  private async ask(
    backend: FolderBackend,
    text: string,
    listener: (message: ChatMessage) => void,
    stopped: Promise<void>,
  ): Promise<void> {
    const session = (this.session ??= await backend.openChat(this.mission()));
    const message = newMessage();
    const id = `answer_${message}`;
    let last: Progress = { text: '', done: false };
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const tell = (now: Progress): void => {
      if (last.done || (!now.done && now.text === last.text)) return;
      last = now;
      listener({ id, from: 'model', ...now });
      if (now.done) end();
    };
    let worked = false;
    const unwatch = this.link.watch(session, (transcript) => {
      worked ||= transcript.busy;
      tell(progressOf(transcript, partIdOf(message), worked));
    });
    try {
      await backend.promptChat(session, message, text);
      await Promise.race([ended, stopped]);
      if (last.done) return;
      await backend.abort(session);
      tell({ ...last, done: true });
    } finally {
      unwatch();
    }
  }
}

/** The answer to a prompt as its session’s transcript tells it. */
function progressOf({ entries, busy, error }: Transcript, prompt: string, worked: boolean): Progress {
  const start = entries.findIndex((entry) => entry.id === prompt);
  const after = start < 0 ? [] : entries.slice(start + 1);
  const text = after
    .filter((entry) => entry.kind === 'text')
    .map((entry) => entry.text)
    .join('\n\n');
  const failed = error ?? after.find((entry) => entry.kind === 'error')?.text;
  if (failed !== undefined && !busy) return { text, done: true, error: failed };
  // Idle with nothing said yet: the prompt may be stored only just now.
  return { text, done: start >= 0 && !busy && (text !== '' || worked) };
}
