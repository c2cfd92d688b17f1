/** Carries the faults of a schedule out. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Host } from './hosts';
import { sendSignal } from './processes';
import type { Strike } from './schedule';
import { journalOf, type Mark, type World } from './world';

/** Strikes; resolves when the mission is under way again, or has ended. */
export async function perform(world: World, strike: Strike): Promise<void> {
  await sleep(strike.delayMs);
  const mark: Mark = { kind: strike.kind, at: Date.now(), wrong: [] };
  world.marks.push(mark);
  await acts[strike.kind]?.(world, strike, mark);
}

type Act = (world: World, strike: Strike, mark: Mark) => Promise<void> | void;

const acts: Readonly<Record<string, Act>> = {
  'host killed': async (world, strike) => {
    await kill(host(world));
    await sleep(strike.ms);
    world.begin();
  },
  'host frozen': async (world, strike) => {
    const { child } = host(world);
    child.kill('SIGSTOP');
    await sleep(strike.ms + 500);
    child.kill('SIGCONT');
  },
  'host interrupted': async (world, strike, mark) => {
    const running = host(world);
    running.child.kill('SIGINT');
    await stopped(world, running, mark);
    await sleep(strike.ms);
    resumeUnlessSealed(world, running);
  },
  'stopped from elsewhere': async (world, _, mark) => {
    const running = host(world);
    const stop = await world.call('stop', '--json');
    checkStop(world, stop, mark);
    await stopped(world, running, mark);
    resumeUnlessSealed(world, running);
  },
  'killed, then stopped': async (world, strike, mark) => {
    const running = host(world);
    await kill(running);
    await sleep(strike.ms);
    const stop = await world.call('stop', '--json');
    checkStop(world, stop, mark);
    await checkQuiet(world, mark);
    world.begin();
  },
  'server killed': async (world, strike) => {
    for (let left = strike.times; left > 0; left--) {
      const pid = await world.serverPid();
      if (pid === undefined || host(world).exit()) return;
      // Killed again, a server that is not ours is not missed: the line to it was not back yet.
      if (!world.attached || left === strike.times) world.kills.push(Date.now());
      sendSignal(pid, 'SIGKILL');
      if (world.attached) {
        await sleep(strike.ms);
        await world.attached.restart();
      }
      if (left > 1) await sleep(500 + strike.ms);
    }
  },
  'server frozen': async (world, strike) => {
    const pid = await world.serverPid();
    if (pid === undefined) return;
    sendSignal(-pid, 'SIGSTOP');
    world.background.push(sleep(strike.ms + 500).then(() => sendSignal(-pid, 'SIGCONT')));
  },
  'host and server killed': async (world, strike) => {
    const running = host(world);
    const pid = await world.serverPid();
    if (pid !== undefined) sendSignal(pid, 'SIGKILL');
    await kill(running);
    await sleep(strike.ms);
    await world.attached?.restart();
    world.begin();
  },
  'line cut': ({ attached }) => {
    attached?.line.cut();
  },
  'line refused': async ({ attached }, { ms }) => {
    await attached?.line.refuse(ms);
  },
  'black hole': async ({ attached }, { ms, at }) => {
    await attached?.line.blackHole(ms, at % 2 === 0);
  },
  'half a frame': ({ attached }) => {
    attached?.line.halfFrame();
  },
  'characters split': ({ attached, background }, { ms }) => {
    if (attached) background.push(attached.line.splitCharacters(ms + 2_000));
  },
};

function host({ hosts }: World): Host {
  const last = hosts.at(-1);
  if (!last) throw new Error('No host was started.');
  return last;
}

async function kill(running: Host): Promise<void> {
  running.child.kill('SIGKILL');
  await running.ended;
}

/** A host that was asked to stop ends with 3, everything quiet; or with what the mission came to before. */
async function stopped(world: World, running: Host, mark: Mark): Promise<void> {
  const { code, at } = await running.ended;
  mark.until = at;
  // A process that has only just begun dies of the signal as any other does.
  const unborn = code === null && running.shown.length === 0;
  const allowed = world.schedule.seals ? [3, 0] : [3, 0, 4, 5];
  if (!unborn && !allowed.includes(code ?? -1)) mark.wrong.push(`the stopped host ended with ${String(code)}`);
  await checkQuiet(world, mark);
}

async function checkQuiet({ model }: World, mark: Mark): Promise<void> {
  if (model.inFlight > 0) mark.wrong.push(`${String(model.inFlight)} model calls were in flight after the stop`);
  const before = model.calls.length;
  await sleep(300);
  const more = model.calls.length - before;
  if (more > 0) mark.wrong.push(`${String(more)} model calls began after the stop`);
}

function checkStop(world: World, stop: Host, mark: Mark): void {
  const code = stop.exit()?.code ?? -1;
  // Where there is no mission yet there is none to stop.
  if (code === 0 || (code === 2 && journalOf(world.place) === undefined)) return;
  mark.wrong.push(`stop ended with ${String(code)}: ${stop.said.at(-1)?.text ?? ''}`);
}

function resumeUnlessSealed(world: World, running: Host): void {
  const code = running.exit()?.code;
  if (code === 3 || code === null) world.begin();
}
