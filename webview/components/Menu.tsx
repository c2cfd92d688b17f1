import { useCallback, useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { Icon } from './Icon';
import { MenuContext, type MenuItem, type MenuPlace, type OpenMenu } from './menuContext';
import { nextPlace } from './roving';

interface OpenedMenu {
  readonly label: string;
  readonly items: readonly MenuItem[];
  readonly place: MenuPlace;
  readonly back: Element | null;
}

/** Gives everything below it the way to open a menu. */
export function MenuProvider({ children }: { readonly children: ReactNode }) {
  const [menu, setMenu] = useState<OpenedMenu | undefined>();
  const open = useCallback<OpenMenu>((label, items, place) => {
    if (items.length > 0) setMenu({ label, items, place, back: document.activeElement });
  }, []);
  const close = useCallback((back: Element | null) => {
    setMenu(undefined);
    if (back instanceof HTMLElement) back.focus();
  }, []);
  return (
    <MenuContext value={open}>
      {children}
      {menu ? <Menu menu={menu} onClose={close} /> : null}
    </MenuContext>
  );
}

function Menu({ menu, onClose }: { readonly menu: OpenedMenu; readonly onClose: (back: Element | null) => void }) {
  const ref = useRef<HTMLDivElement>(null);
  const { items, place, back } = menu;

  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const { x, y } = spot(place, element.getBoundingClientRect());
    element.style.left = `${x}px`;
    element.style.top = `${y}px`;
    lines(element)[0]?.focus();
  }, [place]);

  useEffect(() => {
    const onPointer = (event: PointerEvent): void => {
      if (event.target instanceof Node && ref.current?.contains(event.target)) return;
      // The pointer puts the focus where it goes down.
      onClose(null);
    };
    const onAway = (): void => {
      onClose(null);
    };
    document.addEventListener('pointerdown', onPointer, true);
    window.addEventListener('blur', onAway);
    window.addEventListener('resize', onAway);
    return () => {
      document.removeEventListener('pointerdown', onPointer, true);
      window.removeEventListener('blur', onAway);
      window.removeEventListener('resize', onAway);
    };
  }, [onClose]);

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    event.stopPropagation();
    const all = lines(event.currentTarget);
    const at = all.findIndex((line) => line === document.activeElement);
    if (event.key === 'Escape' || event.key === 'Tab') {
      event.preventDefault();
      onClose(back);
      return;
    }
    const next = nextPlace(event.key, at, all.length, 'vertical') ?? byLetter(all, at, event.key);
    if (next === undefined) return;
    event.preventDefault();
    all[next]?.focus();
  };

  return (
    <div ref={ref} className="menu" role="menu" aria-label={menu.label} tabIndex={-1} onKeyDown={onKeyDown}>
      {items.map((item) => (
        <button
          key={item.label}
          type="button"
          role={item.checked === undefined ? 'menuitem' : 'menuitemradio'}
          aria-checked={item.checked}
          aria-disabled={item.disabled}
          tabIndex={-1}
          className={item.separated === true ? 'menu-item menu-item-separated' : 'menu-item'}
          onPointerMove={(event) => {
            event.currentTarget.focus();
          }}
          onClick={() => {
            if (item.disabled === true) return;
            onClose(back);
            item.run();
          }}
        >
          <span className="menu-check">{item.checked === true ? <Icon codicon="check" /> : null}</span>
          {item.label}
        </button>
      ))}
    </div>
  );
}

function lines(menu: Element): HTMLButtonElement[] {
  return [...menu.querySelectorAll('button')];
}

function byLetter(all: readonly HTMLButtonElement[], at: number, key: string): number | undefined {
  if (key.length !== 1 || key === ' ') return undefined;
  for (let step = 1; step <= all.length; step += 1) {
    const place = (at + step) % all.length;
    if (all[place]?.textContent.trim().toLowerCase().startsWith(key.toLowerCase()) === true) return place;
  }
  return undefined;
}

/** Below and within the page. */
function spot(place: MenuPlace, size: DOMRect): { x: number; y: number } {
  const margin = 4;
  const at = place instanceof Element ? place.getBoundingClientRect() : undefined;
  const anchor = place instanceof Element ? { x: (at?.right ?? 0) - size.width, y: at?.bottom ?? 0 } : place;
  const isBelow = anchor.y + size.height + margin <= window.innerHeight;
  const y = isBelow ? anchor.y : (at?.top ?? anchor.y) - size.height;
  return {
    x: Math.max(margin, Math.min(anchor.x, window.innerWidth - size.width - margin)),
    y: Math.max(margin, y),
  };
}
