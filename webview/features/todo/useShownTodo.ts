import { useEffect, useRef, type RefObject } from 'react';
import { useSelectedTodo } from '../../app/selection';
import type { RowsHandle } from '../../components/VirtualRows';

/** For a list of TODOs: brings the one into sight that something else wants shown, as soon as it is among them. */
export function useShownTodo(isListed: (todo: string) => boolean): RefObject<RowsHandle | null> {
  const ref = useRef<RowsHandle>(null);
  const [selected, select] = useSelectedTodo();
  const isThere = selected !== null && isListed(selected);
  useEffect(() => {
    if (!isThere) return;
    ref.current?.focus(selected);
    select(null);
  }, [isThere, selected, select]);
  return ref;
}
