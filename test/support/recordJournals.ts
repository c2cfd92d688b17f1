// Records journals for test/unit/core/journals.test.ts. What is recorded stays as it is: a journal of an earlier release must go
// on to fold.
//   npx tsx test/support/recordJournals.ts                  records the scenarios that have no journal yet
//   npx tsx test/support/recordJournals.ts FILE NAME        adds a mission’s journal, without its folder’s path
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { factSchema, type Recorded } from '../../src/core/mission/facts';
import { decodeRecord, encodeRecord } from '../../src/core/mission/record';
import { outcomeOf } from './journalOutcome';
import { scenarios } from './journalScenarios';

const folder = new URL('../unit/core/fixtures/journals/', import.meta.url);

/** Keeps a journal under a name that is not taken, with what it says today. */
function keep(name: string, lines: string, records: readonly Recorded[]): void {
  const journal = new URL(`${name}.jsonl`, folder);
  if (existsSync(journal)) throw new Error(`There is a journal ${name} already; it must stay as it is.`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(journal, lines);
  writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify(outcomeOf(records), undefined, 1)}\n`);
  console.log(`${name}: ${String(records.length)} records, ${String(Math.ceil(lines.length / 1024))} kB`);
}

/** A journal’s lines with every path of its folder replaced by `/w`. */
function withoutPaths(text: string): { lines: string; records: Recorded[] } {
  const entries = text.split('\n').flatMap((line) => {
    const decoded = line === '' ? undefined : decodeRecord(line);
    if (decoded && !decoded.ok) throw new Error(decoded.sentence);
    return decoded ? [decoded.record] : [];
  });
  const directory = JSON.stringify(String(entries[0]?.fact['directory'])).slice(1, -1);
  const scrubbed = entries.map(({ fact, ...frame }) => {
    const words = JSON.stringify(fact)
      .replaceAll(directory, '/w')
      .replace(/"(opencode\.path|server\.url)":"[^"]*"/g, '"$1":""');
    return { ...frame, fact: JSON.parse(words) as typeof fact };
  });
  return {
    lines: scrubbed.map(encodeRecord).join(''),
    records: scrubbed.map(({ seq, at, fact }) => ({ seq, at, fact: factSchema.parse(fact) })),
  };
}

const [file, name] = process.argv.slice(2);
if (file !== undefined && name !== undefined) {
  const { lines, records } = withoutPaths(readFileSync(file, 'utf8'));
  keep(name, lines, records);
} else {
  for (const [scenario, play] of Object.entries(scenarios)) {
    if (existsSync(new URL(`${scenario}.jsonl`, folder))) continue;
    const { records } = await play();
    keep(scenario, records.map(encodeRecord).join(''), records);
  }
}
