import { gitResult } from './git';

/** Folders that a workspace’s repository ignores as a whole, relative to it; none outside of one. */
export async function ignoredFolders(workspace: string): Promise<string[]> {
  const args = ['ls-files', '-z', '--others', '--ignored', '--exclude-standard', '--directory'];
  const { out, code } = await gitResult({ directory: workspace, alsoFine: [128] }, ...args);
  if (code !== 0) return [];
  return out
    .toString('utf8')
    .split('\0')
    .filter((name) => name.endsWith('/'))
    .map((name) => name.slice(0, -1));
}

/** The commit that a workspace’s history ends in, when it is the whole of its repository; undefined otherwise. */
export async function headOf(workspace: string): Promise<string | undefined> {
  const args = ['rev-parse', '--show-prefix', '--verify', '--quiet', 'HEAD'];
  const { out, code } = await gitResult({ directory: workspace, alsoFine: [1, 128] }, ...args);
  const [prefix, head] = out.toString().split('\n');
  return code === 0 && prefix === '' && head ? head : undefined;
}
