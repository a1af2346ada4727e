import type { Bus } from '../bus/bus.js';
import type { Watcher } from '../hub/watcher.js';

// Hears that a workspace's log has grown, while somebody here hears of that workspace.

export function watchMoves(bus: Bus, moved: (workspace: string) => void): Watcher & { close(): void } {
  const rooms = new Map<string, { size: number; undo: () => void }>();
  return {
    entered(_, workspace) {
      const room = rooms.get(workspace) ?? {
        size: 0,
        // Also where something may have been missed.
        undo: bus.subscribe({ kind: 'log', workspace }, () => moved(workspace)),
      };
      room.size += 1;
      rooms.set(workspace, room);
    },
    exited(_, workspace) {
      const room = rooms.get(workspace);
      if (!room) return;
      room.size -= 1;
      if (room.size > 0) return;
      rooms.delete(workspace);
      room.undo();
    },
    close() {
      for (const { undo } of rooms.values()) undo();
      rooms.clear();
    },
  };
}
