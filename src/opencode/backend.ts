import path from 'node:path';
import { createOpencodeClient, type OpencodeClient } from '@opencode-ai/sdk/v2/client';
import * as z from 'zod';
import { agentNames } from '../core/agents/instructions';
import type { KnownModels } from '../core/mission/checkModels';
import type { Backend, PromptOrder, SessionOrder, Signal, TurnRecord } from '../runtime/ports';
import { authorization, type Address } from './address';
import { asked, type Answered } from './asked';
import { chatPrompt, chatSession } from './chat';
import { ContextRoom } from './contextRoom';
import { OpenCodeError } from './errors';
import { followEvents } from './eventStream';
import { partIdOf } from './ids';
import { readModels } from './models';
import { fetchWithin, requestMs } from './nodeFetch';
import type { Transcript } from './transcript';
import { TranscriptFeed } from './transcriptFeed';
import { recordedRuns, turnRecord } from './turnRecord';
import {
  envelope,
  messageSchema,
  permissionSchema,
  permissionSignal,
  questionSchema,
  questionSignal,
  signalsOf,
  type WireMessage,
} from './wire';

/** Messages read at once; a turn that is longer is read whole. */
const pageOfMessages = 100;

const sessionSchema = z.looseObject({ id: z.string(), metadata: z.unknown().optional() });
const ours = z.looseObject({
  orchestrator: z.looseObject({
    mission: z.string(),
    role: z.string(),
    todo: z.string().optional(),
    attempt: z.number(),
  }),
});

/** The agents’ side with what a person beside the mission needs: chats, and the transcripts of sessions. */
export interface FolderBackend extends Backend {
  /** Follows the events until aborted; `connected` is signalled each time the stream is there. */
  follow(signal: AbortSignal): Promise<void>;
  /** The models that OpenCode can start. Throws `OpenCodeError`. */
  knownModels(): Promise<KnownModels>;
  /** Opens a session that may only read; `mission` is whose folder it stands beside. */
  openChat(mission: string): Promise<string>;
  /** Sends a person’s message; `message` is an id of ours, so that it is sent once. */
  promptChat(session: string, message: string, text: string): Promise<void>;
  /** Tells a session’s transcript, at most four times a second, until the returned function is called. */
  watchTranscript(session: string, listener: (transcript: Transcript) => void): () => void;
}

export interface OpenCodeBackend extends FolderBackend {
  readonly client: OpencodeClient;
  /** Goes on with another server on the same data: the one before has ended. */
  moveTo(address: Address): void;
}

/** The SDK’s client over our own fetch, for one workspace folder; `withinMs` is for each request. */
export function clientFor(address: Address, directory: string, withinMs = requestMs): OpencodeClient {
  return createOpencodeClient({
    baseUrl: address.url,
    directory,
    fetch: (input: string | URL | Request, init?: RequestInit) => fetchWithin(withinMs, input, init),
    headers: { authorization: authorization(address) },
  });
}

/** OpenCode as the mission’s backend. `directory` is the workspace folder’s real path, `worktree` the root its edit rules are relative to. */
export function openCodeBackend(first: Address, directory: string, worktree: string): OpenCodeBackend {
  let address = first;
  let moved = new AbortController();
  let client = clientFor(address, directory);
  const listeners: ((signal: Signal) => void)[] = [];
  const emit = (signal: Signal) => {
    for (const listener of listeners) listener(signal);
  };
  /** Worktrees in which sessions of ours work, and the folder of each ask that was made in one. */
  const others = new Set<string>();
  const askedIn = new Map<string, string>();
  const clients = new Map<string, OpencodeClient>();
  const clientOf = (place: string | undefined): OpencodeClient => {
    if (place === undefined || place === directory) return client;
    const known = clients.get(place) ?? clientFor(address, place);
    clients.set(place, known);
    return known;
  };
  const reconnect = () => {
    moved.abort();
    moved = new AbortController();
  };
  const room = new ContextRoom(() => readModels(client));
  const prefix = prefixOf(directory, worktree);
  const readMessages = async (session: string, limit?: number): Promise<WireMessage[]> =>
    parsed(
      z.array(messageSchema),
      await asked(client.session.messages({ sessionID: session, ...(limit ? { limit } : {}) })),
    );
  /** Each folder has states of its own. */
  const busyIn = async (place: string | undefined): Promise<string[]> => {
    const status = parsed(statusSchema, await asked(clientOf(place).session.status()));
    return Object.keys(status).filter((session) => status[session]?.type !== 'idle');
  };
  const busySessions = async (): Promise<Set<string>> =>
    new Set((await Promise.all([directory, ...others].map(busyIn))).flat());
  const askSignal = (signal: Signal, place: string | undefined): void => {
    if (signal.type === 'asked' && place !== undefined && place !== directory) askedIn.set(signal.ask, place);
    emit(signal);
  };
  const openAsks = async (): Promise<void> => {
    for (const place of [directory, ...others]) {
      const permissions = parsed(z.array(permissionSchema), await asked(clientOf(place).permission.list()));
      for (const ask of permissions) askSignal(permissionSignal(ask), place);
      const questions = parsed(z.array(questionSchema), await asked(clientOf(place).question.list()));
      for (const ask of questions) askSignal(questionSignal(ask), place);
    }
    emit({ type: 'asksRead' });
  };
  const whereAsked = (ask: string): OpencodeClient => clientOf(askedIn.get(ask));
  const feeds = new Set<TranscriptFeed>();
  const feed = (event: unknown): void => {
    if (feeds.size === 0) return;
    const frame = envelope.safeParse(event);
    if (frame.success) for (const item of feeds) item.take(frame.data.type, frame.data.properties);
  };

  return {
    get client() {
      return client;
    },
    moveTo(next) {
      address = next;
      client = clientFor(next, directory);
      clients.clear();
      room.forget();
      emit({ type: 'moved' });
      reconnect();
    },
    hear(place, works) {
      const isFirst = works && others.size === 0;
      if (works) others.add(place);
      else if (others.delete(place)) {
        // What OpenCode holds for a folder costs memory as long as its server runs.
        clientOf(place)
          .instance.dispose()
          .catch(() => undefined); // then it ends with the server
        clients.delete(place);
      }
      if (isFirst) reconnect();
    },
    onSignal(listener) {
      listeners.push(listener);
    },
    async openSession(order) {
      const apart = order.directory;
      const created = await asked(
        clientOf(apart).session.create({
          ...(order.parent === undefined ? {} : { parentID: order.parent }),
          title: order.title,
          agent: agentNames[order.role],
          metadata: { orchestrator: { ...tagOf(order), ...(apart !== undefined && { home: directory }) } },
          // A worktree is its own root.
          permission: order.rules(apart === undefined ? prefix : ''),
        }),
      );
      return parsed(sessionSchema, created).id;
    },
    async findSession(order) {
      const listed =
        order.parent === undefined
          ? await asked(client.session.list({ roots: true, limit: 500 }))
          : await asked(client.session.children({ sessionID: order.parent }));
      const wanted = tagOf(order);
      return parsed(z.array(sessionSchema), listed).find(({ metadata }) => {
        const tag = ours.safeParse(metadata);
        if (!tag.success) return false;
        const { mission, role, todo, attempt } = tag.data.orchestrator;
        return mission === wanted.mission && role === wanted.role && todo === wanted.todo && attempt === wanted.attempt;
      })?.id;
    },
    async prompt(order) {
      await asked(client.session.promptAsync(promptBody(order)));
    },
    async abort(session) {
      await asked(client.session.abort({ sessionID: session }));
    },
    isBusy: async (session, place) => (await busyIn(place)).includes(session),
    busySessions,
    async readTurn(session, message): Promise<TurnRecord> {
      const page = turnRecord(await readMessages(session, pageOfMessages), message);
      return page.sent ? page : turnRecord(await readMessages(session), message);
    },
    async isEmpty(session) {
      return (await readMessages(session, 1)).length === 0;
    },
    async readRuns(session, apart) {
      return recordedRuns(await readMessages(session), apart ?? directory);
    },
    replyPermission: (ask, reply, message) =>
      taken(whereAsked(ask).permission.reply({ requestID: ask, reply, ...(message ? { message } : {}) })),
    replyQuestion: (ask, answers) =>
      taken(whereAsked(ask).question.reply({ requestID: ask, answers: answers.map((labels) => [...labels]) })),
    rejectQuestion: (ask) => taken(whereAsked(ask).question.reject({ requestID: ask })),
    knownModels: () => room.models(),
    async openChat(mission) {
      return parsed(sessionSchema, await asked(client.session.create(chatSession(mission)))).id;
    },
    async promptChat(session, message, text) {
      await asked(client.session.promptAsync(chatPrompt(session, message, text)));
    },
    watchTranscript(session, listener) {
      const read = () => readMessages(session);
      const isBusy = async () => (await busySessions()).has(session);
      const item = new TranscriptFeed({ session, directory, read, isBusy }, listener);
      feeds.add(item);
      item.reread();
      return () => {
        feeds.delete(item);
        item.end();
      };
    },
    follow(signal) {
      return followEvents(
        () => ({ address, moved: moved.signal, others }),
        directory,
        {
          event: (event, place) => {
            for (const item of signalsOf(event)) askSignal(room.measured(item), place);
            feed(event);
          },
          connected: () => {
            emit({ type: 'connected' });
            // Without it there is only no share of the context to show.
            room.models().catch(() => undefined);
            for (const item of feeds) item.reread();
            openAsks().catch((error: unknown) => {
              emit({ type: 'disconnected', sentence: `The open asks could not be read: ${String(error)}` });
            });
          },
          disconnected: (sentence) => {
            emit({ type: 'disconnected', sentence });
          },
        },
        signal,
      );
    },
  };
}

function tagOf({ mission, role, todo, attempt }: SessionOrder) {
  return { mission, role, ...(todo === undefined ? {} : { todo }), attempt };
}

function promptBody({ session, message, role, model, variant, text }: PromptOrder) {
  const cut = model.indexOf('/');
  return {
    sessionID: session,
    messageID: message,
    agent: agentNames[role],
    ...(cut > 0 ? { model: { providerID: model.slice(0, cut), modelID: model.slice(cut + 1) } } : {}),
    ...(variant ? { variant } : {}),
    parts: [{ type: 'text' as const, id: partIdOf(message), text }],
  };
}

/** The workspace folder relative to the root of the edit rules, with `/` at its end, or empty. */
function prefixOf(directory: string, worktree: string): string {
  const relative = path.relative(worktree, directory).split(path.sep).join('/');
  return relative === '' ? '' : `${relative}/`;
}

const statusSchema = z.record(z.string(), z.looseObject({ type: z.string() }));

/** Whether OpenCode took an answer; false when nobody asks that any more. */
async function taken(call: Promise<Answered>): Promise<boolean> {
  let gone = false;
  await asked(
    call.then((answered) => {
      gone = answered.response?.status === 404;
      return gone ? {} : answered;
    }),
  );
  return !gone;
}

function parsed<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new OpenCodeError(
    'protocol',
    `OpenCode’s answer has another form than expected: ${result.error.issues[0]?.message ?? ''}`,
  );
}
