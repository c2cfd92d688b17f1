import { wide } from '../scenarios/shapes';
import type { Scenario } from '../support/model/scenario';

/** Chunks of 24 characters, 17 a second and agent: some 860 events a second of fifty. */
const pace = { chunkChars: 24, tokensPerSecond: 102 };

/** So many TODOs that do not know each other; every worker streams its words for so many seconds. */
export function streaming(todos: number, seconds: number): Scenario {
  const write = { file: 'out/{{todo}}.txt', lines: ['{{todo}}: written.'] };
  const chars = seconds * pace.tokensPerSecond * 4;
  const steps = [{ say: { text: 'word '.repeat(5), times: Math.ceil(chars / 25) }, write }];
  return wide(todos, { ...pace, todos: { '*': { steps } } });
}
