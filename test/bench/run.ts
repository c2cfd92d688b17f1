/**
 * `npm run bench`: what the product costs, each figure beside a baseline of the same run. Machines are noisy: ratios count,
 * absolute numbers are for orientation. Prints Markdown tables for the README.
 */
import { cpus, totalmem } from 'node:os';
import { benchActivation } from './activation';
import { benchCalls } from './calls';
import { benchCore } from './core';
import { benchFake } from './fake';
import { benchFanOut } from './fanOut';
import { benchFifty } from './fifty';
import { benchGrowth } from './growth';
import { benchHandOver } from './handOver';
import { benchHostLoad } from './hostLoad';
import { benchJournal } from './journal';
import { benchMemory } from './memory';
import { benchRealSchedule } from './realSchedule';
import { benchReload } from './reload';
import { benchResume } from './resume';
import { benchSchedule } from './schedule';
import { benchServer } from './server';
import { benchSharedChecks } from './sharedChecks';
import { table, type Row } from './table';
import { benchViews } from './views';
import { benchDashboard } from './webview';
import { benchWorktrees } from './worktrees';

interface Bench {
  readonly name: string;
  readonly title: string;
  /** `count` is the number on the command line, else 1. */
  readonly run: (count: number) => readonly Row[] | Promise<readonly Row[]>;
}

const benches: readonly Bench[] = [
  { name: 'core', title: 'Pure core, no backend', run: () => benchCore() },
  { name: 'schedule', title: 'How well slots are used, on the fake backend', run: () => benchSchedule() },
  { name: 'views', title: 'What is shown of 1,000 TODOs', run: () => benchViews() },
  { name: 'journal', title: 'Journal on disk', run: () => benchJournal() },
  { name: 'resume', title: 'A mission that is found on disk', run: () => benchResume() },
  { name: 'fake', title: 'The whole loop on a fake backend', run: () => benchFake() },
  { name: 'memory', title: 'Memory of a window’s host', run: () => benchMemory() },
  {
    name: 'hand-over',
    title: 'From a worker’s answer to the next prompt, on the real OpenCode',
    run: () => benchHandOver(),
  },
  { name: 'host', title: 'The host while fifty agents stream', run: () => benchHostLoad() },
  { name: 'server', title: 'What OpenCode’s settings cost', run: () => benchServer() },
  { name: 'calls', title: 'What the models are asked', run: () => benchCalls() },
  { name: 'fan-out', title: 'Fifty at once, on the real OpenCode', run: () => benchFanOut() },
  { name: 'real-schedule', title: 'How well slots are used, on the real OpenCode', run: () => benchRealSchedule() },
  { name: 'worktrees', title: 'Fifty worktrees of 20,000 files', run: () => benchWorktrees() },
  { name: 'shared-checks', title: 'What neighbours cost', run: () => benchSharedChecks() },
  { name: 'activation', title: 'What a window pays', run: () => benchActivation() },
  { name: 'reload', title: 'A window that comes back', run: () => benchReload() },
  // `fifty 10`: ten missions; `growth 60`, `dashboard 10`: for so many minutes.
  { name: 'growth', title: 'Memory while fifty agents stream', run: benchGrowth },
  { name: 'fifty', title: 'Fifty TODOs in the real editor', run: benchFifty },
  { name: 'dashboard', title: 'The dashboard in Chromium', run: benchDashboard },
];

const words = process.argv.slice(2);
const count = Number(words.find((word) => /^\d+$/.test(word)) ?? 1);
const named = words.filter((word) => !/^\d+$/.test(word));
const unknown = named.filter((word) => !benches.some(({ name }) => name === word));
if (unknown.length > 0) {
  throw new Error(
    `There is no benchmark ${unknown.join(', ')}; there are ${benches.map(({ name }) => name).join(', ')}.`,
  );
}
const [first = cpus()[0]] = cpus();
console.log(
  `Machine: ${String(cpus().length)} × ${first?.model ?? 'unknown'}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Node ${process.version}\n`,
);
for (const { name, title, run } of benches)
  if (named.length === 0 || named.includes(name)) console.log(table(title, await run(count)));
