import { decideEdit, type TodoEdit } from '../core/mission/decideEdit';
import type { Fact, Recorded } from '../core/mission/facts';
import { refuseNote, type NoteWish } from '../core/mission/notes';
import { planAsk, type MissionState } from '../core/mission/state';
import type { Wish } from '../persistence/requests';
import { askDriver, type Asking } from './askDriver';
import type { Begun } from './drive';
import { HostError } from './errors';
import type { AskReply, Taken } from './folderTypes';
import { leaves } from './obey';
import { answerAsk } from './replies';
import { settingsOf } from './settings';
import type { ShownMission } from './shownMission';

export interface SteeringPorts {
  /** The mission that is driven in this process. */
  readonly begun: () => Begun | undefined;
  readonly shown: ShownMission;
  readonly workspace: () => Promise<string>;
}

/**
 * A person’s hand on a mission. One that is driven here takes it at once; another process is asked by a request, and what it
 * did is in the journal when the promise resolves. Methods throw a `HostError`: `input` when no mission runs, `silent` when the
 * process that runs it does not answer.
 */
export class Steering {
  constructor(private readonly ports: SteeringPorts) {}

  async pause(by: string): Promise<void> {
    const begun = this.ports.begun();
    if (begun) begun.driver.pause(by);
    else await this.ask({ type: 'pause', by }, (state) => state.paused !== undefined);
  }

  async unpause(by: string): Promise<void> {
    const begun = this.ports.begun();
    if (begun) begun.driver.unpause(by);
    else await this.ask({ type: 'unpause', by }, (state) => state.paused === undefined);
  }

  async note(text: string, wish: NoteWish = {}): Promise<void> {
    const begun = this.ports.begun();
    const refusal = refuseNote(this.steered(begun), text, wish);
    if (refusal !== undefined) throw new HostError('input', refusal);
    if (begun) begun.driver.note(text, wish);
    else await this.ask({ type: 'note', text, todo: wish.to, now: wish.now, by: person }, has('note.added'));
  }

  /** Wants a queued note delivered at once; false when it was delivered already. */
  async hurry(note: string): Promise<boolean> {
    const begun = this.ports.begun();
    const found = this.steered(begun)?.notes.find(({ id }) => id === note);
    if (!found) throw new HostError('input', notRun.sentence);
    if (found.turn !== undefined) return false;
    if (begun) begun.driver.hurry(note);
    else await this.ask({ type: 'hurry', note, by: person }, has('note.hurried'));
    return true;
  }

  async edit(edit: TodoEdit): Promise<Taken> {
    const begun = this.ports.begun();
    const state = this.steered(begun);
    if (!state) return notRun;
    const decided = decideEdit(state, edit, leaves(state));
    if (!decided.ok) return decided;
    if (!begun) return await takenOf(() => this.ask({ type: 'edit', edit, by: person }, has('todos.edited')));
    begun.driver.edit((later) => {
      const now = decideEdit(later, edit, leaves(later));
      return now.ok ? now.fact : undefined;
    });
    return { ok: true };
  }

  async change(set: readonly string[], by: string): Promise<Taken> {
    const begun = this.ports.begun();
    const state = this.steered(begun);
    if (!state) return notRun;
    return await takenOf(async () => {
      const settings = settingsOf(state.settings, set);
      if (begun) begun.driver.change(settings, by);
      else await this.ask({ type: 'change', set: [...set], by }, has('settings.changed'));
    });
  }

  async reply(ask: string, reply: AskReply): Promise<void> {
    const open = this.ports.shown.state?.asks.get(ask);
    const begun = this.ports.begun();
    if (!open) return;
    if (begun) await answerAsk(open, reply, begun);
    else
      await this.ask(
        replyWish(ask, reply),
        isSentBack(ask, reply) ? has('note.added') : (state) => !state.asks.has(ask),
      );
  }

  /** Ends a background command, or runs it once more as a new one. */
  async command(act: 'kill' | 'again', id: string): Promise<void> {
    const begun = this.ports.begun();
    if (!begun) {
      await this.ask(
        { type: 'command', act, id, by: person },
        has(act === 'kill' ? 'command.unwanted' : 'command.ordered'),
      );
    } else if (act === 'kill') begun.driver.killCommand(id, person);
    else begun.driver.runAgain(id);
  }

  /** The mission that a person can steer from here. */
  private steered(begun: Begun | undefined): MissionState | undefined {
    const { shown } = this.ports;
    return begun?.state ?? (shown.mode === 'watches' ? shown.state : undefined);
  }

  private async ask(wish: Wish, shows: Asking['shows']): Promise<void> {
    const { shown, workspace } = this.ports;
    if (shown.mode !== 'watches') throw new HostError('input', notRun.sentence);
    const by = `${wish.by}, process ${String(process.pid)}`;
    await askDriver({ workspace: await workspace(), watched: shown, wish: { ...wish, by }, shows });
  }
}

const person = 'a person';
/** Why nothing can be steered. */
export const notRun = { ok: false as const, sentence: 'No mission runs here.' };

function has(type: Fact['type']): Asking['shows'] {
  return (_state: MissionState, fresh: readonly Recorded[]) => fresh.some(({ fact }) => fact.type === type);
}

/** A plan that is sent back still waits for its approval. */
function isSentBack(ask: string, reply: AskReply): boolean {
  return ask === planAsk && reply.type === 'reject';
}

function replyWish(ask: string, reply: AskReply): Wish {
  if (reply.type !== 'question') return { type: 'reply', ask, reply, by: person };
  const answers = reply.answers.map((labels) => [...labels]);
  return { type: 'reply', ask, reply: { type: 'question', answers }, by: person };
}

async function takenOf(act: () => Promise<void>): Promise<Taken> {
  try {
    await act();
    return { ok: true };
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return { ok: false, sentence: error.message };
  }
}
