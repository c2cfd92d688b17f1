import * as z from 'zod';
import { OpenCodeError } from './errors';

const configError = z.looseObject({
  name: z.enum(['ConfigJsonError', 'ConfigInvalidError']),
  data: z.looseObject({ path: z.string().catch(''), message: z.string().catch('') }),
});

/** What an SDK call gives. */
export interface Answered {
  data?: unknown;
  error?: unknown;
  response?: Response;
}

/** The data of an SDK call; its refusals become `OpenCodeError`s by status. */
export async function asked(call: Promise<Answered>): Promise<unknown> {
  const { data, error, response } = await call.catch((cause: unknown) => {
    if (cause instanceof OpenCodeError) throw cause;
    throw new OpenCodeError('protocol', 'OpenCode’s answer could not be read.', { cause });
  });
  if (error === undefined) return data;
  if (error instanceof OpenCodeError) throw error;
  const status = response?.status ?? 0;
  if (status === 401) throw new OpenCodeError('auth', 'The OpenCode server refused the password.');
  if (status === 0) throw new OpenCodeError('unreachable', 'OpenCode does not answer.', { cause: error });
  const config = configError.safeParse(error);
  if (config.success) {
    const { path: file, message } = config.data.data;
    throw new OpenCodeError(
      'refused',
      `OpenCode cannot read its configuration ${file}: ${message.split('\n')[0] ?? ''} Mend it and try again.`,
    );
  }
  const words = JSON.stringify(error).slice(0, 300);
  throw new OpenCodeError(status >= 500 ? 'protocol' : 'refused', `OpenCode answered ${String(status)}: ${words}`);
}
