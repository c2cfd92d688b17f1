import { modelsOf, roles } from '../recovery/models';
import { plain } from '../todo/text';
import type { Role } from './facts';
import type { Settings } from './settings';

/** A model as OpenCode knows it. */
export interface KnownModel {
  /** `provider/model`. */
  readonly name: string;
  /** Whether it can call tools. */
  readonly tools: boolean;
  readonly variants: readonly string[];
  /** Tokens that it takes; none where OpenCode does not know. */
  readonly context?: number | undefined;
}

/** The models that OpenCode can start, by `provider/model`. */
export interface KnownModels {
  readonly models: ReadonlyMap<string, KnownModel>;
  /** The one that `opencode.json` names for roles without one; none where it names none. */
  readonly standard?: string | undefined;
}

/** Near matches that a refusal names, and variants. */
const mostNamed = 3;
const mostVariants = 12;

/**
 * Why a mission cannot begin with these settings: a model that is not there or calls no tools, fall-backs like first ones, or a
 * variant that the first model of its role does not have (a fall-back without it goes on without it). Undefined when it can.
 */
export function refuseModels(settings: Settings, known: KnownModels): string | undefined {
  for (const role of roles) {
    for (const model of modelsOf(settings, role)) {
      const refusal = refuseModel(role, model, known);
      if (refusal !== undefined) return refusal;
    }
    const refusal = refuseVariant(role, settings, known);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function refuseModel(role: Role, name: string, known: KnownModels): string | undefined {
  const model = known.models.get(name === '' ? (known.standard ?? '') : name);
  const setting = `orchestrator.models.${role}`;
  if (model)
    return model.tools
      ? undefined
      : `The model ${plain(model.name, 200)} cannot call tools: choose another in ${setting}.`;
  // OpenCode chooses its default itself.
  if (name === '') return undefined;
  const near = nearTo(name, [...known.models.keys()]);
  const provider = name.slice(0, name.indexOf('/'));
  const isThere = [...known.models.keys()].some((other) => other.startsWith(`${provider}/`));
  const hint = near.length > 0 ? ` Near to it: ${near.map((each) => plain(each, 200)).join(', ')}.` : '';
  const login = isThere ? '' : ` If ${plain(provider, 100)} is yours, “opencode auth login” adds it.`;
  return `OpenCode knows no model ${plain(name, 200)}: choose another in ${setting}.${hint}${login}`;
}

function refuseVariant(role: Role, settings: Settings, known: KnownModels): string | undefined {
  const variant = settings[`variants.${role}`];
  if (variant === '') return undefined;
  const [first = ''] = modelsOf(settings, role);
  const model = known.models.get(first === '' ? (known.standard ?? '') : first);
  if (!model || model.variants.includes(variant)) return undefined;
  const some = model.variants.slice(0, mostVariants).map((each) => plain(each, 64));
  const there = some.length > 0 ? `it has ${some.join(', ')}. Choose one of them in` : 'it has none. Empty';
  return `The model ${plain(model.name, 200)} has no variant ${plain(variant, 64)}: ${there} orchestrator.variants.${role}.`;
}

/** The names that are most like a given one, best first: with its words in them, or a few letters away. */
export function nearTo(name: string, others: readonly string[]): string[] {
  const wanted = name.toLowerCase();
  const [, wantedModel] = split(wanted);
  return others
    .map((other) => {
      const [, model] = split(other.toLowerCase());
      const inside = model.includes(wantedModel) || wantedModel.includes(model);
      const whole = distance(wanted, other.toLowerCase());
      return { other, score: Math.min(whole, distance(wantedModel, model) + 1, inside ? 1 : Infinity), whole };
    })
    .filter(({ score }) => score <= Math.max(2, Math.floor(wantedModel.length / 3)))
    .sort((a, b) => a.score - b.score || a.whole - b.whole)
    .slice(0, mostNamed)
    .map(({ other }) => other);
}

function split(name: string): [provider: string, model: string] {
  const cut = name.indexOf('/');
  return [name.slice(0, Math.max(0, cut)), name.slice(cut + 1)];
}

/** How many letters must be changed, added or left out (Levenshtein); of texts of at most 200 characters. */
function distance(a: string, b: string): number {
  const [from, to] = [a.slice(0, 200), b.slice(0, 200)];
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
