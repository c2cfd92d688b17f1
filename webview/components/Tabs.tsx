import { useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react';
import { t } from '../app/l10n';
import { IconButton } from './IconButton';
import { useMenu } from './menuContext';
import { nextPlace } from './roving';

/** A tab with what it counts. */
export interface Tab<Id extends string = string> {
  readonly id: Id;
  readonly label: string;
  readonly count?: string | undefined;
}

interface TabsProps<Id extends string> {
  readonly label: string;
  readonly tabs: readonly Tab<Id>[];
  readonly selected: Id;
  readonly onSelect: (id: Id) => void;
  /** The id of the one panel that shows the selected tab’s part. */
  readonly panel: string;
}

const gap = 16;
const moreWidth = 28;

/** Tabs in one line; those that do not fit go into `…`. */
export function Tabs<Id extends string>({ label, tabs, selected, onSelect, panel }: TabsProps<Id>) {
  const ref = useRef<HTMLDivElement>(null);
  const openMenu = useMenu();
  const room = useRoom(ref);
  const [widths, setWidths] = useState<readonly number[]>([]);
  const names = tabs.map((tab) => `${tab.label} ${tab.count ?? ''}`).join();

  // All are drawn to be measured whenever a name changes, and then as many as fit.
  const isMeasured = widths.length === tabs.length;
  const measuredNames = useRef('');
  useLayoutEffect(() => {
    if (measuredNames.current === names && isMeasured) return;
    measuredNames.current = names;
    const drawn = [...(ref.current?.querySelectorAll<HTMLElement>('[role=tab]') ?? [])];
    if (drawn.length === tabs.length) setWidths(drawn.map((tab) => tab.offsetWidth));
    else setWidths([]);
  }, [names, isMeasured, tabs.length]);

  const shown = isMeasured ? fitting(tabs, widths, room, selected) : tabs;
  const hidden = tabs.filter((tab) => !shown.includes(tab));

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const at = tabs.findIndex((tab) => tab.id === selected);
    const next = nextPlace(event.key, at, tabs.length, 'horizontal');
    const tab = next === undefined ? undefined : tabs[next];
    if (!tab || !(event.target instanceof Element) || event.target.getAttribute('role') !== 'tab') return;
    event.preventDefault();
    onSelect(tab.id);
    const list = event.currentTarget;
    requestAnimationFrame(() => list.querySelector<HTMLElement>('[aria-selected=true]')?.focus());
  };

  return (
    <div className="tabs" ref={ref}>
      <div role="tablist" aria-label={label} className="tablist" onKeyDown={onKeyDown}>
        {shown.map((tab) => (
          <button
            key={tab.id}
            type="button"
            role="tab"
            id={`tab-${tab.id}`}
            className="tab"
            aria-selected={tab.id === selected}
            aria-controls={panel}
            tabIndex={tab.id === selected ? 0 : -1}
            onClick={() => {
              onSelect(tab.id);
            }}
          >
            {tab.label}
            {tab.count === undefined ? null : <span className="tab-count">{tab.count}</span>}
          </button>
        ))}
      </div>
      {hidden.length > 0 ? (
        <IconButton
          codicon="ellipsis"
          label={t('More Tabs')}
          hasMenu
          onPress={(event) => {
            const items = hidden.map((tab) => ({
              label: tab.count === undefined ? tab.label : `${tab.label} ${tab.count}`,
              run: () => {
                onSelect(tab.id);
              },
            }));
            openMenu(t('More Tabs'), items, event.currentTarget);
          }}
        />
      ) : null}
    </div>
  );
}

function useRoom(ref: React.RefObject<HTMLElement | null>): number {
  const [room, setRoom] = useState(Infinity);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      setRoom(element.clientWidth);
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, [ref]);
  return room;
}

function fitting<Id extends string>(tabs: readonly Tab<Id>[], widths: readonly number[], room: number, selected: Id) {
  const whole = widths.reduce((sum, width) => sum + width + gap, -gap);
  if (whole <= room) return tabs;
  const must = tabs.findIndex((tab) => tab.id === selected);
  let left = room - moreWidth - (widths[must] ?? 0);
  // The selected tab is always there, and else as many as fit from the first one on.
  const kept = new Set([must]);
  for (const [index, width] of widths.entries()) {
    if (index === must) continue;
    left -= width + gap;
    if (left < 0) break;
    kept.add(index);
  }
  return tabs.filter((_, index) => kept.has(index));
}
