/** Notes in memory, the newest first. `now` gives the time of a change as text. */
export function createStore(now = () => new Date().toISOString()) {
  const notes = new Map();
  let last = 0;

  return {
    add({ title, text = '' }) {
      last += 1;
      const note = { id: String(last), title, text, changed: now() };
      notes.set(note.id, note);
      return { ...note };
    },
    get(id) {
      const note = notes.get(id);
      return note && { ...note };
    },
    list() {
      return [...notes.values()].reverse().map((note) => ({ ...note }));
    },
    update(id, change) {
      const note = notes.get(id);
      if (!note) return undefined;
      Object.assign(note, change, { id, changed: now() });
      return { ...note };
    },
    remove(id) {
      return notes.delete(id);
    },
  };
}
