import type { KnownModels } from '../core/mission/checkModels';
import type { Signal } from '../runtime/ports';

/** Adds to what agents use how much their models take. */
export class ContextRoom {
  private known: Promise<KnownModels> | undefined;
  private limits: ReadonlyMap<string, number> = new Map();

  constructor(private readonly read: () => Promise<KnownModels>) {}

  /** The models of the server; asked once, and again after a failure. Rejects as the reading does. */
  models(): Promise<KnownModels> {
    const known = (this.known ??= this.read());
    known.then(
      ({ models }) => {
        this.limits = new Map([...models.values()].flatMap(({ name, context }) => (context ? [[name, context]] : [])));
      },
      () => {
        if (this.known === known) this.known = undefined;
      },
    );
    return known;
  }

  /** Another server may know others. */
  forget(): void {
    this.known = undefined;
  }

  /** The same signal, with its model’s limit where that is known. */
  measured(signal: Signal): Signal {
    if (signal.type !== 'usage' || signal.context === undefined || signal.model === undefined) return signal;
    const contextLimit = this.limits.get(signal.model);
    return contextLimit === undefined ? signal : { ...signal, contextLimit };
  }
}
