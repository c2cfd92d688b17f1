import type { FileWrite } from '../mission/writes';
import type { MissionState } from '../mission/state';
import { plain } from '../todo/text';
import { restingWord } from './words';

/** Who wrote a line, in words; every text is cut and cleaned. */
export interface OwnerWords {
  readonly name: string;
  readonly title: string;
  /** `worker, attempt 2, done (verified)`. */
  readonly how: string;
}

export function ownerWords(s: MissionState, { todo: id, attempt }: Pick<FileWrite, 'todo' | 'attempt'>): OwnerWords {
  const todo = s.todos.get(id);
  const parts = ['worker', attempt > 0 ? `attempt ${attempt}` : '', todo ? restingWord(s, todo).word : ''];
  return {
    name: plain(id, 64),
    title: plain(todo?.title ?? '', 200),
    how: parts.filter((part) => part !== '').join(', '),
  };
}

/** Lines in a row that the same attempt wrote, from 0, the last one included. */
export interface OwnedBlock {
  readonly owner: FileWrite;
  readonly first: number;
  readonly last: number;
}

export function ownedBlocks(lines: readonly (FileWrite | undefined)[]): OwnedBlock[] {
  const blocks: OwnedBlock[] = [];
  for (const [line, owner] of lines.entries()) {
    const before = blocks.at(-1);
    const goesOn =
      before?.last === line - 1 && before.owner.todo === owner?.todo && before.owner.attempt === owner.attempt;
    if (before && goesOn) blocks[blocks.length - 1] = { ...before, last: line };
    else if (owner) blocks.push({ owner, first: line, last: line });
  }
  return blocks;
}
