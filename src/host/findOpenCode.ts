import { tmpdir } from 'node:os';
import spawn from 'cross-spawn';
import * as z from 'zod';
import { defaultSettings } from '../core/mission/settings';
import { authorization, checkUrl } from '../opencode/address';
import { serverEnvironment } from '../opencode/environment';
import { OpenCodeError } from '../opencode/errors';
import { findOpenCode } from '../opencode/executable';
import { refuseOpenServer } from '../opencode/handshake';
import { fetchWithin } from '../opencode/nodeFetch';
import { HostError } from './errors';
import type { FolderOptions, FoundOpenCode } from './folderTypes';
import { settingsOf } from './settings';

/** Milliseconds for the executable to say its version, and for a server to answer. */
const versionMs = 10_000;
const answerMs = 5_000;

const healthSchema = z.looseObject({ healthy: z.boolean(), version: z.string().max(100).optional() });

/** Looks for what missions would be carried out with. Starts no server and asks none about a folder. */
export async function lookForOpenCode({ settings, env }: FolderOptions): Promise<FoundOpenCode> {
  try {
    const wanted = settingsOf(defaultSettings, settings());
    if (wanted['server.url'] !== '')
      return { ok: true, ...(await askServer(wanted['server.url'], env)), from: 'server' };
    const given = wanted['opencode.path'];
    const executable = findOpenCode(given, env);
    return { ok: true, ...(await versionOf(executable, env)), from: given === '' ? 'path' : 'setting' };
  } catch (error) {
    if (!(error instanceof OpenCodeError || error instanceof HostError)) throw error;
    return { ok: false, kind: error.kind, sentence: error.message };
  }
}

/** A server’s health is no folder’s business: no plugin of a repository runs for it. */
async function askServer(given: string, env: NodeJS.ProcessEnv): Promise<{ version?: string }> {
  const url = checkUrl(given, env);
  await refuseOpenServer(url);
  const username = env['OPENCODE_SERVER_USERNAME'] ?? 'opencode';
  const password = env['OPENCODE_SERVER_PASSWORD'] ?? '';
  const headers = { authorization: authorization({ url, username, password }) };
  const response = await fetchWithin(answerMs, `${url}/global/health`, { headers });
  if (response.status === 401) throw new OpenCodeError('auth', 'The OpenCode server refused the password.');
  const health = healthSchema.safeParse(response.ok ? await response.json().catch(() => undefined) : undefined);
  if (!health.success) throw new OpenCodeError('refused', `What answers at ${url} is not an OpenCode server.`);
  return health.data.version === undefined ? {} : { version: health.data.version };
}

function versionOf(executable: string, env: NodeJS.ProcessEnv): Promise<{ version?: string }> {
  return new Promise((resolve) => {
    const child = spawn(executable, ['--version'], {
      cwd: tmpdir(),
      env: serverEnvironment(env, {}),
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: versionMs,
      windowsHide: true,
    });
    let said = '';
    child.stdout?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(0, 1_000)));
    // One that does not say its version may run all the same.
    const told = () => {
      const version = /\d+\.\d+\.\d+[\w.+-]*/.exec(said)?.[0];
      resolve(version === undefined ? {} : { version });
    };
    child.on('error', told).on('close', told);
  });
}
