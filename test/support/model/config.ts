/** The `opencode.json` that makes an OpenCode server talk to the scripted model. */

export type Config = { [key: string]: unknown };

/**
 * Provider `scripted` with the models `scripted-1` (the default, for small calls, too) and `scripted-2`. `extra` is merged over it,
 * objects key by key: prices are `{provider: {scripted: {models: {'scripted-1': {cost: {input: 1, output: 2}}}}}}`.
 */
export function opencodeConfig(model: { readonly url: string }, extra: Config = {}): Config {
  const limit = { context: 200_000, output: 32_000 };
  const base: Config = {
    $schema: 'https://opencode.ai/config.json',
    model: 'scripted/scripted-1',
    small_model: 'scripted/scripted-1',
    autoupdate: false,
    share: 'disabled',
    provider: {
      scripted: {
        npm: '@ai-sdk/openai-compatible',
        name: 'Scripted model',
        options: { baseURL: model.url, apiKey: 'scripted' },
        models: {
          'scripted-1': { name: 'Scripted 1', tool_call: true, limit },
          'scripted-2': { name: 'Scripted 2', tool_call: true, limit },
        },
      },
    },
  };
  return merge(base, extra);
}

function merge(under: Config, over: Config): Config {
  const keys = new Set([...Object.keys(under), ...Object.keys(over)]);
  return Object.fromEntries(
    [...keys].map((key) => {
      const [low, high] = [under[key], over[key]];
      return [key, isObject(low) && isObject(high) ? merge(low, high) : key in over ? high : low];
    }),
  );
}

function isObject(value: unknown): value is Config {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
