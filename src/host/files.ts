import { realPathInsideSync } from '../persistence/insidePath';
import { moveIsolatedTest } from '../persistence/isolatedTests';
import { archiveForeign, readRendered, writeRendered } from '../persistence/renderedFiles';
import { keepSource } from '../persistence/sources';
import type { FilesPort } from '../runtime/ports';

/** The runtime’s files in a workspace folder; the mission’s own rendered files and no others. */
export function workspaceFiles(workspace: string, mission: string): FilesPort {
  return {
    leaves: (path) => !realPathInsideSync(workspace, path),
    readTodo: () => readRendered(workspace, 'todo.md'),
    writeRendered: async (name, text) => {
      await writeRendered(workspace, name, text);
    },
    archiveForeign: (at) => archiveForeign(workspace, mission, at),
    keepSource: async (source, at) => {
      await keepSource(workspace, source, at);
    },
    archiveTest: (path) => moveIsolatedTest(workspace, path),
  };
}
