import type { Role } from '@stet/protocol';
import type { Adapter, Transport } from '../adapters/adapter.js';
import type { Editor } from '../editors/editor.js';
import type { EventOf } from '../history/event.js';
import type { Recorder } from '../history/recorder.js';
import type { Random } from '../random.js';
import type { Plan, PlannedEditor, ServerEvent } from '../scenario/plan.js';

// What one run goes by, and where it stands.

export interface Progress {
  phase: 'joining' | 'creating' | 'acting' | 'settling' | 'reading';
  done: number;
  of: number;
}

export interface RunOptions {
  plan: Plan;
  adapter: Adapter;
  recorder: Recorder;
  /** What the history says of the run. */
  about: Pick<EventOf<'run'>, 'mode' | 'workspace'> & { transport: Transport };
  /** Aborted, nobody acts any more; all is settled and read all the same. */
  signal?: AbortSignal;
  /** Does to the server what the plan says; what the plan says of access goes to the adapter. */
  serverEvent?(event: ServerEvent): Promise<void>;
  /** From here on the network does as it should. */
  faultsOff?(): void;
  onProgress?(progress: Progress): void;
}

export interface Acting {
  planned: PlannedEditor;
  editor: Editor;
  /** Draws how this one settles conflicts. */
  random: Random;
  isOffline: boolean;
  /** Saves that are under way. */
  saving: Promise<unknown>;
}

export interface Running extends RunOptions {
  actors: ReadonlyMap<string, Acting>;
  /** What each user may, as far as the plan has come. */
  roles: Map<string, Role | null>;
  /** What undoes what befell the server. */
  broken: Set<string>;
}
