import { result } from '../core/mission/select';
import { resumeMission, startMission, type DriveOptions } from '../host/drive';
import { realParts, type HostParts } from '../host/parts';
import type { Call } from './args';
import { OpenCodeError } from '../opencode/errors';
import { exitCodes, exitOf } from './exitCodes';
import { missionView } from './missionView';

type MissionCall = Extract<Call, { name: 'task' | 'resume' }>;

/** Runs or resumes a mission with its output; the exit code says how it ended. */
export async function runMission(call: MissionCall, bridge: string, parts: HostParts = realParts): Promise<number> {
  const { json, directory, set } = call.common;
  const view = missionView(json ? process.stderr : process.stdout, process.env);
  const stopping = new AbortController();
  const onSignal = (signal: NodeJS.Signals) => {
    view.line(`${signal}: the mission is being stopped; everything is confirmed idle first.`);
    stopping.abort();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  const options: DriveOptions = {
    ...{ directory, set, bridge, env: process.env, parts, whenWaiting: 'end', stop: stopping.signal },
    watcher: {
      recorded: (records) => {
        for (const { seq, at, fact } of json ? records : []) writeJson({ v: 1, seq, at, ...fact });
        view.recorded(records);
      },
      signalled: (signal) => {
        view.signalled(signal);
      },
    },
    starting: () => {
      view.line('Starting OpenCode …');
    },
    began: ({ state, note }) => {
      view.begin(state);
      if (note !== undefined) view.line(note);
    },
    log: (sentence) => {
      view.line(sentence);
    },
  };
  try {
    const state =
      call.name === 'task'
        ? await startMission(options, call.text)
        : await resumeMission(options, call.mission, { note: call.answer });
    view.end(state);
    if (json) writeJson(result(state, Date.now()));
    return exitOf(state);
  } catch (error) {
    // Nothing has begun yet: a stop is a stop all the same.
    if (!stopping.signal.aborted || !(error instanceof OpenCodeError)) throw error;
    view.line('Stopped before the mission began.');
    return exitCodes.stopped;
  } finally {
    view.close();
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

function writeJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
