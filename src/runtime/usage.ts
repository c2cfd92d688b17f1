import type { TurnRecord } from './ports';

/** What a turn has used: tokens, US dollars, and the model that answered, as `provider/model`. */
export interface Usage {
  readonly tokens: number;
  readonly cost: number;
  readonly model?: string;
}

export const unused: Usage = { tokens: 0, cost: 0 };

export function usageOf({ tokens, cost, model }: TurnRecord): Usage {
  return { tokens: counted(tokens), cost: counted(cost), ...(model === undefined ? {} : { model }) };
}

/** What a provider counts may be anything; only what can be added up is. */
export function counted(amount: number): number {
  return Number.isFinite(amount) ? Math.max(0, amount) : 0;
}
