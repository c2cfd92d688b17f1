// Runs where the system refuses files over a few kilobytes (`ulimit -f`): each write is cut short first, as on a full disk.
import { join } from 'node:path';
import { atomicWrite } from '../../../src/persistence/atomicWrite';
import { codeOf, JournalError } from '../../../src/persistence/errors';
import { openJournal } from '../../../src/persistence/journal';
import type { Note } from './journalTools';

const folder = process.argv[2] ?? '';
const big = 'x'.repeat(100_000);

async function outcomeOf(act: () => Promise<unknown>): Promise<string> {
  return await act().then(
    () => 'done',
    (error: unknown) => (error instanceof JournalError ? error.kind : String(codeOf(error))),
  );
}

async function run(): Promise<void> {
  const rendered = await outcomeOf(() => atomicWrite(join(folder, 'todo.md'), big));
  const journal = await openJournal<Note>(join(folder, 'journal.jsonl'), { repair: true });
  const append = (text: string) => outcomeOf(() => journal.append([{ type: 'note', text }], 1000));
  const appended = [await append('one'), await append(big), await append('two')];
  await journal.close();
  console.log(JSON.stringify({ rendered, appended }));
}

void run();
