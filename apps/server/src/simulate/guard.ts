import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';

// Who looks after what must not outlive us, however we end: a process of its own, bin/guard.js.

export interface Guard {
  /** A process, by its pid, or a folder. */
  hold(what: number | string): void;
  /** It is gone. */
  forget(what: number | string): void;
  /** Whatever is held still is ended and taken away. */
  end(): void;
}

export function startGuard(): Guard {
  const program = fileURLToPath(new URL('../../bin/guard.js', import.meta.url));
  const guard = spawn(process.execPath, [program], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  guard.on('error', () => {});
  guard.unref();
  guard.stdin.on('error', () => {});
  // A pipe is a socket here, and must not keep us alive.
  (guard.stdin as Socket).unref();
  const tell = (line: string): void => void guard.stdin.write(`${line}\n`);
  return {
    hold: (what) => tell(`+${what}`),
    forget: (what) => tell(`-${what}`),
    end: () => guard.stdin.end(),
  };
}
