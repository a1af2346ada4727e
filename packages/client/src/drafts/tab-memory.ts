// Which draft this tab had open last: after a reload it goes on with its own, and not with the newest of all tabs.

export interface TabMemory {
  recall(place: string): string | null;
  remember(place: string, id: string): void;
}

/** For programs, whose drafts have no tabs to get mixed up with. */
export const noMemory: TabMemory = { recall: () => null, remember: () => {} };
