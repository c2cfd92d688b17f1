import { t } from '../../app/l10n';
import type { View } from '../../app/view';

/** What a message would be: a note, a note for later, or a question. */
export type Standing = 'runs' | 'stopping' | 'over' | 'none' | 'demo';

/** How the mission stands for the message box. */
export function standingOf({ state, setup }: View): Standing {
  if (setup?.demo === true) return 'demo';
  if (!state) return 'none';
  if (state.end) return 'over';
  return state.stop ? 'stopping' : 'runs';
}

/** What the empty box says, at length and in short. */
export function placeholderOf(standing: Standing): { readonly long: string; readonly short: string } {
  switch (standing) {
    case 'runs':
      return {
        long: t('Write a note to the Commander, or / for a command'),
        short: t('Note to the Commander, or /'),
      };
    case 'stopping':
      return { long: t('Write a note for when the mission goes on'), short: t('Note for later, or /') };
    case 'over':
      return { long: t('Ask about this mission, or /task to start the next one'), short: t('Ask, or / for a command') };
    case 'none':
      return { long: t('Ask something, or /task to start a mission'), short: t('Ask, or / for a command') };
    case 'demo':
      return { long: t('A recorded mission takes no messages'), short: t('A recorded mission') };
  }
}

/** What becomes of a message. */
export function fateOf(standing: Standing): { readonly long: string; readonly short: string } {
  switch (standing) {
    case 'runs':
    case 'stopping':
      return {
        long: t('A note is delivered with the Commander’s next turn'),
        short: t('Delivered with the Commander’s next turn'),
      };
    case 'over':
    case 'none':
      return {
        long: t('No mission runs: a message gets a plain answer and starts nothing'),
        short: t('A plain answer, starts nothing'),
      };
    case 'demo':
      return { long: '', short: '' };
  }
}
