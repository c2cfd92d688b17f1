/** The notes that hold every word of the query, in title or text, whatever the case. An empty query finds all. */
export function search(notes, query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return notes.filter((note) => {
    const haystack = `${note.title}\n${note.text}`.toLowerCase();
    return words.every((word) => haystack.includes(word));
  });
}
