import * as z from 'zod';
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

const failureSchema = z.looseObject({
  name: z.string(),
  data: z.looseObject({ message: z.string().optional(), statusCode: z.number().optional() }).optional(),
});

/** Classes an error that OpenCode recorded for a turn by its `name` and `data`, never by its text. */
export function classify(raw: unknown): BackendFailure {
  const parsed = failureSchema.safeParse(raw);
  if (!parsed.success) return { kind: 'unknown', sentence: 'OpenCode recorded an error without a name.' };
  const { name, data } = parsed.data;
  // OpenCode tells some errors with their stack; a person has no use for it.
  const words =
    (data?.message ?? '')
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
  if (status === 429) return { kind: 'rate-limit', sentence: `The provider’s rate limit holds${said}` };
  if (name === 'ContextOverflowError') return { kind: 'overflow', sentence: `The context is full${said}` };
  if (status !== undefined && status >= 500)
    return { kind: 'provider', sentence: `The provider failed with ${String(status)}${said}` };
  if (status !== undefined)
    return { kind: 'request', sentence: `The provider refused the request with ${String(status)}${said}` };
  return { kind: 'unknown', sentence: `${name}${said}` };
}
