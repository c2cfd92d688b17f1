import * as z from 'zod';
import {
  errorEntry,
  headSchema,
  partEntry,
  partSchema,
  textChars,
  cut,
  type WireHead,
  type WirePart,
} from './transcriptEntries';
import type { Transcript, TranscriptEntry } from './transcript';

/** Entries that are told; milliseconds between two tellings, so four a second at most. */
const entriesTold = 1_000;
const tellMs = 250;
/** A text that streams for longer has a beginning that was missed. */
const lateMs = 1_000;

export interface TranscriptSource {
  readonly session: string;
  /** The workspace folder. */
  readonly directory: string;
  /** The session’s messages as OpenCode has them. */
  readonly read: () => Promise<readonly unknown[]>;
  readonly isBusy: () => Promise<boolean>;
}

const messageSchema = z.looseObject({ info: headSchema, parts: z.array(z.unknown()) });
const events = {
  'message.part.updated': z.looseObject({ part: partSchema }),
  'message.part.delta': z.looseObject({
    messageID: z.string(),
    partID: z.string(),
    field: z.string(),
    delta: z.string(),
  }),
  'message.updated': z.looseObject({ info: headSchema }),
  'message.part.removed': z.looseObject({ partID: z.string() }),
  'message.removed': z.looseObject({ messageID: z.string() }),
  'session.status': z.looseObject({ status: z.looseObject({ type: z.string() }) }),
};

/** A part’s text that streams: OpenCode stores it only when it is whole. */
interface Streaming {
  text: string;
  length: number;
}

/** A transcript that follows its session: read once, then kept up from events, and read again when the stream was away. */
export class TranscriptFeed {
  private readonly heads = new Map<string, WireHead>();
  private readonly parts = new Map<string, WirePart>();
  private readonly streaming = new Map<string, Streaming>();
  private busy = false;
  private error: string | undefined;
  private reading: Promise<void> | undefined;
  private again = false;
  private ended = false;
  private timer: NodeJS.Timeout | undefined;
  private toldAt = 0;

  constructor(
    private readonly source: TranscriptSource,
    private readonly listener: (transcript: Transcript) => void,
  ) {}

  /** Reads the session; what is read over an earlier reading replaces it. */
  reread(): void {
    if (this.reading) {
      this.again = true;
      return;
    }
    this.reading = this.read().finally(() => {
      this.reading = undefined;
      this.tell();
      if (!this.again || this.ended) return;
      this.again = false;
      this.reread();
    });
  }

  end(): void {
    this.ended = true;
    clearTimeout(this.timer);
  }

  /** Takes an event of the stream in; others’ are ignored. */
  take(type: string, properties: unknown): void {
    if (sessionOf(properties) !== this.source.session) return;
    switch (type) {
      case 'message.part.updated':
        this.with(type, properties, ({ part }) => {
          this.put(part);
        });
        break;
      case 'message.part.delta':
        this.with(type, properties, (delta) => {
          this.grow(delta);
        });
        break;
      case 'message.updated':
        this.with(type, properties, ({ info }) => this.heads.set(info.id, info));
        break;
      case 'message.part.removed':
        this.with(type, properties, ({ partID }) => this.parts.delete(partID));
        break;
      case 'message.removed':
        this.with(type, properties, ({ messageID }) => {
          this.remove(messageID);
        });
        break;
      case 'session.status':
        this.with(type, properties, ({ status }) => (this.busy = status.type !== 'idle'));
        break;
      case 'session.idle':
        this.busy = false;
        break;
      default:
        return;
    }
    this.tell();
  }

  private with<T extends keyof typeof events>(
    type: T,
    properties: unknown,
    act: (value: z.infer<(typeof events)[T]>) => void,
  ): void {
    const parsed = events[type].safeParse(properties);
    if (parsed.success) act(parsed.data as z.infer<(typeof events)[T]>);
  }

  private async read(): Promise<void> {
    try {
      const [messages, busy] = await Promise.all([this.source.read(), this.source.isBusy()]);
      for (const message of messages) {
        const parsed = messageSchema.safeParse(message);
        if (!parsed.success) continue;
        this.heads.set(parsed.data.info.id, parsed.data.info);
        for (const raw of parsed.data.parts) {
          const part = partSchema.safeParse(raw);
          if (!part.success) continue;
          this.put(part.data);
          this.joinLate(part.data);
        }
      }
      this.busy = busy;
      this.error = undefined;
    } catch (error) {
      this.error = `The transcript cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  /** The beginning of a text that streams for a while is known to nobody but OpenCode, until it is whole. */
  private joinLate({ id, text, time }: WirePart): void {
    if (text !== '' || time?.start === undefined || time.end !== undefined) return;
    if (this.streaming.has(id) || Date.now() - time.start < lateMs) return;
    this.streaming.set(id, { text: '… ', length: 2 });
  }

  private put(part: WirePart): void {
    this.parts.set(part.id, part);
    // What is read of a text that still streams is empty: then what was heard of it stands.
    if ((part.text ?? '') !== '' || part.time?.end !== undefined) this.streaming.delete(part.id);
  }

  private grow({ messageID, partID, field, delta }: z.infer<(typeof events)['message.part.delta']>): void {
    if (field !== 'text') return;
    const part = this.parts.get(partID);
    let grown = this.streaming.get(partID);
    if (!grown) {
      grown = { text: part?.text ?? '', length: part?.text?.length ?? 0 };
      this.streaming.set(partID, grown);
    }
    if (grown.text.length <= textChars) grown.text += delta;
    grown.length += delta.length;
    if (!part) this.parts.set(partID, { id: partID, messageID, sessionID: this.source.session, type: 'text' });
  }

  private remove(message: string): void {
    this.heads.delete(message);
    for (const part of this.parts.values()) if (part.messageID === message) this.parts.delete(part.id);
  }

  private tell(): void {
    if (this.ended || this.timer || this.reading) return;
    const wait = Math.max(0, this.toldAt + tellMs - Date.now());
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.toldAt = Date.now();
      if (!this.ended) this.listener(this.transcript());
    }, wait);
  }

  private transcript(): Transcript {
    const entries = this.entries();
    return {
      session: this.source.session,
      entries: entries.slice(-entriesTold),
      total: entries.length,
      busy: this.busy,
      ...(this.error === undefined ? {} : { error: this.error }),
    };
  }

  /** Messages and parts have ids that sort by their time. */
  private entries(): TranscriptEntry[] {
    const byMessage = new Map<string, TranscriptEntry[]>();
    for (const head of this.heads.values()) byMessage.set(head.id, []);
    for (const part of [...this.parts.values()].sort(byId)) {
      const entry = this.entryOf(part);
      if (!entry) continue;
      const list = byMessage.get(part.messageID);
      if (list) list.push(entry);
      else byMessage.set(part.messageID, [entry]);
    }
    return [...byMessage].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([id, list]) => [...list, ...this.errorOf(id)]);
  }

  private entryOf(part: WirePart): TranscriptEntry | undefined {
    const head = this.heads.get(part.messageID);
    const grown = this.streaming.get(part.id);
    if (!grown) return partEntry(part, head, this.source.directory);
    const entry = partEntry({ ...part, text: grown.text }, head, this.source.directory);
    return entry && { ...entry, text: cut(grown.text, grown.length) };
  }

  private errorOf(message: string): TranscriptEntry[] {
    const head = this.heads.get(message);
    const entry = head && errorEntry(head);
    return entry ? [entry] : [];
  }
}

function byId(a: { id: string }, b: { id: string }): number {
  return a.id < b.id ? -1 : 1;
}

const ofSession = z.looseObject({ sessionID: z.string() });
const within = z.looseObject({ part: ofSession.optional(), info: ofSession.optional() });

function sessionOf(properties: unknown): string | undefined {
  const own = ofSession.safeParse(properties);
  if (own.success) return own.data.sessionID;
  const inner = within.safeParse(properties);
  return inner.success ? (inner.data.part?.sessionID ?? inner.data.info?.sessionID) : undefined;
}
