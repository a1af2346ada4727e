import type { Device } from '@stet/client';

// What a device keeps of a person's unsaved edits, read without waiting: all that was typed and is nowhere else.

interface Kept {
  record: string | null;
  newId: string;
  typed: Readonly<Record<string, { value: unknown }>>;
}

/** By the id of the record, or the one that a new record will have. */
export function keptOn(device: Device, user: string): Map<string, Record<string, unknown>> {
  const kept = new Map<string, Record<string, unknown>>();
  for (const entry of device.found(user).values()) {
    const { record, newId, typed } = (entry as { draft: Kept }).draft;
    const values = Object.entries(typed).map(([name, { value }]) => [name, value]);
    if (values.length === 0) continue;
    const id = record ?? newId;
    kept.set(id, { ...kept.get(id), ...Object.fromEntries(values) });
  }
  return kept;
}

/** Whether it waits there as an edit of a record that does not exist yet. */
export const isKeptAsNew = (device: Device, user: string, id: string): boolean =>
  [...device.found(user).values()].some((entry) => {
    const { record, newId } = (entry as { draft: Kept }).draft;
    return record === null && newId === id;
  });
