import type { OpencodeClient } from '@opencode-ai/sdk/v2/client';
import * as z from 'zod';
import type { KnownModel, KnownModels } from '../core/mission/checkModels';
import { asked } from './asked';
import { OpenCodeError } from './errors';

const modelSchema = z.looseObject({
  capabilities: z.looseObject({ toolcall: z.boolean() }),
  limit: z.looseObject({ context: z.number().positive() }).optional().catch(undefined),
  variants: z.record(z.string(), z.unknown()).optional().catch(undefined),
});
const providersSchema = z.looseObject({
  // A model that cannot be read is none.
  providers: z.array(z.looseObject({ id: z.string(), models: z.record(z.string(), z.unknown()).catch({}) })),
});
const configSchema = z.looseObject({ model: z.string().optional().catch(undefined) });

/** The models of OpenCode’s providers, with what they can do. Throws `OpenCodeError`. */
export async function readModels(client: OpencodeClient): Promise<KnownModels> {
  const answer = providersSchema.safeParse(await asked(client.config.providers()));
  if (!answer.success) throw new OpenCodeError('protocol', 'OpenCode’s list of models could not be read.');
  const config = configSchema.safeParse(await asked(client.config.get()));
  const models = new Map<string, KnownModel>();
  for (const provider of answer.data.providers) {
    for (const [id, value] of Object.entries(provider.models)) {
      const model = modelSchema.safeParse(value);
      if (!model.success) continue;
      const { capabilities, limit, variants = {} } = model.data;
      const name = `${provider.id}/${id}`;
      models.set(name, {
        name,
        tools: capabilities.toolcall,
        variants: Object.keys(variants),
        context: limit?.context,
      });
    }
  }
  return { models, standard: config.data?.model };
}
