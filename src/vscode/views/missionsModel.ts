import { ranMs } from '../../core/mission/select';
import type { MissionState } from '../../core/mission/state';
import { duration, plain, tokens } from '../../core/todo/text';
import { iconOf } from '../../core/view/icons';
import { costWords } from '../../core/view/status';
import { firstLine, missionWord, progressWords, tally } from '../../core/view/words';
import type { Entry } from './entry';

/** An entry of the history. */
export type MissionElement =
  | { readonly kind: 'folder'; readonly key: string; readonly folder: string; readonly name: string }
  | { readonly kind: 'mission'; readonly key: string; readonly folder: string; readonly mission: string };

/** The entry of a mission. `isLive`: somebody drives it now, so that it cannot be resumed. */
export function missionEntry(
  state: MissionState,
  now: number,
  { when, isLive }: { readonly when: (at: number) => string; readonly isLive: boolean },
): Entry {
  const { of, done } = tally(state);
  // A mission that nobody drives and that never ended was broken off.
  const word = missionWord(state);
  const isBroken = !isLive && state.end === undefined;
  const shown = isBroken ? { name: 'lostContact' as const, word: 'broken off' } : word;
  const title = plain(firstLine(state.text), 200);
  const share = of === 0 ? '' : `${done} of ${of}`;
  const spent = state.tokens > 0 || state.cost > 0 ? costWords(state) : '';
  const parts = [shown.word, when(state.lastAt), share, spent].filter((part) => part !== '');
  const details = [
    plain(state.text, 1_000),
    [shown.word, progressWords(state), duration(ranMs(state, isLive ? now : state.lastAt), true)].join(' · '),
    [state.tokens > 0 ? `${tokens(state.tokens)} tokens` : '', spent].filter((part) => part !== '').join(' · '),
    plain(state.end?.reason ?? '', 400),
    state.mission,
  ];
  const words = ['mission'];
  if (!isLive && state.end?.state !== 'sealed') words.push('resume');
  return {
    label: title,
    description: parts.join(' · '),
    tooltip: details.filter((part) => part !== '').join('\n\n'),
    spoken: [title, ...parts].join(', '),
    icon: iconOf(shown.name),
    context: `.${words.join('.')}.`,
  };
}
