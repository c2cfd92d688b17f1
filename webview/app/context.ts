import { createContext, use, useCallback, useMemo, useSyncExternalStore } from 'react';
import type * as z from 'zod';
import type { MissionState } from '../../src/core/mission/state';
import type { Moment } from '../../src/core/view/moment';
import type { App } from './app';
import { momentOf } from './moment';
import type { View } from './view';

/** Where the components find the app. */
export const AppContext = createContext<App | undefined>(undefined);

/** The app: what the components do things with. Never changes. */
export function useApp(): App {
  const app = use(AppContext);
  if (!app) throw new Error('There is no app above this component.');
  return app;
}

/** All that the page knows. The component is drawn anew with each message: at most ten times a second. */
export function useView(): View {
  const { mirror } = useApp();
  return useSyncExternalStore(mirror.subscribe, mirror.view);
}

/** A part of what the page knows; the component is drawn anew only when this part is another. */
export function usePart<T>(part: (view: View) => T): T {
  const { mirror } = useApp();
  return useSyncExternalStore(mirror.subscribe, () => part(mirror.view()));
}

/** The host’s time, a second apart: for what is seen only. */
export function useNow(): number {
  const { ticker } = useApp();
  return useSyncExternalStore(ticker.subscribe, ticker.now);
}

/** The mission at this moment, for the words of `src/core/view`; new with each message and each second. */
export function useMoment(): Moment | undefined {
  const view = useView();
  const now = useNow();
  return useMemo(() => momentOf(view, now), [view, now]);
}

/** A moment whose mission is there: for components that are mounted with one only. */
export function useMissionMoment(): Moment {
  const moment = useMoment();
  if (!moment) throw new Error('There is no mission above this component.');
  return moment;
}

/** The state of the mission, folded in place: memoise by `useView().version`. */
export function useMission(): MissionState | undefined {
  return useView().state;
}

/** A value that a reload of the page survives. */
export function useSaved<T>(key: string, schema: z.ZodType<T>, fallback: T): [value: T, set: (next: T) => void] {
  const { saved } = useApp();
  const value = useSyncExternalStore(saved.subscribe, () => saved.get(key, schema, fallback));
  const set = useCallback(
    (next: T) => {
      saved.set(key, next);
    },
    [saved, key],
  );
  return [value, set];
}
