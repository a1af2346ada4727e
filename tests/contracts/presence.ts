import { afterEach, beforeEach, describe } from 'vitest';
import { type Ground, Stage } from '../support/presence-stage.js';
import { accessContract } from './presence/access.js';
import { takenContract } from './presence/taken.js';
import { toldContract } from './presence/told.js';

// What holds of presence wherever people speak and hear: at one node, or at two. Run once for each.

/** `ground`: what the nodes stand on, the first where people speak, the last where they hear. */
export function presenceContract(name: string, ground: () => [Ground, ...Ground[]]): void {
  describe(name, () => {
    let stage: Stage;
    beforeEach(async () => {
      stage = await Stage.open(ground());
    });
    afterEach(() => stage.close());
    const opened = () => stage;
    toldContract(opened);
    takenContract(opened);
    accessContract(opened);
  });
}
