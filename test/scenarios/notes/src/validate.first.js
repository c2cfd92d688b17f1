const maxTitle = 100;
const maxText = 10_000;

/** Checks a note that came from outside: `{note}` with the known fields only, or `{error}` with one sentence. */
export function checkNote(input, { partial = false } = {}) {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return { error: 'A note is a JSON object.' };
  const note = {};
  if (input.title !== undefined || !partial) {
    if (typeof input.title !== 'string' || input.title === '') return { error: 'A note needs a title.' };
    if (input.title.length > maxTitle) return { error: `A title has at most ${maxTitle} characters.` };
    note.title = input.title.trim();
  }
  if (input.text !== undefined) {
    if (typeof input.text !== 'string') return { error: 'A text is a string.' };
    if (input.text.length > maxText) return { error: `A text has at most ${maxText} characters.` };
    note.text = input.text;
  }
  return { note };
}
