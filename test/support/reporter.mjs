// A line a suite with its counts and time, then every failure in full. Tells runTests.mjs the totals in a file.
import { writeFileSync } from 'node:fs';
import mocha from 'mocha';

const { Base } = mocha.reporters;
const events = mocha.Runner.constants;
/** How long the process may live on after its last test before that counts as a failure. */
const lingerMs = 10_000;

export default class CompactReporter extends Base {
  constructor(runner, options) {
    super(runner, options);
    const suites = new Map();
    let skipped = 0;
    const of = (runnable) => {
      const suite = runnable.parent;
      if (!suites.has(suite)) suites.set(suite, { passed: 0, skipped: 0, failed: [], ms: 0 });
      return suites.get(suite);
    };
    runner.on(events.EVENT_TEST_PASS, (test) => {
      of(test).passed++;
      of(test).ms += test.duration ?? 0;
    });
    runner.on(events.EVENT_TEST_PENDING, (test) => {
      of(test).skipped++;
      skipped++;
    });
    runner.on(events.EVENT_TEST_FAIL, (test) => {
      of(test).failed.push(test.title);
      of(test).ms += test.duration ?? 0;
    });
    runner.on(events.EVENT_SUITE_END, (suite) => {
      if (suites.has(suite)) Base.consoleLog(suiteLine(suite, suites.get(suite)));
    });
    runner.once(events.EVENT_RUN_END, () => {
      const totals = { passed: this.stats.passes, failed: this.stats.failures, skipped };
      if (this.failures.length > 0) Base.list(this.failures);
      report(totals);
      setTimeout(() => stillOpen(totals), lingerMs).unref();
    });
  }
}

function suiteLine(suite, { passed, skipped, failed, ms }) {
  const counts = [`${passed} passed`];
  if (failed.length > 0) counts.push(`${failed.length} failed`);
  if (skipped > 0) counts.push(`${skipped} skipped`);
  const word = failed.length > 0 ? Base.color('fail', 'FAIL') : Base.color('green', 'ok  ');
  const folder = /[\\/]test[\\/]([^\\/]+)/.exec(suite.file ?? '')?.[1] ?? 'test';
  const lines = failed.map((title) => `\n       - ${title}`).join('');
  return `${word} ${folder}: ${suite.fullTitle() || 'outside any suite'}: ${counts.join(', ')} (${ms} ms)${lines}`;
}

function report(totals) {
  const file = process.env.ORCHESTRATOR_TEST_TOTALS;
  if (file) writeFileSync(file, JSON.stringify(totals));
  else Base.consoleLog(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
}

/** A server, a timer or a watcher that a test left behind would otherwise hang the run for good. */
function stillOpen(totals) {
  const open = [...new Set(process.getActiveResourcesInfo())].join(', ');
  Base.consoleLog(`FAIL the tests ended, but the process did not, still open: ${open}`);
  report({ ...totals, failed: totals.failed + 1 });
  process.exit(1);
}
