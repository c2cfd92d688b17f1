/** Shorter texts are no secrets: masking them would make a riddle of every line. */
const secretChars = 6;

/** Passwords in addresses, bearer tokens, and what is assigned to a name that says that it is secret. */
const shapes: readonly [RegExp, string][] = [
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, '$1•••@'],
  [/\b(bearer|basic)\s+[a-z0-9._~+/=-]{8,}/gi, '$1 •••'],
  [/\b([a-z0-9_-]*(?:password|passwd|secret|token|api[_-]?key))("?\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s,;&]+)/gi, '$1$2•••'],
  [/\b(?:sk|pk|ghp|gho|xox[abp])[-_][A-Za-z0-9_-]{16,}/g, '•••'],
];

/** A line without the given secrets, and without what looks like one. */
export function mask(line: string, secrets: readonly string[]): string {
  let clean = line;
  for (const secret of secrets) if (secret.length >= secretChars) clean = clean.replaceAll(secret, '•••');
  for (const [shape, instead] of shapes) clean = clean.replace(shape, instead);
  return clean;
}
