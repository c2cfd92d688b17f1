import type { CDPSession } from 'playwright-core';
import type { Recorded } from '../../src/core/mission/facts';
import { reduceForFeed } from '../../src/core/view/feedItem';
import type { AgentNews } from '../../src/core/view/moment';
import type { HostMessage } from '../../src/protocol/hostMessages';
import type { Clock } from '../../src/runtime/ports';
import { outgoing } from '../../src/vscode/dashboard/outgoing';
import { closeBrowser } from '../webview/support/browser';
import { openDashboard, type Dashboard } from '../webview/support/dashboard';
import { many, scenes } from '../webview/support/missions';
import { folded, snapshotOf, type Scene } from '../webview/support/scenes';
import { openSite, type Site } from '../webview/support/site';
import { mebibytes, median, percentile, type Row } from './table';

const agents = 50;
const eventsPerSecond = 2_000;
const recordsPerSecond = 5;
const restMs = 5_000;
const longTaskMs = 100;
const mostPatches = 10;
const opens = 5;

/** The dashboard in a real browser while agents stream, for some minutes, beside itself at rest. */
export async function benchDashboard(minutes: number): Promise<Row[]> {
  const site = await openSite();
  try {
    return [...(await streaming(site, minutes)), await opening(site)];
  } finally {
    await closeBrowser();
    await site.close();
  }
}

async function streaming(site: Site, minutes: number): Promise<Row[]> {
  const scene = many(200, agents);
  const dashboard = await openDashboard(site, scene, { reducedMotion: false });
  const cdp = await dashboard.page.context().newCDPSession(dashboard.page);
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
  await dashboard.ask('view.measure()');
  const idleBefore = await workedMs(cdp);
  await pause(restMs);
  const rest = await measured(dashboard);
  const idle = ((await workedMs(cdp)) - idleBefore) / restMs;
  const host = stream(scene, dashboard);
  // What is drawn for the first time is not what streaming costs in the long run.
  await pause(restMs);
  const before = await heapOf(cdp);
  await dashboard.ask('view.measured()');
  const workedBefore = await workedMs(cdp);
  await pause(minutes * 60_000);
  const busy = await measured(dashboard);
  const work = ((await workedMs(cdp)) - workedBefore) / (minutes * 60_000);
  const { events, perSecond } = host.stop();
  const after = await heapOf(cdp);
  await dashboard.close();
  if (dashboard.faults.length > 0) throw new Error(`The page failed: ${dashboard.faults.slice(0, 3).join('; ')}`);

  const longest = Math.max(0, ...busy.tasks);
  const most = Math.max(0, ...perSecond);
  const what = `${agents} agents stream, ${events.toLocaleString('en')} events in ${minutes} min`;
  return [
    row(`longest task, ${what}`, `${longest.toFixed(0)} ms`, `bound ${longTaskMs} ms`, longest / longTaskMs),
    row('processor time of the page’s main thread', percent(work), `${percent(idle)} at rest`, work / idle),
    row('messages in the busiest second', String(most), `bound ${mostPatches}`, most / mostPatches),
    row(
      'time between frames, p95',
      `${percentile(busy.frames, 0.95).toFixed(1)} ms`,
      `${percentile(rest.frames, 0.95).toFixed(1)} ms at rest`,
      percentile(busy.frames, 0.95) / percentile(rest.frames, 0.95),
    ),
    row('JavaScript heap after the run', mebibytes(after), `${mebibytes(before)} before`, after / before),
  ];
}

async function opening(site: Site): Promise<Row> {
  const times = { full: [] as number[], empty: [] as number[] };
  for (let round = 0; round < opens; round += 1) {
    times.full.push(await openMs(site, many(1_000, agents)));
    times.empty.push(await openMs(site, scenes['found']!()));
  }
  const [full, empty] = [median(times.full), median(times.empty)];
  return row(
    'from the page’s start to 1,000 TODOs on the screen',
    ms(full),
    `${ms(empty)} without a mission`,
    full / empty,
  );
}

async function openMs(site: Site, scene: Scene): Promise<number> {
  const dashboard = await openDashboard(site, scene);
  const time = await dashboard.ask<number>('view.drawnAt()');
  await dashboard.close();
  return time;
}

/** Plays the host: events of the agents, a few records, and the real pacing between them and the page. */
function stream(scene: Scene, dashboard: Dashboard) {
  const { state } = folded(scene);
  if (!state) throw new Error('The scene has no mission.');
  const begun = Date.now();
  const clock: Clock = {
    now: () => scene.now + Date.now() - begun,
    after: (delay, callback) => {
      const timer = setTimeout(callback, delay);
      return () => clearTimeout(timer);
    },
  };
  const sessions = scene.agents.map(([session]) => session);
  const news = new Map<string, AgentNews>(scene.agents);
  const records: Recorded[] = [...scene.records];
  const perSecond: number[] = [];
  const post = async (message: HostMessage): Promise<boolean> => {
    const second = Math.floor((Date.now() - begun) / 1_000);
    perSecond[second] = (perSecond[second] ?? 0) + 1;
    await dashboard.send(message);
    return true;
  };
  const out = outgoing(
    {
      clock,
      post,
      snapshot: () => snapshotOf({ ...scene, now: clock.now(), records, agents: [...news] }),
      news: (wanted) => [...wanted].map((session) => [session, { ...(news.get(session) ?? unheard) }]),
      setup: () => scene.setup,
    },
    true,
  );
  out.whole();

  let events = 0;
  let noted = 0;
  const timer = setInterval(() => {
    const passed = (Date.now() - begun) / 1_000;
    for (; events < passed * eventsPerSecond; events += 1) {
      const session = sessions[(events * 7) % sessions.length] ?? '';
      const step = Math.floor(events / sessions.length);
      const headline = step % 3 === 0 ? `edits pages/${step}.md` : `runs npm run page -- ${step}`;
      news.set(session, { ...(news.get(session) ?? unheard), headline, lastEventAt: clock.now(), tokens: step * 17 });
      out.heard(session);
    }
    for (; noted < passed * recordsPerSecond; noted += 1) {
      const record = editOf(noted, state.seq + 1, clock.now(), agents);
      reduceForFeed(state, record);
      records.push(record);
      out.recorded([record]);
    }
  }, 10);
  return {
    stop() {
      clearInterval(timer);
      out.dispose();
      return { events, perSecond };
    },
  };
}

const unheard: AgentNews = { headline: '', lastEventAt: 0 };

/** TODOs that nobody works on are ticked, and unticked again. */
function editOf(number: number, seq: number, at: number, from: number): Recorded {
  const todo = `T${from + 1 + (Math.floor(number / 2) % 100)}`;
  const lists = { retitled: [], added: [], done: [], kept: [] };
  const isTick = number % 2 === 0;
  const fact = {
    type: 'todos.edited',
    ...lists,
    ticked: isTick ? [todo] : [],
    unticked: isTick ? [] : [todo],
  } as const;
  return { seq, at, fact };
}

interface Measured {
  readonly frames: number[];
  readonly tasks: number[];
}

function measured(dashboard: Dashboard): Promise<Measured> {
  return dashboard.ask('view.measured()');
}

/** The processor time that the page’s main thread has used, whatever else the machine does. */
async function workedMs(cdp: CDPSession): Promise<number> {
  const { metrics } = await cdp.send('Performance.getMetrics');
  return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN) * 1_000;
}

async function heapOf(cdp: CDPSession): Promise<number> {
  await cdp.send('HeapProfiler.collectGarbage');
  const { usedSize } = await cdp.send('Runtime.getHeapUsage');
  return usedSize;
}

function row(what: string, ours: string, baseline: string, ratio: number): Row {
  return { what, ours, baseline, ratio: ratio.toFixed(2) };
}

/** Of one core. */
function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}

function ms(time: number): string {
  return `${time.toFixed(0)} ms`;
}

function pause(time: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, time));
}
