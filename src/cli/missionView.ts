import { narrate } from '../core/mission/narrate';
import type { Recorded } from '../core/mission/facts';
import type { MissionState } from '../core/mission/state';
import type { Signal } from '../runtime/ports';
import { plainLine } from './view/plainLines';

export interface MissionView {
  begin(state: MissionState): void;
  recorded(records: readonly Recorded[]): void;
  signalled(signal: Signal): void;
  line(text: string): void;
  end(state: MissionState): void;
  close(): void;
}

export function missionView(stream: NodeJS.WriteStream): MissionView {
  let state: MissionState | undefined;
  const line = (text: string, at = Date.now()) => stream.write(`${plainLine(at, text)}\n`);
  return {
    begin(begun) {
      state = begun;
    },
    recorded(records) {
      for (const record of records) {
        const text = state && narrate(state, record);
        if (text !== undefined) line(text, record.at);
      }
    },
    signalled() {},
    line: (text) => {
      line(text);
    },
    end(s) {
      line(JSON.stringify(s.end));
    },
    close() {},
  };
}
