import { OpenCodeError } from './errors';

/** Where a server is and how it lets us in. The password is in no log, no journal and no error. */
export interface Address {
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

/** The `authorization` header of an address. */
export function authorization({ username, password }: Address): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/** What a person gave, without a name and password that may stand in it. */
function shown(text: string): string {
  return text.replace(/^.*@/s, '…@').slice(0, 100);
}

/** Names the one server elsewhere that a person trusts without TLS, as its whole address: `http://10.0.0.5:4096`. */
const exception = 'ORCHESTRATOR_PLAIN_HTTP_SERVER';

/**
 * Checks a URL that a person gave and returns its origin: http on loopback, https, or the one exception that `env` names.
 * Throws `OpenCodeError` `refused`.
 */
export function checkUrl(text: string, env: NodeJS.ProcessEnv): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch (cause) {
    throw new OpenCodeError('refused', `“${shown(text)}” is no URL of a server.`, { cause });
  }
  const loopback = /^(127(\.\d+){3}|localhost|\[::1\])$/.test(url.hostname);
  const excepted = loopback || url.origin === env[exception]?.trim().replace(/\/$/, '');
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && excepted)) {
    throw new OpenCodeError(
      'refused',
      `The server at ${url.host || shown(text)} is not on this machine: it needs https. One on this machine begins with http://127.0.0.1 or http://localhost. (${exception} in the environment names an exception.)`,
    );
  }
  return url.origin;
}
