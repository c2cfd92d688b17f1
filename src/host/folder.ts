import type { TodoEdit } from '../core/mission/decideEdit';
import type { Recorded } from '../core/mission/facts';
import type { NoteWish } from '../core/mission/notes';
import { defaultSettings, type Settings } from '../core/mission/settings';
import type { MissionState } from '../core/mission/state';
import { plain, sentenceOf } from '../core/todo/text';
import type { Transcript } from '../opencode/transcript';
import { seeLock, type Seen } from '../persistence/lock';
import { JournalError, LockError } from '../persistence/errors';
import { isMissionId, lockPath } from '../persistence/workspaceFiles';
import { Chat } from './chat';
import { resumeMission, startMission, type Begun, type DriveOptions } from './drive';
import { HostError } from './errors';
import { lookForOpenCode } from './findOpenCode';
import type {
  AskReply,
  ChatMessage,
  FolderListener,
  FolderMode,
  FolderOptions,
  FoundOpenCode,
  ResumeOptions,
  Taken,
} from './folderTypes';
import { realParts, type HostParts } from './parts';
import { ServerLink } from './serverLink';
import { settingsOf } from './settings';
import { ShownMission } from './shownMission';
import { notRun, Steering } from './steering';
import { stopMission } from './stop';
import type { Outcome } from './watchMission';
import {
  newestMission,
  readMission,
  readMissions,
  unfinishedMission,
  workspaceAt,
  type MissionOnRecord,
} from './workspace';

/** A mission that this process drives or is about to. */
interface Run {
  readonly stop: AbortController;
  begun?: Begun;
  /** Settles, never rejects, when the mission is over or let go of. */
  over: Promise<void>;
}

/**
 * One workspace folder in this process, with at most one mission at a time: it starts, adopts, steers and stops it here,
 * watches one that another process drives, and shows what is on record. Everything a mission needs from outside is reached
 * in here; nothing of an editor’s is. Methods throw as `startMission` does unless they say otherwise.
 */
export class MissionFolder {
  private run: Run | undefined;
  private closed = false;
  /** Stops of missions that are not driven here, under way. */
  private stops = 0;
  /** The driver’s lock that a person turned away from, to see another mission. */
  private passedBy: string | undefined;
  private lookout: NodeJS.Timeout | undefined;
  private readonly shown: ShownMission;
  private readonly link: ServerLink;
  private readonly talk: Chat;
  readonly hand: Steering;

  constructor(
    private readonly options: FolderOptions,
    private readonly parts: HostParts = realParts,
  ) {
    const { bridge, env, log } = options;
    this.shown = new ShownMission(log);
    this.link = new ServerLink({
      parts,
      log,
      isDriven: async () => (await this.driverSeen()) !== undefined,
      wish: async (signal) => {
        const settings = settingsOf(defaultSettings, options.settings());
        return { workspace: await workspaceAt(options.directory), settings, env, bridge, log, signal };
      },
    });
    this.hand = new Steering({
      begun: () => this.run?.begun,
      shown: this.shown,
      workspace: () => workspaceAt(options.directory),
    });
    this.talk = new Chat(this.link, () => this.shown.state?.mission ?? 'chat');
  }

  get directory(): string {
    return this.options.directory;
  }

  get mode(): FolderMode {
    return this.shown.mode;
  }

  /** The driven, watched or newest mission on record; only to be read, and changed in place before `recorded` is told. */
  get mission(): MissionState | undefined {
    return this.shown.state;
  }

  /** All records of that mission. */
  get records(): readonly Recorded[] {
    return this.shown.records;
  }

  /** Since when the driven mission’s server does not answer, in milliseconds since the epoch. */
  get lostContactSince(): number | undefined {
    return this.shown.lostContactSince;
  }

  /** Why nothing new begins in the driven mission: its journal cannot be written. One sentence. */
  get held(): string | undefined {
    return this.shown.held;
  }

  /** Why the last mission here broke off without an end, in one sentence. */
  get trouble(): string | undefined {
    return this.shown.trouble;
  }

  /** Tells everything from now on until the returned function is called. */
  listen(listener: FolderListener): () => void {
    return this.shown.listen(listener);
  }

  /**
   * Looks what is on disk, changing nothing there, and begins to watch a mission that another process drives: now, and later
   * whenever one does. A watched mission whose driver dies goes on here.
   */
  async look(): Promise<void> {
    if (this.run || this.closed) return;
    this.lookout ??= setInterval(() => void this.lookOut(), lookMs).unref();
    const workspace = await workspaceAt(this.directory);
    const driven = (await this.driverSeen())?.holder.mission;
    const newest = driven === undefined ? await newestMission(workspace, this.options.log) : undefined;
    if (!this.isAtRest()) return; // a mission began meanwhile
    if (driven === undefined) this.shown.rest(newest);
    else this.watch(workspace, driven);
  }

  /** The mission that never ended and whose driver is dead; undefined also while any process drives one here. */
  async unfinished(): Promise<string | undefined> {
    if (this.run || (await this.driverSeen())) return undefined;
    return await unfinishedMission(await workspaceAt(this.directory), this.options.log);
  }

  /** Starts a mission; resolves with its id once its first record is on disk. */
  start(text: string): Promise<string> {
    return this.drive((options) => startMission(options, text), this.options.settings());
  }

  /**
   * Goes on with the newest unfinished (or the named) mission. With `adopt` one that never ended is taken over as it is, and
   * nothing is prompted twice; one that has ended is refused then. A sealed mission is shown as it is.
   */
  resume(id?: string, { set = [], note, adopt, frozen }: ResumeOptions = {}): Promise<string> {
    return this.drive((options) => resumeMission({ ...options, frozen }, id, { note, adopt }), set);
  }

  /** Stops the mission, whoever drives it; resolves when everything is confirmed idle. Throws a `HostError` `silent` too. */
  async stop(by: string): Promise<MissionState> {
    const { run } = this;
    if (!run) return this.mission?.end ? this.mission : await this.stopElsewhere(by);
    run.stop.abort(by);
    await run.over;
    if (!run.begun || run.begun.state.seq === 0)
      throw new HostError('none', 'It was stopped before the mission began.');
    return run.begun.state;
  }

  /**
   * Agents at work come to their end, nothing new is prompted. Where another process drives the mission it is asked, and this
   * resolves when the journal tells that it was done; so do the ones below. They throw as `Steering` says.
   */
  pause(by: string): Promise<void> {
    return this.hand.pause(by);
  }

  unpause(by: string): Promise<void> {
    return this.hand.unpause(by);
  }

  note(text: string, wish?: NoteWish): Promise<void> {
    return this.hand.note(text, wish);
  }
  hurry(note: string): Promise<boolean> {
    return this.hand.hurry(note);
  }

  /** Takes a person’s change of a TODO in, checked as the Planner’s are. */
  edit(edit: TodoEdit): Promise<Taken> {
    return this.hand.edit(edit);
  }

  /** Goes on with other settings, `KEY=VALUE` over the mission’s own; elsewhere with other limits and budgets only. */
  change(set: readonly string[], by: string): Promise<Taken> {
    return this.hand.change(set, by);
  }

  /** Answers an ask; one that is not open any more needs no answer. Throws a `HostError` `unanswered` too. */
  reply(ask: string, reply: AskReply): Promise<void> {
    return this.hand.reply(ask, reply);
  }

  /** Tells the transcript of any session, four times a second at most, until the returned function is called; a server is started if none runs. */
  watchTranscript(session: string, listener: (transcript: Transcript) => void): () => void {
    return this.link.watch(session, listener);
  }

  /** Sends a message in Chat Mode. The listener is told the answer as it grows; the person’s own words are not repeated. */
  chat(text: string, listener: (message: ChatMessage) => void): Promise<void> {
    return this.talk.say(text, listener);
  }

  stopChat(): void {
    this.talk.stop();
  }

  /** Every mission of the folder that can be read, the newest first. */
  async missions(): Promise<MissionOnRecord[]> {
    return await readMissions(await workspaceAt(this.directory), this.options.log);
  }

  /** Shows an earlier mission. Throws a `HostError` `input` while one is driven here. */
  async open(id: string): Promise<void> {
    if (this.run) throw new HostError('input', 'A mission runs here: another one can be shown when it is over.');
    if (!isMissionId(id)) throw new HostError('input', `“${plain(id, 80)}” is no id of a mission.`);
    const workspace = await workspaceAt(this.directory);
    const seen = await this.driverSeen();
    if (seen?.holder.mission === id) return this.watch(workspace, id);
    const mission = await readMission(workspace, id);
    this.passedBy = seen?.holder.token;
    this.shown.rest(mission);
  }

  /** Looks for what missions would be carried out with. Starts no server and asks none about a folder. */
  findOpenCode(): Promise<FoundOpenCode> {
    return lookForOpenCode(this.options);
  }

  /** Ends the mission’s server, which is then started again; its agents go on. Throws a `HostError` `input` when it is not ours. */
  async restartServer(): Promise<void> {
    await this.driven().restartServer();
  }

  /** This process goes away: agents go on in the server, nothing is stopped, the journal has no end. For good. */
  async detach(): Promise<void> {
    this.closed = true;
    clearInterval(this.lookout);
    this.shown.unwatch();
    const { run } = this;
    // One that has not begun yet begins nowhere.
    if (run && !run.begun) run.stop.abort('the editor');
    await run?.begun?.driver.detach();
    await run?.over;
    this.talk.stop();
    await this.link.close();
    this.shown.close();
  }

  private driven(): Begun {
    if (!this.run?.begun)
      throw new HostError('input', this.mode === 'watches' ? 'Another process runs the mission.' : notRun.sentence);
    return this.run.begun;
  }

  private isAtRest(): boolean {
    return this.run === undefined && !this.closed;
  }

  /** The live process that drives a mission in this folder. */
  private async driverSeen(): Promise<Seen | undefined> {
    const seen = await seeLock(lockPath(await workspaceAt(this.directory)));
    return seen?.live ? seen : undefined;
  }

  private async stopElsewhere(by: string): Promise<MissionState> {
    const { bridge, env, log } = this.options;
    // A driver that dies of it must not be replaced from here.
    this.stops += 1;
    try {
      return await stopMission({ directory: this.directory, bridge, env, log, by }, this.mission?.mission);
    } finally {
      this.stops -= 1;
      await this.look();
    }
  }

  /** Watches whatever another process began to drive meanwhile. */
  private async lookOut(): Promise<void> {
    if (!this.isAtRest() || this.stops > 0 || this.mode === 'watches') return;
    try {
      const seen = await this.driverSeen();
      if (seen && seen.holder.token !== this.passedBy) await this.look();
    } catch {
      // A folder that is away, or a disk that refuses: the next look tries again.
    }
  }

  /** The watched mission has no driver any more: it goes on here if that one died and it has no end. */
  private async takeOver(mission: string, outcome: Outcome): Promise<void> {
    const goesOn = outcome.type === 'orphaned' && this.mission?.mission === mission && !this.mission.end;
    if (!goesOn || !this.isAtRest() || this.stops > 0) {
      if (outcome.type === 'orphaned') this.shown.ends();
      return await this.look();
    }
    const how = outcome.frozen ? 'does not move any more' : 'is gone';
    this.options.log(`The process that ran mission ${mission} ${how}; it goes on here.`);
    try {
      await this.resume(mission, { adopt: true, frozen: outcome.frozen });
    } catch (error) {
      // Somebody else was faster, or ended it: that is watched or shown then, and said already.
      if (!(error instanceof HostError || error instanceof LockError)) throw error;
    }
  }

  private async drive(act: (options: DriveOptions) => Promise<MissionState>, set: readonly string[]): Promise<string> {
    if (this.closed) throw new HostError('input', 'The folder is closed.');
    if (this.run?.begun?.state.end) await this.run.over; // it only clears up
    if (this.run) throw new HostError('input', 'A mission runs here already: stop it first.');
    const run: Run = { stop: new AbortController(), over: Promise.resolve() };
    this.run = run;
    this.shown.starts();
    return await new Promise<string>((resolve, reject) => {
      run.over = this.carry(run, act(this.driveOptions(run, set, resolve)))
        .then(resolve)
        .catch(reject);
    });
  }

  /** Sees a mission through to its end; returns its id. */
  private async carry(run: Run, ending: Promise<MissionState>): Promise<string> {
    try {
      const state = await ending;
      this.over(run);
      // One that was sealed already is only shown.
      if (run.begun) this.shown.ends();
      else this.shown.rest(await readMission(await workspaceAt(this.directory), state.mission));
      return state.mission;
    } catch (error) {
      const sentence = sentenceOf(error);
      this.options.log(sentence);
      const hadBegun = this.mode === 'drives';
      this.over(run);
      this.shown.ends(hadBegun ? sentence : undefined);
      // Somebody else may drive, or something may be on disk; the first error is the one to be told.
      const isTakenOver = error instanceof JournalError && error.kind === 'fenced';
      if (!hadBegun || isTakenOver) await this.look().catch(() => undefined);
      throw error;
    }
  }

  private over(run: Run): void {
    if (this.run !== run) return;
    this.run = undefined;
    this.link.part();
  }

  private driveOptions(run: Run, set: readonly string[], recorded: (id: string) => void): DriveOptions {
    const { directory, bridge, env, log } = this.options;
    return {
      ...{ directory, bridge, env, set, log, parts: this.parts, whenWaiting: 'stay', stop: run.stop.signal },
      starting: (settings: Settings) => this.link.giveWay(settings),
      serverIsNeeded: () => this.link.isNeeded,
      began: (begun) => {
        run.begun = begun;
        if (begun.note !== undefined) log(begun.note);
        this.link.join(begun.backend);
      },
      watcher: {
        recorded: (records: readonly Recorded[]) => {
          if (this.mode === 'drives' || !run.begun) {
            this.shown.recorded(records);
            return;
          }
          this.shown.drives(run.begun.state, run.begun.past, records);
          recorded(run.begun.state.mission);
        },
        signalled: (signal) => {
          this.shown.signalled(signal);
        },
        held: (trouble) => {
          this.shown.holds(trouble);
        },
      },
    };
  }

  private watch(workspace: string, mission: string): void {
    this.shown.watch(workspace, mission, (outcome) => this.takeOver(mission, outcome));
  }
}

/** How often a folder at rest looks whether another process drives a mission in it, in milliseconds. */
const lookMs = 1_000;
