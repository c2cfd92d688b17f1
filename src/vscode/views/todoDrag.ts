import { DataTransferItem, type DataTransfer, type TreeDragAndDropController } from 'vscode';
import type { Desk } from '../desk';
import type { TodoElement } from './todoModel';

const mime = 'application/vnd.code.tree.orchestrator.todo';

/** TODOs are put in another order by hand; what is dropped on nothing goes to the end. */
export function todoDrag(desk: Desk): TreeDragAndDropController<TodoElement> {
  return {
    dragMimeTypes: [mime],
    dropMimeTypes: [mime],
    handleDrag(elements: readonly TodoElement[], transfer: DataTransfer) {
      const dragged = elements.filter((element) => element.kind === 'todo');
      if (dragged.length > 0) transfer.set(mime, new DataTransferItem(dragged));
    },
    async handleDrop(target: TodoElement | undefined, transfer: DataTransfer) {
      const dragged: unknown = transfer.get(mime)?.value;
      if (!Array.isArray(dragged) || (target && target.kind !== 'todo')) return;
      for (const element of dragged.filter(isTodo)) {
        if (target && (target.folder !== element.folder || target.todo === element.todo)) continue;
        const before = target ? { before: target.todo } : {};
        try {
          await desk.act(element.folder, { type: 'edit', edit: { type: 'move', todo: element.todo, ...before } });
        } catch (error) {
          desk.complain(error);
          return;
        }
      }
    },
  };
}

function isTodo(value: unknown): value is Extract<TodoElement, { kind: 'todo' }> {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'todo';
}
