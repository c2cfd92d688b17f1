export type CheckedPath =
  { readonly ok: true; readonly path: string } | { readonly ok: false; readonly sentence: string };

/** Characters a path may have. */
export const maxPathLength = 512;

/**
 * Checks a path that a model or a person named for a TODO, by its text alone (symlinks are the disk’s affair), and
 * normalises it: `/` between the parts, no `.`, `..` or empty part. A refusal is one sentence that names the path.
 */
export function checkPath(path: string): CheckedPath {
  const refuse = (why: string): CheckedPath => ({ ok: false, sentence: `The path ${quoted(path)} ${why}.` });
  if (path.trim() === '') return { ok: false, sentence: 'A path is empty; name a file in the workspace folder.' };
  if (path.length > maxPathLength) return refuse(`is longer than ${maxPathLength} characters`);
  if (/\p{Cc}/u.test(path)) return refuse('holds a control character');
  const slashed = path.replaceAll('\\', '/');
  const absolute = 'is absolute; name it relative to the workspace folder';
  if (isAbsolute(slashed)) return refuse(absolute);
  if (/[*?]/.test(path)) return refuse('holds a * or a ?; name each file');
  const parts: string[] = [];
  for (const part of slashed.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return refuse('leaves the workspace folder');
  }
  if (/(^|\/)\.{0,2}$/.test(slashed)) return refuse('is a folder; name files, not folders');
  if (isAbsolute(parts.join('/'))) return refuse(absolute); // `a/../C:/x`
  if (isProtected(parts)) return refuse('is protected: nobody may write .git, .opencode, .vscode or opencode.json');
  return { ok: true, path: parts.join('/') };
}

/** The isolated test that belongs to a file: `src/a.ts` → `src/a.isolated.test.ts`; an isolated test is its own. */
export function isolatedTestOf(path: string): string {
  if (isIsolatedTest(path)) return path;
  const name = path.lastIndexOf('/') + 1;
  const dot = path.lastIndexOf('.');
  const end = dot > name ? dot : path.length; // a dot in front makes no extension: .env
  return `${path.slice(0, end)}.isolated.test${path.slice(end)}`;
}

/** Whether a path is named as an isolated test. */
export function isIsolatedTest(path: string): boolean {
  return /[^/]\.isolated\.test(\.[^./]+)?$/.test(path);
}

function isAbsolute(slashed: string): boolean {
  return /^(\/|[a-z]:|~[^/]*\/|~$|file:|[a-z][a-z0-9+.-]*:\/\/)/i.test(slashed);
}

function isProtected(parts: readonly string[]): boolean {
  const plain = parts.map(asDisksSeeIt);
  const first = plain[0] ?? '';
  return (
    plain.some((part) => part === '.git' || part === 'git~1') || // hooks of a nested repository run too
    /^(\.opencode|\.vscode|openco~\d.*|vscode~\d.*|opencode\.json.*)$/.test(first)
  );
}

// Windows drops trailing dots, blanks and what follows a colon; macOS ignores case, width and invisible characters.
function asDisksSeeIt(part: string): string {
  return part
    .normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replace(/:.*$/, '')
    .replace(/[. ]+$/, '')
    .toLowerCase();
}

function quoted(path: string): string {
  const shown = path.length > 80 ? `${path.slice(0, 79)}…` : path;
  return `“${shown.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, '\ufffd')}”`;
}
