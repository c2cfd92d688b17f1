import * as z from 'zod';

/** What the extension host tells the dashboard. A view of another version is loaded anew. */
export const protocolVersion = 1;

const time = z.number();
const recorded = z.object({ seq: z.number(), at: time, fact: z.looseObject({ type: z.string() }) });

/** The lossy news of an agent; `null` where it is forgotten. Times in milliseconds since the epoch. */
const news = z.object({
  headline: z.string(),
  lastEventAt: time,
  retryUntil: time.optional(),
  retryReason: z.string().optional(),
  tokens: z.number().optional(),
  cost: z.number().optional(),
  model: z.string().optional(),
  context: z.number().nonnegative().optional(),
  contextLimit: z.number().positive().optional(),
});
const agents = z.array(z.tuple([z.string(), news.nullable()]));

/** What holds a mission up that is no fact of it: said above everything, with what can be done about it. */
const notice = z.object({
  id: z.string(),
  severity: z.enum(['info', 'warning', 'error']),
  text: z.string(),
  actions: z.array(z.object({ label: z.string(), act: z.looseObject({ type: z.string() }) })),
});

/** Everything beside the mission that the dashboard shows: small, and sent whole when any of it changes. */
export const setupSchema = z.object({
  folder: z.object({ key: z.string(), name: z.string() }),
  /** Whether the mission can be started in another folder. */
  folders: z.number(),
  /** `none`: no mission yet; `drives`: this window runs it; `watches`: another process does; `over`: it rests. */
  mode: z.enum(['none', 'starting', 'drives', 'watches', 'over']),
  /** The sentence under the field of the empty state, and whether a mission can be started. */
  openCode: z.object({ found: z.boolean(), text: z.string() }),
  limits: z.array(z.object({ label: z.string(), value: z.string(), setting: z.string() })),
  /** Minutes-long digest interval of the notification feed, in milliseconds; 0 shows every item. */
  digestMs: z.number(),
  notices: z.array(notice),
  lostContactSince: time.optional(),
  /** A recorded demo is played: nothing can be done to it. */
  demo: z.boolean().optional(),
});

const transcriptEntry = z.object({
  id: z.string(),
  at: time,
  kind: z.enum(['prompt', 'text', 'reasoning', 'tool', 'error']),
  text: z.string(),
  /** Of a tool: what it answered, cut like `text`. */
  output: z.string().optional(),
  tool: z.string().optional(),
  status: z.enum(['running', 'completed', 'error']).optional(),
  exit: z.number().nullable().optional(),
  durationMs: z.number().optional(),
  added: z.number().optional(),
  removed: z.number().optional(),
});

const chatMessage = z.object({
  id: z.string(),
  from: z.enum(['person', 'model']),
  text: z.string(),
  done: z.boolean(),
  error: z.string().optional(),
});

/** Host to dashboard. `now` is the host’s clock: the view’s may differ on a remote machine. */
export const hostMessageSchema = z.discriminatedUnion('type', [
  /** Whole: after `ready`, when the panel is shown again, after a gap, for another mission. `records` are those the feed is made of. */
  z.object({
    type: z.literal('snapshot'),
    version: z.number(),
    now: time,
    setup: setupSchema,
    /** From `encodeState`, or null without a mission. */
    state: z.unknown(),
    /** Up to the newest 500 feed items, made by the host while it folded. */
    feed: z.array(z.unknown()),
    agents,
    chat: z.array(chatMessage),
  }),
  /** What is new since. `records` follow the state’s `seq` without a gap, else the view asks for a snapshot. */
  z.object({ type: z.literal('patch'), now: time, records: z.array(recorded), agents }),
  z.object({ type: z.literal('setup'), now: time, setup: setupSchema }),
  /** The newest entries of the session that the view watches. */
  z.object({
    type: z.literal('transcript'),
    session: z.string(),
    entries: z.array(transcriptEntry),
    total: z.number(),
    busy: z.boolean(),
    error: z.string().optional(),
  }),
  z.object({ type: z.literal('chat'), message: chatMessage }),
  /** The answer to `say`, `start` and `act`: a refusal keeps what the person wrote. */
  z.object({ type: z.literal('done'), id: z.number(), ok: z.boolean(), sentence: z.string().optional() }),
  /** Put the focus there: `compose` is the message box, `mission` the large field. */
  z.object({
    type: z.literal('show'),
    what: z.enum(['compose', 'mission', 'ask', 'agent', 'todo']),
    id: z.string().optional(),
    text: z.string().optional(),
  }),
]);

export type HostMessage = z.infer<typeof hostMessageSchema>;
export type Setup = z.infer<typeof setupSchema>;
export type Notice = z.infer<typeof notice>;
export type TranscriptRow = z.infer<typeof transcriptEntry>;
export type ChatRow = z.infer<typeof chatMessage>;
export type AgentPatch = z.infer<typeof agents>;
