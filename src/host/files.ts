import { realPathInsideSync } from '../persistence/insidePath';
import { moveIsolatedTest } from '../persistence/isolatedTests';
import {
  archiveForeign,
  fromWorkspace,
  readRendered,
  replaceRendered,
  writeRendered,
} from '../persistence/renderedFiles';
import { keepSource, readFreshSources } from '../persistence/sources';
import type { FilesPort } from '../runtime/ports';

const dayMs = 24 * 3_600_000;

/** The runtime’s files in a workspace folder; the mission’s own rendered files and no others. */
export function workspaceFiles(workspace: string, mission: string): FilesPort {
  return {
    leaves: (path) => !realPathInsideSync(workspace, path),
    readTodo: () => readRendered(workspace, 'todo.md'),
    writeRendered: async (name, text) => {
      await writeRendered(workspace, name, text);
    },
    replaceTodo: (text, was) => replaceRendered(workspace, 'todo.md', text, was),
    archiveForeign: (at) => archiveForeign(workspace, mission, at),
    freshSources: async (now) => {
      const sources = await readFreshSources(workspace, now, dayMs);
      return sources.map(({ url, title, path }) => ({ url, title, path: fromWorkspace(workspace, path) }));
    },
    keepSource: async (source, at) => {
      await keepSource(workspace, source, at);
    },
    archiveTest: (path) => moveIsolatedTest(workspace, path),
  };
}
