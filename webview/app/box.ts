/** Where a text is written: the message box, or the large field. */
export type Box = 'compose' | 'mission';

/** Under which name the text of a box is kept. */
export function draftKey(box: Box): string {
  return `draft.${box}`;
}
