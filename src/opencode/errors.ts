import * as z from 'zod';
import { maskSecrets } from '../core/secrets';
import type { BackendFailure } from '../runtime/ports';

/** `missing` no executable · `start` it did not come up · `unreachable` no answer · `auth` password refused · `bridge` our tools are not there · `refused` a request that will be refused again · `protocol` an answer we cannot read. */
export type OpenCodeErrorKind = 'missing' | 'start' | 'unreachable' | 'auth' | 'bridge' | 'refused' | 'protocol';

/** What goes wrong between us and OpenCode; `message` is the one sentence a person reads. */
export class OpenCodeError extends Error {
  override readonly name = 'OpenCodeError';
  constructor(
    readonly kind: OpenCodeErrorKind,
    sentence: string,
    options?: ErrorOptions,
  ) {
    super(sentence, options);
  }
}

/** A server that was killed while it started: by a person, or by a system without memory. It may come up the next time. */
export class KilledAtStart extends OpenCodeError {
  constructor(sentence: string, options?: ErrorOptions) {
    super('start', sentence, options);
  }
}

/** Characters that are read of an error’s message. */
const readChars = 20_000;

const failureSchema = z.looseObject({
  name: z.string(),
  data: z
    .looseObject({
      message: z.string().optional(),
      statusCode: z.number().optional(),
      responseHeaders: z.record(z.string(), z.string()).optional().catch(undefined),
    })
    .optional(),
});

/** Classes an error that OpenCode recorded for a turn by its `name` and `data`, never by its text. */
export function classify(raw: unknown): BackendFailure {
  const parsed = failureSchema.safeParse(raw);
  if (!parsed.success) return { kind: 'unknown', sentence: 'OpenCode recorded an error without a name.' };
  const { name, data } = parsed.data;
  // OpenCode tells some errors with their stack; a person has no use for it.
  const words =
    maskSecrets((data?.message ?? '').slice(0, readChars))
      .split(/\n\s*at /, 1)[0]
      ?.replace(/\s+/g, ' ')
      .trim()
      .slice(0, 300) ?? '';
  const said = words === '' ? '' : `: ${words}`;
  const status = data?.statusCode;
  if (name === 'MessageAbortedError') return { kind: 'aborted', sentence: 'The turn was aborted.' };
  if (name === 'ProviderAuthError' || status === 401 || status === 403) {
    return { kind: 'auth', sentence: `The provider refused the key${said}` };
  }
  const retry = retryIn(data?.responseHeaders);
  if (status === 429) return { kind: 'rate-limit', sentence: `The provider’s rate limit holds${said}`, ...retry };
  if (name === 'ContextOverflowError') return { kind: 'overflow', sentence: `The context is full${said}` };
  if (status !== undefined && (status >= 500 || status === 408))
    return { kind: 'provider', sentence: `The provider failed with ${String(status)}${said}`, ...retry };
  if (status !== undefined && status >= 200 && status < 300)
    return { kind: 'garbage', sentence: `The provider’s answer could not be read${said}` };
  if (status === undefined && name === 'APIError')
    return { kind: 'connection', sentence: `The connection to the provider broke${said}` };
  if (status === 402) return { kind: 'quota', sentence: `The provider says that no credit is left${said}` };
  if (status !== undefined)
    return { kind: 'request', sentence: `The provider refused the request with ${String(status)}${said}` };
  return { kind: 'unknown', sentence: `${name}${said}` };
}

/** What a provider’s headers say about the next try; what makes no sense is nothing. */
function retryIn(headers: Readonly<Record<string, string>> | undefined): Pick<BackendFailure, 'retry'> {
  const said = (name: string) =>
    Object.entries(headers ?? {})
      .find(([key]) => key.toLowerCase() === name)?.[1]
      .trim();
  const ms = numberIn(said('retry-after-ms'));
  if (ms !== undefined) return { retry: { inMs: ms } };
  const after = said('retry-after');
  const seconds = numberIn(after);
  if (seconds !== undefined) return { retry: { inMs: seconds * 1_000 } };
  // A date begins with its day; other texts that could be read as one are none.
  const at = after !== undefined && /^(?:mon|tue|wed|thu|fri|sat|sun)/i.test(after) ? Date.parse(after) : NaN;
  return Number.isFinite(at) ? { retry: { at } } : {};
}

function numberIn(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,12}(?:\.\d{1,9})?$/.test(text) ? Number(text) : undefined;
}
