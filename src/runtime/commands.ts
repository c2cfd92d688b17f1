import { callFacts, killFacts } from '../core/commands/decide';
import type { BackgroundCall } from '../core/commands/model';
import type { MissionState } from '../core/mission/state';
import { sentenceOf } from '../core/todo/text';
import type { CommandEnd, Ports, Producer } from './ports';

/** Has background commands carried out. What they mean is the core’s; who runs them is the port’s. */
export class Commands {
  /** Those whose end is asked for, so that it is asked once. */
  private readonly ending = new Set<string>();
  /** Started, and not on disk yet. */
  private readonly toRun: string[] = [];

  constructor(
    private readonly s: MissionState,
    private readonly ports: Ports,
    private readonly post: (producer: Producer) => void,
  ) {}

  /** Takes over those that an earlier process left running, or had only written down. */
  adopt(): void {
    for (const { id, state } of this.s.commands.values())
      if (state === 'running') this.await(id, this.ports.commands.watch(id));
  }

  /** What agents asked for by tools, live or read from their sessions later. */
  heard(session: string, calls: readonly BackgroundCall[]): void {
    if (calls.length > 0) this.post((s) => callFacts(s, session, calls));
  }

  /** Notes one that is about to run; it starts with `launch`, when that is on disk. */
  started(id: string): void {
    this.toRun.push(id);
  }

  launch(): void {
    for (const id of this.toRun.splice(0)) {
      const command = this.s.commands.get(id);
      if (command) this.await(id, this.ports.commands.run(command));
    }
  }

  end(id: string): void {
    if (this.ending.has(id)) return;
    this.ending.add(id);
    this.ports.commands.kill(id).catch((error: unknown) => {
      this.ending.delete(id);
      this.ports.log(`Background command ${id} could not be ended: ${sentenceOf(error)}`);
    });
  }

  /** A person’s wish. */
  kill(id: string, by: string): void {
    this.post((s) => killFacts(s, id, by));
  }

  private await(id: string, end: Promise<CommandEnd | undefined>): void {
    void end
      .catch((error: unknown): CommandEnd => {
        this.ports.log(`Background command ${id}: ${sentenceOf(error)}`);
        return { how: 'lost', exitCode: null, bytes: 0, tail: '' };
      })
      .then((ended) => {
        // Who lets go leaves it to run.
        if (!ended) return;
        this.ending.delete(id);
        this.post((s) => (s.commands.get(id)?.state === 'running' ? [{ type: 'command.ended', id, ...ended }] : []));
      });
  }
}
