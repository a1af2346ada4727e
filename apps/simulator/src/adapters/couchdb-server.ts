import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

// A server of CouchDB's protocol of our own, in memory: its script is a part that is installed apart from Stet's packages
// (scripts/lib/couch), and told by STET_COUCH.

export interface CouchServer {
  /** Such as `http://127.0.0.1:40123`. */
  url: string;
  stop(): Promise<void>;
}

/** Starts it as a process of its own, which ends with this one. `script`: where it is. */
export async function startCouch(script: string): Promise<CouchServer> {
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'pipe'] });
  const over = once(child, 'close');
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  const lines = createInterface({ input: child.stdout });
  const said = once(lines, 'line').then(([line]) => String(line));
  const url = await Promise.race([said, over.then(() => null)]);
  if (url === null) throw new Error(`${script} did not start: ${complaint.trim().slice(0, 500)}`);
  return {
    url,
    async stop() {
      child.stdin.end();
      await over;
    },
  };
}
