import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useImperativeHandle, useLayoutEffect, useMemo, useRef, type KeyboardEvent } from 'react';
import type { AriaAttributes, AriaRole, MouseEvent, ReactNode, Ref } from 'react';
import { useMenu, type MenuItem } from './menuContext';
import { makeTyped, nextWhere, rowCommand, type RowCommand, type TreePlace } from './rowKeys';
import { buttonsIn } from './roving';
import { useRowFocus } from './useRowFocus';
import { VirtualRow, type RowAttributes } from './VirtualRow';

/** What may be done to rows from outside. */
export interface RowsHandle {
  /** Puts the focus on a row, or on the one that had it last. */
  focus(key?: string): void;
  /** Brings a row into sight. */
  reveal(key: string): void;
}

interface VirtualRowsProps<T> {
  readonly items: readonly T[];
  readonly rowHeight: number;
  readonly keyOf: (item: T) => string;
  /** What stands in a row. Keep it stable: a row is drawn anew only when its item or this is another. */
  readonly render: (item: T) => ReactNode;
  /** Class, tooltip and ARIA of a row; keep it stable, too. */
  readonly attributesOf?: (item: T, index: number) => RowAttributes;
  readonly label: string;
  readonly role: AriaRole;
  readonly rowRole: AriaRole;
  /** Attributes of the element with the role. */
  readonly aria?: AriaAttributes;
  readonly treeOf?: (item: T) => TreePlace;
  /** Texts by whose beginning typed letters find a row: id, title. */
  readonly wordsOf?: (item: T) => readonly string[];
  readonly needsYou?: (item: T) => boolean;
  /** Pressed with the pointer. */
  readonly onPress?: (item: T) => void;
  readonly onEnter?: (item: T) => void;
  /** Ctrl/Cmd+Enter. */
  readonly onOpen?: (item: T) => void;
  readonly onSpace?: (item: T) => void;
  readonly onToggle?: (item: T) => void;
  readonly menuOf?: (item: T) => readonly MenuItem[];
  /** Stands still above the rows: a table’s head. */
  readonly head?: ReactNode;
  readonly className?: string;
  readonly ref?: Ref<RowsHandle> | undefined;
}

/** Rows of one height, of which only those in sight are in the page; one stop of the Tab key, walked with the arrows. */
export function VirtualRows<T>(props: VirtualRowsProps<T>) {
  const { items, rowHeight, keyOf, treeOf, role, rowRole, head, className, ref } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const openMenu = useMenu();
  const typed = useRef(makeTyped(() => Date.now()));
  const places = useMemo(() => new Map(items.map((item, index) => [keyOf(item), index])), [items, keyOf]);
  const focus = useRowFocus(scroller, items.length, (index) => keyOf(items[index] as T), places);
  const stop = focus.stop;

  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => keyOf(items[index] as T),
    overscan: 6,
    useFlushSync: false,
    rangeExtractor: (range) => {
      const shown = defaultRangeExtractor(range);
      return stop < 0 || stop >= items.length || shown.includes(stop) ? shown : [...shown, stop].sort((a, b) => a - b);
    },
  });
  useLayoutEffect(() => {
    rows.measure();
  }, [rows, rowHeight]);

  const go = (index: number): void => {
    if (index < 0 || index >= items.length) return;
    rows.scrollToIndex(index, { align: 'auto' });
    focus.take(index);
  };
  useImperativeHandle(ref, () => ({
    focus(key) {
      go(key === undefined ? stop : (places.get(key) ?? stop));
    },
    reveal(key) {
      const index = places.get(key);
      if (index === undefined) return;
      rows.scrollToIndex(index, { align: 'auto' });
      focus.point(index);
    },
  }));

  const run = (command: RowCommand, at: number, item: T, element: HTMLElement): void => {
    switch (command.type) {
      case 'go':
        return go(command.index);
      case 'toggle':
        return props.onToggle?.(item);
      case 'actions':
        return element.querySelector<HTMLElement>('[data-row-action]')?.focus();
      case 'enter':
        return props.onEnter?.(item);
      case 'open':
        return props.onOpen?.(item);
      case 'space':
        return props.onSpace?.(item);
      case 'menu': {
        const { left, bottom } = element.getBoundingClientRect();
        return openMenu(props.label, props.menuOf?.(item) ?? [], { x: left + 24, y: bottom });
      }
      case 'find': {
        const word = typed.current(command.letter);
        // One letter goes on from here; more of them narrow down what is found already.
        const from = word.length > 1 ? at - 1 : at;
        const found = nextWhere(items.length, from, 1, (index) =>
          begins(props.wordsOf?.(items[index] as T) ?? [], word),
        );
        if (found !== undefined) go(found);
      }
    }
  };

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const hit = rowOf(event.target, places);
    if (!hit) return;
    const item = items[hit.index];
    if (item === undefined) return;
    if (event.target !== hit.element && inActions(event, hit.element)) return;
    const tree = treeOf?.(item);
    const command = rowCommand(event, {
      count: items.length,
      at: hit.index,
      page: Math.max(1, Math.floor((scroller.current?.clientHeight ?? rowHeight) / rowHeight) - 1),
      tree,
      parent: tree?.parent === undefined ? undefined : places.get(tree.parent),
      needy: (step) =>
        nextWhere(items.length, hit.index, step, (index) => props.needsYou?.(items[index] as T) ?? false),
    });
    if (!command) return;
    event.preventDefault();
    run(command, hit.index, item, hit.element);
  };

  const pressed = (event: MouseEvent<HTMLDivElement>): { index: number; item: T } | undefined => {
    const hit = rowOf(event.target, places);
    const item = hit && items[hit.index];
    return hit === undefined || item === undefined ? undefined : { index: hit.index, item };
  };

  const isTable = head !== undefined;
  const named = { role, 'aria-label': props.label, ...props.aria };
  const body = (
    <div
      ref={scroller}
      className="rows-scroller"
      {...(isTable ? { role: 'rowgroup' } : named)}
      onKeyDown={onKeyDown}
      onFocus={focus.onFocus}
      onBlur={focus.onBlur}
      onClick={(event) => {
        const hit = pressed(event);
        if (!hit) return;
        focus.point(hit.index);
        props.onPress?.(hit.item);
      }}
      onContextMenu={(event) => {
        const hit = pressed(event);
        if (!hit || !props.menuOf) return;
        event.preventDefault();
        focus.take(hit.index);
        openMenu(props.label, props.menuOf(hit.item), { x: event.clientX, y: event.clientY });
      }}
    >
      <div role="presentation" className="rows-sizer" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((row) => {
          const item = items[row.index];
          if (item === undefined) return null;
          return (
            <VirtualRow
              key={row.key}
              item={item}
              index={row.index}
              rowKey={keyOf(item)}
              role={rowRole}
              top={row.start}
              height={rowHeight}
              isStop={row.index === stop}
              tree={treeOf?.(item)}
              attributesOf={props.attributesOf}
              render={props.render}
            />
          );
        })}
      </div>
    </div>
  );
  useEffect(focus.settle);
  const classes = className === undefined ? 'rows' : `rows ${className}`;
  return (
    <div className={classes} {...(isTable ? named : {})}>
      {head}
      {body}
    </div>
  );
}

/** Whether a text has a word that begins so. */
function begins(texts: readonly string[], word: string): boolean {
  return texts.some((text) => text.toLowerCase().startsWith(word));
}

function rowOf(target: EventTarget, places: ReadonlyMap<string, number>) {
  const element = target instanceof Element ? target.closest<HTMLElement>('[data-row]') : null;
  const index = places.get(element?.dataset['row'] ?? '');
  return element === null || index === undefined ? undefined : { element, index };
}

/** Arrows among the actions of a row; whether the key was theirs. */
function inActions(event: KeyboardEvent, row: HTMLElement): boolean {
  if (event.key === 'Enter' || event.key === ' ') return true;
  if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return false;
  const actions = buttonsIn(row);
  const at = actions.findIndex((action) => action === document.activeElement);
  if (at < 0) return false;
  event.preventDefault();
  const next = at + (event.key === 'ArrowRight' ? 1 : -1);
  (next < 0 ? row : actions[Math.min(next, actions.length - 1)])?.focus();
  return true;
}
