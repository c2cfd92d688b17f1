import { masked, maskSecrets } from '../core/secrets';

/** Shorter texts are no secrets: masking them would make a riddle of every line. */
const secretChars = 6;

/** A line without the given secrets, and without what looks like one. */
export function mask(line: string, secrets: readonly string[]): string {
  let clean = line;
  for (const secret of secrets) if (secret.length >= secretChars) clean = clean.replaceAll(secret, masked);
  return maskSecrets(clean);
}
