import type { Recorded } from '../core/mission/facts';
import type { MissionState, Turn } from '../core/mission/state';
import { ownChanges, pathsOf, strayChanges, type AtWork, type FileChange } from '../core/todo/changes';
import { isolatedTestOf } from '../core/todo/paths';
import { sentenceOf } from '../core/todo/text';
import type { Ports, Producer, TreesPort } from './ports';

/** Nobody waits longer for the files to be kept: then they are kept as they are a little later. */
const mostWaitMs = 10_000;
/** What follows from an answer leaves first: git is a process, and to begin one keeps this one for a while. */
const afterMs = 30;
/** Files that one fact names. */
const mostFiles = 1_000;

/** A worker’s turn whose files are not yet looked at after it. */
interface Writing {
  readonly todo: string;
  /** Resolves when the tree before it is kept, with nothing where it cannot be. */
  readonly before: Promise<string | undefined>;
  /** It is over; only the tree after it is awaited. */
  over: boolean;
}

/**
 * Keeps the files before and after each worker’s turn, and says as facts what its TODO changed and what was nobody’s to change.
 * None of it decides whether a mission goes on: what cannot be kept is told once. Without trees it does nothing.
 */
export class Changes {
  /** By turn. */
  private readonly writing = new Map<string, Writing>();
  /** The TODOs that were at work since the tree that was taken last. */
  private window = new Set<string>();
  private last: string | undefined;
  /** What lands of TODOs that work apart: the files that this process writes into the folder for them. */
  private readonly landed = new Map<string, readonly string[]>();
  private readonly pending = new Set<Promise<void>>();
  private complained = false;
  private closed = false;

  constructor(
    private readonly s: MissionState,
    private readonly ports: Pick<Ports, 'clock' | 'log' | 'trees'>,
    private readonly post: (producer: Producer) => void,
  ) {}

  /** Goes on with the turns that an earlier process left in flight. */
  adopt(): void {
    const { trees } = this.ports;
    if (!trees) return;
    // The first time takes longest: it is over before the plan is there.
    void trees.take().catch(() => undefined); // the next one says why
    for (const { id, todo, tree, settling } of this.s.turns.values()) {
      if (todo === undefined || tree === undefined) continue;
      this.begin(id, todo, Promise.resolve(tree));
      if (settling) this.over(id, trees);
    }
  }

  /** Resolves when the files are kept as they are before this turn, or cannot be; undefined for a turn that writes nothing. */
  before({ id, role, todo }: Turn): Promise<void> | undefined {
    const { trees } = this.ports;
    if (!trees || role !== 'worker' || todo === undefined || this.isApart(todo)) return undefined;
    if (!this.writing.has(id)) {
      const kept = this.look(trees);
      this.begin(id, todo, kept);
      void kept.then((tree) => {
        if (tree !== undefined) this.post((s) => (s.turns.has(id) ? [{ type: 'tree.taken', turn: id, tree }] : []));
      });
    }
    return this.within(this.writing.get(id)?.before);
  }

  /** Files of a TODO that works apart are about to be written. */
  landing(todo: string, files: readonly string[]): void {
    if (files.length === 0) return;
    this.landed.set(todo, files);
    this.window.add(todo);
  }

  /** The records are on disk: a turn that has ended in them has left its files behind. */
  follow(records: readonly Recorded[]): void {
    const { trees } = this.ports;
    if (!trees) return;
    for (const { fact } of records)
      if (fact.type === 'worker.reported' || fact.type === 'turn.lost' || fact.type === 'turn.ended')
        this.over(fact.turn, trees);
  }

  /** Keeps nothing any more: another process may, in the same store. */
  close(): void {
    this.closed = true;
  }

  /** Resolves when everything is said of turns that are over, or after a while. */
  async settled(): Promise<void> {
    if (this.pending.size > 0) await this.within(Promise.all(this.pending));
  }

  private begin(id: string, todo: string, before: Promise<string | undefined>): void {
    this.writing.set(id, { todo, before, over: false });
    this.window.add(todo);
  }

  private over(id: string, trees: TreesPort): void {
    const writing = this.writing.get(id);
    if (!writing || writing.over) return;
    writing.over = true;
    const told = this.tell(id, writing, trees).catch((error: unknown) => {
      this.complain(error);
    });
    this.pending.add(told);
    void told.finally(() => this.pending.delete(told));
  }

  private async tell(id: string, { todo, before }: Writing, trees: TreesPort): Promise<void> {
    const own = this.atWork(todo);
    await new Promise<void>((resolve) => this.ports.clock.after(afterMs, resolve));
    const tree = await before;
    const to = await this.look(trees);
    this.writing.delete(id);
    if (to === undefined || tree === undefined) return;
    // What it says that it wrote is taken for its own here; whether it might is another question.
    const reported = own.files.length > 0 ? (this.s.todos.get(todo)?.reported ?? []) : [];
    const mine = ownChanges(await trees.changes(tree, to), { todo, files: [...own.files, ...reported] });
    const known = this.s.todos.get(todo)?.changes;
    const from = known?.from ?? tree;
    const files = known ? await sinceTheFirst(trees, from, to, [...known.files, ...mine]) : mine;
    if (files.length === 0 && !known) return;
    const fact = { type: 'todo.changed', turn: id, todo, from, to, files: files.slice(0, mostFiles) } as const;
    this.post((s) => (s.end || !s.todos.has(todo) ? [] : [fact]));
  }

  /** Keeps the files as they are, and says what strayed since the last time; nothing where they cannot be kept. */
  private async look(trees: TreesPort): Promise<string | undefined> {
    if (this.closed) return undefined;
    try {
      const tree = await trees.take();
      await this.findStrays(trees, tree);
      return tree;
    } catch (error) {
      this.complain(error);
      return undefined;
    }
  }

  private async findStrays(trees: TreesPort, tree: string): Promise<void> {
    const { last, window } = this;
    if (last === tree) return;
    this.last = tree;
    this.window = new Set([...[...this.writing.values()].map(({ todo }) => todo), ...this.landingNow()]);
    if (last === undefined || window.size === 0) return;
    const atWork = [...window].map((todo) => this.atWork(todo));
    const stray = strayChanges(await trees.changes(last, tree), atWork).map(({ path }) => path);
    if (stray.length === 0) return;
    this.post((s) => {
      const files = stray.filter((path) => !s.strayed.has(path)).slice(0, mostFiles);
      const issue = `I${String(s.issuesOpened + 1)}`;
      return s.end || files.length === 0 ? [] : [{ type: 'files.strayed', issue, files, todos: [...window] }];
    });
  }

  /** A TODO that names no file works alone, and everything is its own. */
  private atWork(todo: string): AtWork {
    const { files = [] } = this.s.todos.get(todo) ?? {};
    const own = files.flatMap((file) => [file, isolatedTestOf(file)]);
    return { todo, files: [...own, ...(this.landed.get(todo) ?? [])] };
  }

  private isApart(todo: string): boolean {
    return this.s.todos.get(todo)?.isolated === true;
  }

  private landingNow(): string[] {
    return [...this.landed.keys()].filter((todo) => this.s.todos.get(todo)?.worktree?.landing !== undefined);
  }

  /** Waits for something, but not for ever. */
  private async within(promise: Promise<unknown> | undefined): Promise<void> {
    let forget = (): void => undefined;
    const late = new Promise<void>((resolve) => (forget = this.ports.clock.after(mostWaitMs, resolve)));
    await Promise.race([promise, late]);
    forget();
  }

  private complain(error: unknown): void {
    if (this.complained) return;
    this.complained = true;
    this.ports.log(`What TODOs change cannot be told: ${sentenceOf(error)}`);
  }
}

/** An attempt goes on where the one before left off: what counts is what became of the same files in the end. */
async function sinceTheFirst(
  trees: TreesPort,
  from: string,
  to: string,
  touched: readonly FileChange[],
): Promise<FileChange[]> {
  const paths = new Set(touched.flatMap(pathsOf));
  const all = await trees.changes(from, to);
  return all.filter((file) => pathsOf(file).some((path) => paths.has(path)));
}
