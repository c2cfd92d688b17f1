/** The scheme of transcripts’ addresses. */
export const transcriptScheme = 'orchestrator-transcript';

/** A transcript’s place: which folder’s mission, and which session of it. */
export interface TranscriptAddress {
  readonly folder: string;
  readonly session: string;
}

/** The parts of its address: the path ends in what the tab is called, the query says what it is. */
export function transcriptParts(address: TranscriptAddress, title: string): { path: string; query: string } {
  // A slash or a backslash would make a folder of the title.
  const name = title.replace(/[/\\]+/g, '-').trim();
  return {
    path: `/${name === '' ? 'transcript' : name}`,
    query: new URLSearchParams({ folder: address.folder, session: address.session }).toString(),
  };
}

/** Reads an address back; undefined for one that is none of ours. */
export function readTranscriptAddress(query: string): TranscriptAddress | undefined {
  const values = new URLSearchParams(query);
  const [folder, session] = [values.get('folder'), values.get('session')];
  if (folder === null || session === null || !/^[\w-]{1,200}$/.test(session)) return undefined;
  return { folder, session };
}
