import type { FactOf, Recorded } from '../core/mission/facts';
import { mayLand } from '../core/mission/isolation';
import type { MissionState, Turn } from '../core/mission/state';
import { pathsOf, strayChanges } from '../core/todo/changes';
import { isClosed, type Todo, type Worktree } from '../core/todo/model';
import { isolatedTestOf } from '../core/todo/paths';
import { plain, sentenceOf } from '../core/todo/text';
import type { MergedWorktree, Ports, Producer, WorktreesPort } from './ports';

/** How often it is looked whether a turn is still wanted whose worktree is being prepared. */
const wantedMs = 200;
/** A folder whose files change each time they are to be written is given up after so many tries. */
const triesToWrite = 5;
/** Files that one fact names. */
const mostFiles = 1_000;
const mostWaitMs = 10_000;

/** Why a turn cannot work apart; trying again would not help. */
class WorktreeRefusal extends Error {
  readonly kind = 'refused';
}

/**
 * The worktrees of TODOs that work apart: made before their turns, merged into the folder one at a time, removed when nothing
 * in them is left to land. Every step may be cut off and is begun again from what is on disk.
 */
export class Landings {
  private readonly under = new Set<Promise<void>>();
  /** The TODOs that have a worktree, as far as is known. */
  private readonly there = new Set<string>();
  private readonly removing = new Set<string>();
  private landing = false;
  /** Waits until a fact is on disk. */
  private begun: (() => void) | undefined;
  private closed = false;

  constructor(
    private readonly s: MissionState,
    private readonly ports: Pick<Ports, 'clock' | 'log' | 'worktrees' | 'backend'>,
    private readonly post: (producer: Producer) => void,
    /** Told before files of a TODO are written into the folder. */
    private readonly writes: (todo: string, files: readonly string[]) => void,
  ) {}

  /** Goes on with what an earlier process left. */
  adopt(): void {
    const { worktrees, backend } = this.ports;
    if (!worktrees) return;
    for (const todo of this.s.todos.values()) {
      if (!todo.worktree || isClosed(todo)) continue;
      this.there.add(todo.id);
      backend.hear(worktrees.directory(todo.id), true);
      if (todo.state === 'blocked') this.layOut(todo.id);
    }
    const found = worktrees.list().then((ids) => {
      for (const id of ids) this.there.add(id);
      this.tidy(worktrees);
    });
    this.track(found);
  }

  /** Where a turn works; undefined for the folder. */
  directoryOf({ todo }: Pick<Turn, 'todo'>): string | undefined {
    return todo !== undefined && this.s.todos.get(todo)?.isolated ? this.ports.worktrees?.directory(todo) : undefined;
  }

  /** Resolves when the worktree of a turn is there, and at once for one that works in the folder. Rejects when it cannot be. */
  async prepare(turn: Turn): Promise<void> {
    const todo = this.s.todos.get(turn.todo ?? '');
    if (!todo?.isolated) return;
    const { worktrees, backend } = this.ports;
    if (!worktrees) throw new WorktreeRefusal('There is no way to make a worktree here.');
    const { signal, forget } = this.whileWanted(turn.id);
    try {
      this.there.add(todo.id);
      const { base, folder } = await worktrees.place(todo.id, todo.worktree, signal);
      backend.hear(worktrees.directory(todo.id), true);
      this.post((s) => {
        const now = s.todos.get(todo.id);
        return !now || now.worktree || isClosed(now) ? [] : [{ type: 'todo.placed', todo: todo.id, base, folder }];
      });
    } catch (error) {
      if (!signal.aborted) throw new WorktreeRefusal(sentenceOf(error));
    } finally {
      forget();
    }
  }

  /** Lands a TODO of the queue, unless one is landing already. */
  land(id: string): void {
    const { worktrees } = this.ports;
    if (!worktrees || this.landing || this.closed) return;
    this.landing = true;
    const landed = this.tryToLand(worktrees, id)
      .catch((error: unknown) => {
        if (this.closed) return;
        this.post((s) =>
          s.todos.get(id)?.worktree ? [{ type: 'landing.failed', todo: id, reason: sentenceOf(error) }] : [],
        );
      })
      .finally(() => {
        this.landing = false;
        this.post(() => []); // who is next
      });
    this.track(landed);
  }

  /** The records are on disk. */
  follow(records: readonly Recorded[]): void {
    if (records.some(({ fact }) => fact.type === 'landing.began')) this.begun?.();
    for (const { fact } of records) if (fact.type === 'todo.merged' && fact.next === 'person') this.layOut(fact.todo);
    if (this.ports.worktrees && this.there.size > 0) this.tidy(this.ports.worktrees);
  }

  /** A person finds both sides in the worktree at once; later, what they made of them would be written over. */
  private layOut(id: string): void {
    const { worktrees } = this.ports;
    const known = this.s.todos.get(id)?.worktree;
    if (worktrees && known) this.track(worktrees.place(id, known, new AbortController().signal));
  }

  /** Writes and removes nothing any more; what is under way ends by itself. */
  close(): void {
    this.closed = true;
    this.begun?.();
  }

  /** Resolves when nothing is under way, or after a while. */
  async settled(): Promise<void> {
    if (this.under.size === 0) return;
    let forget = (): void => undefined;
    const late = new Promise<void>((resolve) => (forget = this.ports.clock.after(mostWaitMs, resolve)));
    await Promise.race([Promise.all(this.under), late]);
    forget();
  }

  private async tryToLand(worktrees: WorktreesPort, id: string): Promise<void> {
    for (let tries = 0; tries < triesToWrite; tries += 1) {
      const todo = this.s.todos.get(id);
      const worktree = todo?.worktree;
      if (!todo || worktree?.landing === undefined || this.closed) return;
      const merged = await worktrees.merge(id, worktree.base, worktree.conflicts ?? []);
      const next = nextWord(todo, worktree, merged, this.s.settings.review === 'each');
      if (next !== undefined) {
        this.goBack(todo, merged, next);
        return;
      }
      const paths = (await worktrees.changes(merged.folder, merged.tree)).flatMap(pathsOf);
      if (!mayLand(this.s, paths)) return; // asked for again before long
      if (!(await this.began(id, merged.folder, paths.slice(0, mostFiles)))) return;
      this.writes(id, paths);
      const late = await worktrees.write(merged.folder, merged.tree);
      if (late.length > 0) continue;
      await this.tellLanded(worktrees, todo, worktree, merged);
      return;
    }
    throw new Error('Its files in the folder changed each time they were to be written.');
  }

  private goBack({ id, worktree }: Todo, merged: MergedWorktree, next: 'reviewer' | 'worker' | 'person'): void {
    const { theirs, unresolved } = merged;
    // What still has markers is no merge: it stays with what it was merged with last.
    const isMerged = unresolved.length === 0;
    const folder = isMerged ? merged.folder : (worktree?.base ?? merged.folder);
    const [tree, conflicts] = isMerged ? [merged.tree, merged.conflicts] : [theirs, unresolved];
    this.post((s) => {
      if (s.end || s.todos.get(id)?.worktree?.landing === undefined) return [];
      const issue = next === 'worker' ? { issue: `I${String(s.issuesOpened + 1)}` } : {};
      return [{ type: 'todo.merged', todo: id, tree, folder, theirs, conflicts, next, ...issue }];
    });
  }

  /** Resolves when it is on disk that a TODO begins to land; false when it is not to any more. */
  private async began(id: string, from: string, files: readonly string[]): Promise<boolean> {
    const onDisk = new Promise<void>((resolve) => (this.begun = resolve));
    const isWanted = (): boolean => !this.closed && this.s.todos.get(id)?.worktree?.landing !== undefined;
    this.post((s) => {
      if (!s.end && isWanted()) return [{ type: 'landing.began', todo: id, from, files }];
      this.begun?.();
      return [];
    });
    await onDisk;
    this.begun = undefined;
    return isWanted();
  }

  private async tellLanded(
    worktrees: WorktreesPort,
    todo: Todo,
    worktree: Worktree,
    merged: MergedWorktree,
  ): Promise<void> {
    const { id, files: named } = todo;
    const from = worktree.from ?? merged.folder;
    const to = merged.tree;
    const changed = await worktrees.changes(worktree.base, merged.theirs);
    const own = new Set([...(worktree.wrote ?? []), ...changed.flatMap(pathsOf)]);
    const files = (await worktrees.changes(from, to)).filter((file) => pathsOf(file).some((path) => own.has(path)));
    // What it changed beyond its files is known for certain here.
    const may = [{ todo: id, files: named.flatMap((file) => [file, isolatedTestOf(file)]) }];
    const stray = strayChanges(files, may).map(({ path }) => path);
    const committed = await this.commit(worktrees, todo, { from, to, paths: files.flatMap(pathsOf) });
    const landed = { type: 'todo.landed', todo: id, from, to, files: files.slice(0, mostFiles), ...committed } as const;
    this.post((s) => {
      if (s.end) return [];
      const fresh = stray.filter((path) => !s.strayed.has(path)).slice(0, mostFiles);
      const issue = `I${String(s.issuesOpened + 1)}`;
      return [
        landed,
        ...(fresh.length > 0 ? [{ type: 'files.strayed' as const, issue, files: fresh, todos: [id] }] : []),
      ];
    });
  }

  /** A commit that cannot be made leaves the changes in the folder, and is told. */
  private async commit(
    worktrees: WorktreesPort,
    { id, title, files }: Todo,
    { from, to, paths }: { from: string; to: string; paths: readonly string[] },
  ): Promise<Pick<FactOf<'todo.landed'>, 'commit' | 'uncommitted' | 'why'>> {
    const { isolationResult, isolatedTests } = this.s.settings;
    // Isolated tests are moved out of the source tree in the end.
    const tests = new Set(isolatedTests === 'archive' ? files.map(isolatedTestOf) : []);
    const kept = paths.filter((path) => !tests.has(path));
    if (isolationResult !== 'commit' || kept.length === 0) return {};
    const trailers = `Orchestrator-Todo: ${id}\nOrchestrator-Mission: ${this.s.mission}\n`;
    try {
      const made = await worktrees.commit(from, to, kept, `${plain(title, 200)}\n\n${trailers}`);
      return made ? { commit: made.commit, ...(made.left.length > 0 && { uncommitted: made.left }) } : {};
    } catch (error) {
      return { why: sentenceOf(error) };
    }
  }

  /** Removes the worktrees of TODOs that are closed and at which nobody works any more. */
  private tidy(worktrees: WorktreesPort): void {
    if (this.closed) return;
    const running = [...this.s.commands.values()].filter(({ state }) => state === 'running');
    const working = new Set([...this.s.turns.values(), ...running].map(({ todo }) => todo));
    for (const id of this.there) {
      const todo = this.s.todos.get(id);
      if (this.removing.has(id) || working.has(id) || (todo && !isClosed(todo))) continue;
      this.removing.add(id);
      this.ports.backend.hear(worktrees.directory(id), false);
      const removed = worktrees
        .remove(id)
        .then(() => this.there.delete(id))
        .finally(() => this.removing.delete(id));
      this.track(removed);
    }
  }

  private track(work: Promise<unknown>): void {
    const tracked = work
      .then(() => undefined)
      .catch((error: unknown) => {
        this.ports.log(`A worktree: ${sentenceOf(error)}`);
      })
      .finally(() => this.under.delete(tracked));
    this.under.add(tracked);
  }

  /** Aborts once nobody wants the turn any more, which only the state tells. */
  private whileWanted(turn: string): { signal: AbortSignal; forget: () => void } {
    const over = new AbortController();
    let forget = (): void => undefined;
    const look = (): void => {
      const now = this.s.turns.get(turn);
      if (!now || now.unwanted || this.s.stop || this.closed) over.abort();
      else forget = this.ports.clock.after(wantedMs, look);
    };
    look();
    return {
      signal: over.signal,
      forget: () => {
        forget();
      },
    };
  }
}

/** Who has the next word about a TODO that cannot land as it is; undefined when it can. */
function nextWord(
  todo: Todo,
  worktree: Worktree,
  { folder, conflicts, unresolved }: MergedWorktree,
  /** Whether TODOs have reviews of their own. */
  isReviewed: boolean,
): 'reviewer' | 'worker' | 'person' | undefined {
  if (unresolved.length > 0) return 'person';
  if (conflicts.length > 0) return worktree.met === undefined ? 'worker' : 'person';
  // Once a TODO: the mission’s review proves the whole, and a check for each that lands first would never end.
  const isDue = isReviewed && todo.check !== undefined && !worktree.rechecked;
  return isDue && folder !== worktree.folder ? 'reviewer' : undefined;
}
