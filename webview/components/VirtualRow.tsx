import { memo, type AriaAttributes, type AriaRole, type ReactNode } from 'react';
import type { TreePlace } from './rowKeys';

/** What a row has beside its content. */
export interface RowAttributes extends AriaAttributes {
  readonly className?: string | undefined;
  readonly title?: string | undefined;
}

interface VirtualRowProps<T> {
  readonly item: T;
  readonly index: number;
  readonly rowKey: string;
  readonly role: AriaRole;
  readonly top: number;
  readonly height: number;
  readonly isStop: boolean;
  readonly tree: TreePlace | undefined;
  readonly attributesOf: ((item: T, index: number) => RowAttributes) | undefined;
  readonly render: (item: T) => ReactNode;
}

function VirtualRowInner<T>(props: VirtualRowProps<T>) {
  const { item, index, rowKey, role, top, height, isStop, tree, attributesOf, render } = props;
  const { className, ...attributes } = attributesOf?.(item, index) ?? {};
  return (
    <div
      role={role}
      className={className === undefined ? 'row' : `row ${className}`}
      data-row={rowKey}
      tabIndex={isStop ? 0 : -1}
      aria-level={tree?.level}
      aria-expanded={tree?.isOpen}
      aria-setsize={tree?.size}
      aria-posinset={tree?.place}
      style={{ height, transform: `translateY(${top}px)` }}
      {...attributes}
    >
      {render(item)}
    </div>
  );
}

function isSame(a: TreePlace | undefined, b: TreePlace | undefined): boolean {
  return a?.level === b?.level && a?.isOpen === b?.isOpen && a?.size === b?.size && a?.place === b?.place;
}

/** A row at its place. It is drawn anew only when its item is another object, or its place is another. */
export const VirtualRow = memo(
  VirtualRowInner,
  (a, b) =>
    a.item === b.item &&
    a.index === b.index &&
    a.rowKey === b.rowKey &&
    a.top === b.top &&
    a.height === b.height &&
    a.isStop === b.isStop &&
    isSame(a.tree, b.tree) &&
    a.attributesOf === b.attributesOf &&
    a.render === b.render,
) as typeof VirtualRowInner;
