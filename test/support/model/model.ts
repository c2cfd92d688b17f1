/**
 * A scripted language model: an OpenAI-compatible server on 127.0.0.1 that a real OpenCode server talks to. It plays the roles of a
 * mission from a scenario (see `scenario.ts`) and records every call.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLog, fits } from './calls';
import type { Call, CallLog, CallMatch } from './calls';
import { distort, faultsFor, strike } from './faults';
import type { Armed } from './faults';
import { play } from './play';
import { readAsk } from './request';
import type { Ask } from './request';
import { parseScenario } from './scenario';
import type { Fault, FaultMatch, Scenario, Script } from './scenario';
import { lengthOf, sendJson, stream, whole } from './stream';
import type { Wire } from './stream';
import type { Part, Reply } from './turn';

export interface ModelOptions {
  /** Default 0: any free port. */
  readonly port?: number;
  /** The workspace, for requests whose system prompt names no working directory. */
  readonly directory?: string;
}

export interface Model extends Omit<CallLog, 'attemptOf' | 'begin' | 'end'> {
  /** The base URL for a provider’s options, with `/v1`. */
  readonly url: string;
  readonly port: number;
  /** Waits until the predicate is truthy, asked after each start and end of a call; rejects after `timeoutMs` (default 10,000). */
  waitFor<T>(predicate: (model: Model) => T, timeoutMs?: number): Promise<NonNullable<T>>;
  /** Waits for a call that fits, seen already or to come. */
  waitForCall(match: CallMatch, timeoutMs?: number): Promise<Call>;
  /** Adds a fault before all others; returns how to take it back. */
  inject(fault: Fault): () => void;
  /** Holds every call that fits until it is released. */
  hold(match?: FaultMatch): () => void;
  /** Plays another scenario from the next call on; the record stays. */
  play(scenario: Scenario | Script): void;
  /** The JSON Schema of a tool as the last request that offered it had it. */
  toolSchema(name: string): unknown;
  /** Breaks what is open and closes the port. */
  close(): Promise<void>;
}

/** Starts the model; throws when the scenario is wrong or the port is taken. */
export async function startModel(scenario: Scenario | Script, options: ModelOptions = {}): Promise<Model> {
  const log = createLog();
  const armory = new Map<Fault, Armed>();
  const injected: Fault[] = [];
  const scopes: Scopes = new Map();
  const schemas = new Map<string, unknown>();
  let script = scriptOf(scenario);
  let lastToolCall = 0;

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request);
    const route = (request.url ?? '').replace(/\?.*$/, '');
    if (route.endsWith('/models'))
      return sendJson(response, 200, { object: 'list', data: [{ id: 'scripted-1', object: 'model' }] });
    if (!route.endsWith('/chat/completions')) return sendJson(response, 404, { error: { message: 'No such route.' } });
    let ask: Ask;
    try {
      ask = remembered(scopes, readAsk(body, request.headers));
    } catch (error) {
      return sendJson(response, 400, { error: { message: String(error), type: 'invalid_request_error' } });
    }
    for (const [name, schema] of ask.tools) schemas.set(name, schema);
    const part: Part = {
      ask,
      script,
      attempt: log.attemptOf(ask),
      directory: ask.directory ?? options.directory ?? process.cwd(),
    };
    const call = log.begin(ask, part.attempt);
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    let outcome = 'aborted';
    try {
      outcome = await respond(part, call, response, gone.signal);
    } catch (error) {
      if (gone.signal.aborted) return;
      outcome = 'error';
      if (!response.headersSent) sendJson(response, 400, { error: { message: String(error), type: 'scenario_error' } });
      else response.destroy();
    } finally {
      log.end(call, outcome);
    }
  };

  const respond = async (part: Part, call: Call, response: ServerResponse, signal: AbortSignal): Promise<string> => {
    if (log.inFlight > (script.capacity ?? Infinity)) {
      const error = { message: 'Too many requests at once.', type: 'rate_limit_error' };
      sendJson(response, 429, { error }, { 'retry-after': '2' });
      return 'status 429';
    }
    const plain = play(part);
    const faults = strike(armory, faultsFor(part, injected), part, call.n, plain);
    const reply = distort(part, plain, faults);
    await sleep(delayOf(script, reply) + sum(faults.map((fault) => fault.slow ?? 0)), undefined, { signal });
    const holds = faults.flatMap((fault) => (fault.hold ? [fault.hold] : []));
    await Promise.race([Promise.all(holds), aborted(signal)]);
    signal.throwIfAborted();

    const hang = faults.find((fault) => fault.hang !== undefined)?.hang;
    if (hang !== undefined) {
      await (hang === true ? aborted(signal) : sleep(hang, undefined, { signal }));
      signal.throwIfAborted();
      response.destroy();
      return 'hang';
    }
    const failed = faults.find((fault) => fault.status !== undefined);
    if (failed?.status !== undefined) {
      const message = failed.message ?? `Scripted failure ${failed.status}.`;
      sendJson(response, failed.status, failed.body ?? { error: { message, type: 'scripted_error' } }, failed.headers);
      return `status ${failed.status}`;
    }
    const wire: Wire = {
      model: part.ask.model,
      text: reply.text,
      ...(reply.tool ? { tool: { ...reply.tool, id: `call_${reply.tool.idHint}_${(lastToolCall += 1)}` } } : {}),
      promptTokens: Math.ceil(part.ask.bodyChars / 4),
    };
    call.said = reply.text;
    if (reply.tool) call.tool = { name: reply.tool.name, input: reply.tool.input };
    if (!part.ask.stream) {
      whole(response, wire);
      return reply.kind;
    }
    const cut = faults.find((fault) => fault.cut !== undefined)?.cut;
    const { tokensPerSecond, chunkChars = tokensPerSecond ? 24 : 4000 } = script;
    const cutAfter = cut === true ? Math.floor(lengthOf(wire) / 2) : cut;
    return (await stream(response, wire, { chunkChars, tokensPerSecond, cutAfter }, signal)) ? reply.kind : 'cut';
  };

  const server = createServer((request, response) => {
    response.on('error', () => undefined); // the client left; the call’s signal has said so
    serve(request, response).catch(() => response.destroy());
  });
  server.keepAliveTimeout = 60_000;
  const port = await listen(server, options.port ?? 0);

  const model: Model = {
    url: `http://127.0.0.1:${port}/v1`,
    port,
    calls: log.calls,
    refusals: log.refusals,
    get inFlight() {
      return log.inFlight;
    },
    get peak() {
      return log.peak;
    },
    callsOf: log.callsOf,
    turnsOf: log.turnsOf,
    peakOf: log.peakOf,
    on: log.on,
    clear: log.clear,
    toolSchema: (name) => schemas.get(name),
    play(next) {
      script = scriptOf(next);
    },
    inject(fault) {
      injected.unshift(fault);
      return () => {
        const at = injected.indexOf(fault);
        if (at >= 0) injected.splice(at, 1);
      };
    },
    hold(match = {}) {
      let release = (): void => undefined;
      const hold = new Promise<void>((resolve) => {
        release = resolve;
      });
      const remove = model.inject({ ...match, hold });
      return () => {
        remove();
        release();
      };
    },
    waitFor: (predicate, timeoutMs = 10_000) => waitFor(model, predicate, timeoutMs),
    waitForCall: (match, timeoutMs) => model.waitFor(() => log.calls.find((call) => fits(call, match)), timeoutMs),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return model;
}

function scriptOf(scenario: Scenario | Script): Script {
  return 'baseDir' in scenario ? scenario : parseScenario(scenario, process.cwd());
}

type Scopes = Map<string, Pick<Ask, 'todo' | 'scope' | 'state' | 'prompt'>>;

/** A session keeps its scope when OpenCode has compacted the message that said it. */
function remembered(scopes: Scopes, ask: Ask): Ask {
  if (ask.role === 'chat' || ask.role === 'planner') return ask;
  const key = `${ask.role} ${ask.session}`;
  const { todo, scope, state, prompt } = ask;
  if (scope === undefined && state === undefined) return { ...ask, ...scopes.get(key) };
  scopes.set(key, {
    prompt,
    ...(todo === undefined ? {} : { todo }),
    ...(scope === undefined ? {} : { scope }),
    ...(state === undefined ? {} : { state }),
  });
  return ask;
}

function delayOf(script: Script, reply: Reply): number {
  const latency = reply.latencyMs ?? script.latencyMs ?? 0;
  return latency * (1 + (script.jitter ?? 0) * (2 * Math.random() - 1));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

function waitFor<T>(model: Model, predicate: (model: Model) => T, timeoutMs: number): Promise<NonNullable<T>> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      offs.forEach((off) => off());
    };
    const look = (): void => {
      try {
        const value = predicate(model);
        if (value === undefined || value === null || (value as unknown) === false) return;
        stop();
        resolve(value);
      } catch (error) {
        stop();
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    };
    const timer = setTimeout(() => {
      stop();
      const last = model.calls.at(-1);
      const seen = last ? `the last was ${last.role} ${last.todo ?? ''} (${last.outcome ?? 'open'})` : 'none';
      reject(new Error(`Nothing came within ${timeoutMs} ms; ${model.calls.length} calls, ${seen}.`));
    }, timeoutMs);
    const offs = [model.on('call', look), model.on('end', look)];
    look();
  });
}
