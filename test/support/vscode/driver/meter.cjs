// What the process that loads this uses: each reading is of the time since the one before. With ORCHESTRATOR_METER=FILE and
// `--require`, a reading goes to that file every few seconds, one JSON object a line.
const { appendFileSync } = require('node:fs');
const { monitorEventLoopDelay, performance } = require('node:perf_hooks');
const { setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');

const resolution = 10;
const everyMs = 5_000;

function meter() {
  const loop = monitorEventLoopDelay({ resolution });
  loop.enable();
  let cpu = process.cpuUsage();
  let from = performance.now();
  return () => {
    const used = process.cpuUsage(cpu);
    const reading = {
      at: Date.now(),
      cpuMs: (used.user + used.system) / 1_000,
      wallMs: performance.now() - from,
      // The timer’s own interval is in the histogram.
      p99Ms: Math.max(0, loop.percentile(99) / 1e6 - resolution),
      mostMs: Math.max(0, loop.max / 1e6 - resolution),
      rssBytes: process.memoryUsage.rss(),
    };
    loop.reset();
    cpu = process.cpuUsage();
    from = performance.now();
    return reading;
  };
}

/** The bytes of this process once what nobody holds is gone. */
function held() {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  for (let pass = 0; pass < 3; pass += 1) collect();
  const { heapUsed: heapBytes, rss: rssBytes } = process.memoryUsage();
  return { heapBytes, rssBytes };
}

const file = process.env.ORCHESTRATOR_METER;
if (file && /[/\\](?:cli|bareClient)\.mjs$/.test(process.argv[1] ?? '')) {
  const read = meter();
  setInterval(() => appendFileSync(file, `${JSON.stringify(read())}\n`), everyMs).unref();
}

module.exports = { held, meter };
