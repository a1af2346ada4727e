import type { TabMemory } from '@stet/client';

/** The browser gives it back to this tab alone, as long as the tab lives. Where it keeps nothing, nothing is recalled. */
export function tabMemory(): TabMemory {
  const nameOf = (place: string) => `stet-draft/${place}`;
  return {
    recall(place) {
      try {
        return sessionStorage.getItem(nameOf(place));
      } catch {
        return null;
      }
    },
    remember(place, id) {
      try {
        sessionStorage.setItem(nameOf(place), id);
      } catch {
        // A browser that keeps nothing: the newest draft is taken up then.
      }
    },
  };
}
