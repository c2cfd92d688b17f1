import type { FactOf } from '../mission/facts';
import type { Ask, MissionState, Turn } from '../mission/state';
import { hasLeft, modelOfTurn, rolesOf } from './models';
import { policies } from './policies';

const prefix = 'model:';

/** The id of the ask that holds back every turn of a model whose key was refused, or that is not there. */
export function modelAsk(model: string): string {
  return `${prefix}${model}`;
}

/** Whether an ask is about a model, which no agent asks and of which none is told. */
export function isModelAsk(id: string): boolean {
  return id.startsWith(prefix);
}

/** Asks a person about the model of a lost turn, if its class says so. */
export function askAboutModel(s: MissionState, turn: Turn, fact: FactOf<'turn.lost'>, at: number): void {
  if (fact.class === undefined || !policies[fact.class].asks) return;
  // The role goes on with the next model of its list.
  if (hasLeft(s, turn)) return;
  const model = modelOfTurn(s, turn);
  const id = modelAsk(model);
  if (s.asks.has(id)) return;
  const title = titleOf(turn, model, fact);
  const options = [{ label: 'Try again', description: '' }];
  const question = { question: title, header: 'Model', options, multiple: false };
  const ask: Ask = { id, kind: 'question', title, openedAt: at, questions: [question] };
  s.asks.set(id, ask);
}

/** Asks about models that no role is to run on any more are gone; `all`: those of the others, too. */
export function dropModelAsks(s: MissionState, which: 'all' | 'unused'): void {
  const isUsed = (id: string) => rolesOf(s, id.slice(prefix.length)).length > 0;
  for (const id of s.asks.keys()) if (isModelAsk(id) && (which === 'all' || !isUsed(id))) s.asks.delete(id);
}

const whose = { commander: 'the Commander', planner: 'the Planner', worker: 'the workers', reviewer: 'the reviewers' };

function titleOf(
  { role }: Turn,
  model: string,
  { class: failure, reason, model: answered }: FactOf<'turn.lost'>,
): string {
  const name = model || answered;
  const on = name === undefined || name === '' ? 'OpenCode’s default model' : name;
  const provider = name?.split('/')[0];
  const said = reason.slice(0, 300).replace(/[.\s]+$/, '');
  const setting = `models.${role}`;
  if (failure === 'noModel') {
    return `OpenCode could not start ${on} for ${whose[role]} (${said}). Choose another ${setting}, or mend opencode.json; then try again.`;
  }
  const which = provider === undefined || provider === '' ? 'its provider' : provider;
  return `The key of ${which} is refused for ${whose[role]}, on ${on} (${said}). Set it with “opencode auth login”, or choose another ${setting}; then try again.`;
}
