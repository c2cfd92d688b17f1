import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { serversLeft } from './e2e';
import type { Scratch } from './scratch';

/** The process of the server that runs for a scratch repository. */
export function serverPid(place: Scratch): number {
  const [name] = serversLeft(place);
  const file = path.join(place.base, 'state', 'opencode-orchestrator', 'servers', name ?? '');
  return (JSON.parse(readFileSync(file, 'utf8')) as { pid: number }).pid;
}

/** The processes whose command line has a text in it. */
export function processesWith(text: string): number[] {
  const listed = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  return listed.filter((line) => line.includes(text)).map((line) => Number.parseInt(line, 10));
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Looks again and again; fails with `what` after `mostMs`. */
export async function waitUntil(what: string, look: () => boolean, mostMs = 90_000): Promise<void> {
  for (const begun = Date.now(); !look(); await sleep(50))
    assert.ok(Date.now() - begun < mostMs, `${what}: not seen within ${String(mostMs / 1000)} s`);
}
