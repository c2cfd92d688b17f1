import { createHash } from 'node:crypto';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { atomicWrite } from './atomicWrite';
import { onDisk, unlessAbsent } from './errors';
import { parseJson } from './parseJson';
import { ensureFolder, refuseSymlinks } from './workspaceFiles';

/** What the Planner noted about a page it read. */
export interface Source {
  readonly url: string;
  readonly title: string;
  readonly notes: string;
}

/** A source on disk, with when it was read, in milliseconds since the epoch. */
export interface KeptSource extends Source {
  readonly at: number;
  readonly path: string;
}

const headSchema = z.object({ url: z.string(), date: z.iso.datetime(), title: z.string() });
const maxBytes = 1_000_000;

/** Writes a source to `.opencode/docs/`, one file a URL, the newest stays; returns its path. Throws a FilesError. */
export async function keepSource(workspace: string, source: Source, at: number): Promise<string> {
  const path = join(await ensureFolder(workspace, '.opencode', 'docs'), `${slugOf(source.url)}.md`);
  await refuseSymlinks(path);
  const head = { url: source.url, date: new Date(at).toISOString(), title: source.title };
  // JSON strings are YAML strings: nothing in a title or a URL can end the head.
  const lines = Object.entries(head).map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`);
  await onDisk(`Writing ${path}`, () => atomicWrite(path, `---\n${lines.join('')}---\n\n${source.notes}\n`));
  return path;
}

/** The sources read within the last `maxAgeMs` before `now`, the newest first. What is no source of ours is passed over. */
export async function readFreshSources(workspace: string, now: number, maxAgeMs: number): Promise<KeptSource[]> {
  const dir = await refuseSymlinks(workspace, '.opencode', 'docs');
  const sources: KeptSource[] = [];
  for (const name of (await onDisk(`Reading ${dir}`, () => unlessAbsent(() => readdir(dir)))) ?? []) {
    if (!name.endsWith('.md')) continue;
    const path = join(dir, name);
    const source = await onDisk(`Reading ${path}`, () => unlessAbsent(() => sourceAt(path)));
    if (source && now - source.at <= maxAgeMs) sources.push(source);
  }
  return sources.sort((a, b) => b.at - a.at);
}

/** A file name for a URL that every file system takes: what one can read of it, and a hash, since cutting makes equals. */
function slugOf(url: string): string {
  const plain = url
    .toLowerCase()
    .replace(/^[a-z]+:\/\/(www\.)?/, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '')
    .slice(0, 60);
  return `${plain.replace(/-$/, '') || 'source'}-${createHash('sha256').update(url).digest('hex').slice(0, 8)}`;
}

async function sourceAt(path: string): Promise<KeptSource | undefined> {
  const file = await lstat(path);
  if (!file.isFile() || file.size > maxBytes) return undefined;
  const parts = /^---\r?\n([\s\S]*?)\r?\n---\r?\n(?:\r?\n)?([\s\S]*)$/.exec(await readFile(path, 'utf8'));
  if (!parts) return undefined;
  // A person may have written a value without the quotes.
  const fields = (parts[1] ?? '').split(/\r?\n/).map((line) => /^(\w+): (.*)$/.exec(line));
  const head = headSchema.safeParse(
    Object.fromEntries(fields.map((field) => [field?.[1], parseJson(field?.[2] ?? '') ?? field?.[2]])),
  );
  if (!head.success) return undefined;
  const { url, date, title } = head.data;
  return { url, title, notes: (parts[2] ?? '').replace(/\r?\n$/, ''), at: Date.parse(date), path };
}
