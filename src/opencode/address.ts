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

/** Checks a URL that a person gave: http on loopback, or https. Throws `OpenCodeError` `refused`. */
export function checkUrl(text: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch (cause) {
    throw new OpenCodeError('refused', `“${shown(text)}” is no URL of a server.`, { cause });
  }
  const loopback = /^(127(\.\d+){3}|localhost|\[::1\])$/.test(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback)) {
    throw new OpenCodeError(
      'refused',
      `The server at ${url.host || shown(text)} is not on this machine: it needs https. One on this machine begins with http://127.0.0.1 or http://localhost.`,
    );
  }
  return url.origin;
}
