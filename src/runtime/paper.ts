import type { Fact, Recorded } from '../core/mission/facts';
import { narrate } from '../core/mission/narrate';
import { phase } from '../core/mission/select';
import type { MissionState } from '../core/mission/state';
import { logLine, renderIssues, renderWorkLog } from '../core/todo/logMarkdown';
import { renderTodo } from '../core/todo/markdown';
import { isIsolatedTest, isolatedTestOf } from '../core/todo/paths';
import { readTodoEdits, type TodoEdits } from '../core/todo/parseMarkdown';
import { sentenceOf } from '../core/todo/text';
import type { Ports, Producer } from './ports';

/** How long changes collect before the files are written again. */
const settleMs = 200;
/** Looks at an edit that goes on and on before the mission’s end is decided without it. */
const mostLooks = 20;
/** Lines of the work log that are kept in memory; the journal has them all. */
const logLines = 2_000;

/**
 * The mission on paper: `todo.md`, `sync-issues.md` and `work-log.md` follow the state, and what a person changes in
 * `todo.md` comes back as facts. Also puts away sources and isolated tests.
 */
export class Paper {
  private readonly log: string[] = [];
  private earlier = 0;
  private dirty = false;
  private forget: (() => void) | undefined;
  private work: Promise<unknown> = Promise.resolve();
  /** What was said last; it is said once, not twice a second. */
  private trouble = '';
  /** `todo.md` as a look found it that was not ours, and since when: half of it may be written yet. */
  private unsettled: { readonly text: string; readonly since: number } | undefined;
  /** Lines that the base has no more; whoever writes it in pieces brings them again. */
  private gone: readonly string[] = [];

  constructor(
    private readonly s: MissionState,
    private readonly ports: Ports,
    private readonly post: (producer: Producer) => void,
    /** `todo.md` as it was written last: what differs from it is a person’s. */
    private base: string | undefined,
  ) {}

  /** Takes up the work log of the records before this process. */
  remember(records: readonly Recorded[], state: MissionState): void {
    for (const record of records) this.enter(record, state);
  }

  /** Takes new records in, once they are on disk. */
  follow(records: readonly Recorded[]): void {
    for (const record of records) {
      this.enter(record, this.s);
      this.putAway(record.fact, record.at);
    }
    this.writeLater();
  }

  /** Looks whether a person edited or removed `todo.md`. */
  look(): void {
    this.queue(async () => {
      if ((await this.edits()) === 'absent') await this.write();
    });
  }

  /** Takes a person’s edits of `todo.md` in; true when there were any. Never while it is being written: our own lines are no edit. */
  takeEdits(): Promise<boolean> {
    const taken = this.work.then(async () => {
      for (let looks = 1; ; looks += 1) {
        const found = await this.edits();
        if (found !== 'unsettled' || looks === mostLooks) return found === 'taken';
        await new Promise<void>((resolve) => {
          this.ports.clock.after(settleMs, resolve);
        });
      }
    });
    this.work = taken.catch(() => undefined); // the caller sees it
    return taken;
  }

  /** An edit is taken once it stays the same for a while: editors write in place, and half a file says other things than a whole one. */
  private async edits(): Promise<'none' | 'absent' | 'unsettled' | 'taken'> {
    const current = await this.ports.files.readTodo();
    const now = this.ports.clock.now();
    const before = this.unsettled;
    this.unsettled = undefined;
    if (this.base === undefined || current === this.base) return 'none';
    if (current === undefined) return 'absent';
    const since = before?.text === current && before.since <= now ? before.since : now;
    if (now - since < settleMs) {
      this.unsettled = { text: current, since };
      return 'unsettled';
    }
    const known = [this.base, ...this.gone].join('\n');
    const edits = readTodoEdits(known, current, [...this.s.todos.values()]);
    this.base = current;
    this.gone = 'foreign' in edits ? [] : edits.gone;
    if ('foreign' in edits) await this.ports.files.archiveForeign(now);
    const fact = 'foreign' in edits ? undefined : factOf(this.s, edits);
    if (!fact) {
      this.queue(() => this.write());
      return 'none';
    }
    this.post(() => [fact]);
    return 'taken';
  }

  /** Moves the isolated tests of every finished TODO that are still in the source tree. */
  async archiveTests(): Promise<void> {
    if (this.s.settings.isolatedTests === 'keep') return;
    for (const todo of this.s.todos.values()) if (todo.state === 'done') await this.archive(todo.id);
  }

  /** Writes what is left to write. */
  async close(): Promise<void> {
    this.forget?.();
    this.queue(() => this.write());
    await this.work;
    this.forget?.(); // what a person is just writing stays as it is
  }

  private async write(): Promise<void> {
    this.dirty = false;
    this.forget?.();
    const found = this.base === undefined ? 'none' : await this.edits();
    if (found === 'taken') return; // the edits’ own record writes it again
    const { s } = this;
    const todo = todoText(s);
    if (found === 'unsettled' || !(await this.put(todo, found === 'absent'))) {
      this.writeLater();
      return;
    }
    this.base = todo;
    this.gone = [];
    await this.ports.files.writeRendered(
      'sync-issues.md',
      renderIssues({ mission: s.mission, issues: [...s.issues.values()] }),
    );
    await this.ports.files.writeRendered(
      'work-log.md',
      renderWorkLog({ mission: s.mission, lines: this.log, earlier: this.earlier }),
    );
  }

  /** False when a person wrote the file in the very moment. */
  private async put(todo: string, isAbsent: boolean): Promise<boolean> {
    const { files } = this.ports;
    if (this.base !== undefined) return await files.replaceTodo(todo, isAbsent ? undefined : this.base);
    await files.writeRendered('todo.md', todo);
    return true;
  }

  private writeLater(): void {
    if (this.dirty) return;
    this.dirty = true;
    this.forget = this.ports.clock.after(settleMs, () => {
      this.queue(() => this.write());
    });
  }

  private enter(record: Recorded, state: MissionState): void {
    const text = narrate(state, record);
    if (text === undefined) return;
    this.log.push(logLine(record.at, text));
    if (this.log.length <= logLines * 2) return;
    this.earlier += logLines;
    this.log.splice(0, logLines);
  }

  private putAway(fact: Fact, at: number): void {
    if (fact.type === 'planner.planned') {
      for (const source of fact.sources) this.queue(() => this.ports.files.keepSource(source, at));
    } else if (
      fact.type === 'todo.reviewed' &&
      fact.outcome === 'passed' &&
      this.s.settings.isolatedTests === 'archive'
    ) {
      this.queue(() => this.archive(fact.todo));
    }
  }

  private async archive(id: string): Promise<void> {
    const todo = this.s.todos.get(id);
    for (const path of isolatedTests(todo?.files ?? [], todo?.reported ?? [])) {
      const moved = await this.ports.files.archiveTest(path);
      if (moved) this.post(() => [{ type: 'test.archived', todo: id, ...moved }]);
    }
  }

  /** One thing at a time; what fails is said in the log and tried again with the next change. */
  private queue(act: () => Promise<unknown>): void {
    this.work = this.work.then(act).catch((error: unknown) => {
      const trouble = sentenceOf(error);
      if (trouble !== this.trouble) this.ports.log(`A file of the mission is not as it should be: ${trouble}`);
      this.trouble = trouble;
    });
  }
}

/** The isolated tests that a TODO’s files, or its worker’s report, name. */
function isolatedTests(files: readonly string[], reported: readonly string[]): string[] {
  return [...new Set([...files.map(isolatedTestOf), ...reported.filter(isIsolatedTest)])];
}

/** `todo.md` of a state. */
export function todoText(s: MissionState): string {
  return renderTodo({
    mission: s.mission,
    seq: s.seq,
    text: s.text,
    state: phase(s),
    iteration: s.iteration,
    todos: [...s.todos.values()],
    kept: s.kept,
  });
}

function factOf(s: MissionState, edits: Exclude<TodoEdits, { foreign: true }>): Fact | undefined {
  const { retitled } = edits;
  // The mission may have moved on since the file was written.
  const ticked = edits.ticked.filter((id) => s.open.has(id));
  const unticked = edits.unticked.filter((id) => s.todos.get(id)?.state === 'done');
  const taken = new Set(s.keys.keys());
  // What is over the limit stays on the page and is no TODO.
  const room = Math.max(0, s.settings['limits.tasks'] - s.todos.size);
  const added = edits.added.slice(0, room).map(({ title, ticked: done }) => ({ id: newId(taken), title, done }));
  const kept = [...edits.kept, ...edits.added.slice(room).map(({ title }) => `- [ ] ${title}`)];
  if (ticked.length + unticked.length + retitled.length + added.length + kept.length === 0) return undefined;
  return {
    type: 'todos.edited',
    ticked,
    unticked,
    retitled,
    added: added.map(({ id, title }) => ({ id, title, detail: title, files: [], after: [] })),
    done: added.filter((item) => item.done).map((item) => item.id),
    kept,
  };
}

function newId(taken: Set<string>): string {
  for (let number = 1; ; number += 1) {
    const id = `P${String(number)}`;
    if (taken.has(id.toLowerCase())) continue;
    taken.add(id.toLowerCase());
    return id;
  }
}
