/** Whether a value is what a field may hold. */
export type Check = (value: unknown) => boolean;

export const isText: Check = (value) => typeof value === 'string';
export const isNumber: Check = (value) => typeof value === 'number';
export const isBoolean: Check = (value) => typeof value === 'boolean';

/** One of some words. */
export function oneOf(...words: readonly string[]): Check {
  const known = new Set<unknown>(words);
  return (value) => known.has(value);
}

/** A list of which every item passes. */
export function listOf(check: Check): Check {
  return (value) => Array.isArray(value) && value.every(check);
}

/** A field that may be missing. */
export function optional(check: Check): Check {
  return (value) => value === undefined || check(value);
}

/**
 * Whether a value is an object of exactly these fields. For lists of thousands of objects, where a schema takes ten times
 * as long; the compiler sees to it that no field of `T` is forgotten.
 */
export function shape<T extends object>(fields: { readonly [K in keyof Required<T>]: Check }): (
  value: unknown,
) => value is T {
  const checks = Object.entries<Check>(fields);
  return (value: unknown): value is T => {
    if (!isRecord(value)) return false;
    for (const name in value) if (!Object.hasOwn(fields, name)) return false;
    for (const [name, check] of checks) if (!check(value[name])) return false;
    return true;
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
