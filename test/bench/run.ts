/**
 * `npm run bench`: what the product costs, each figure beside a baseline of the same run. Machines are noisy: ratios count,
 * absolute numbers are for orientation. Prints Markdown tables for the README.
 */
import { cpus, totalmem } from 'node:os';
import { benchCalls } from './calls';
import { benchCore } from './core';
import { benchFake } from './fake';
import { benchFanOut } from './fanOut';
import { benchFifty } from './fifty';
import { benchHandOver } from './handOver';
import { benchHostLoad } from './hostLoad';
import { benchJournal } from './journal';
import { benchMemory } from './memory';
import { benchRealSchedule } from './realSchedule';
import { benchResume } from './resume';
import { benchSchedule } from './schedule';
import { benchServer } from './server';
import { table } from './table';
import { benchDashboard } from './webview';

const [first = cpus()[0]] = cpus();
console.log(
  `Machine: ${String(cpus().length)} × ${first?.model ?? 'unknown'}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Node ${process.version}\n`,
);
const only = process.argv.slice(2);
const wanted = (name: string) => only.length === 0 || only.includes(name);
if (wanted('core')) console.log(table('Pure core, no backend', benchCore()));
if (wanted('schedule')) console.log(table('How well slots are used, on the fake backend', await benchSchedule()));
if (wanted('journal')) console.log(table('Journal on disk', await benchJournal()));
if (wanted('resume')) console.log(table('A mission that is found on disk', await benchResume()));
if (wanted('fake')) console.log(table('The whole loop on a fake backend', await benchFake()));
if (wanted('memory')) console.log(table('Memory of a window’s host', await benchMemory()));
if (wanted('hand-over'))
  console.log(table('From a worker’s answer to the next prompt, on the real OpenCode', await benchHandOver()));
if (wanted('host')) console.log(table('The host while fifty agents stream', await benchHostLoad()));
if (wanted('server')) console.log(table('What OpenCode’s settings cost', await benchServer()));
if (wanted('calls')) console.log(table('What the models are asked', await benchCalls()));
if (wanted('fan-out')) console.log(table('Fifty at once, on the real OpenCode', await benchFanOut()));
if (wanted('real-schedule'))
  console.log(table('How well slots are used, on the real OpenCode', await benchRealSchedule()));
// `npm run bench -- dashboard 10`: for ten minutes; `fifty 10`: ten missions.
const count = Number(only.find((word) => /^\d+$/.test(word)) ?? 1);
if (wanted('fifty')) console.log(table('Fifty TODOs in the real editor', await benchFifty(count)));
if (wanted('dashboard')) console.log(table('The dashboard in Chromium', await benchDashboard(count)));
