import { createContext, use } from 'react';

/** A line of a menu. */
export interface MenuItem {
  readonly label: string;
  readonly run: () => void;
  readonly disabled?: boolean | undefined;
  /** For a choice of one: whether it is the one. */
  readonly checked?: boolean | undefined;
  /** A line above it. */
  readonly separated?: boolean | undefined;
}

/** Opens a menu where a button or a pointer is; focus returns to where it was. */
export type OpenMenu = (label: string, items: readonly MenuItem[], at: MenuPlace) => void;

/** Below an element, or at a point. */
export type MenuPlace = Element | { readonly x: number; readonly y: number };

/** Where the components find the one menu of the page. */
export const MenuContext = createContext<OpenMenu>(() => undefined);

/** The way to open a menu. */
export function useMenu(): OpenMenu {
  return use(MenuContext);
}
