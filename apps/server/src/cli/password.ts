import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

// A password on its way in: never echoed, never in a log.

const mostCharacters = 4096;

/** The first line of what is piped in. */
export async function passwordFromStdin(): Promise<string> {
  let text = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) {
    text += chunk;
    if (text.length > mostCharacters) break;
  }
  return text.split(/\r?\n/, 1)[0] ?? '';
}

/** Asks on the terminal; null where the person thought better of it (Ctrl+C, Ctrl+D). */
export function promptPassword(question: string): Promise<string | null> {
  process.stderr.write(question);
  const silence = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silence, terminal: true });
  return new Promise((resolve) => {
    const end = (answer: string | null) => {
      lines.off('close', giveUp).close();
      process.stderr.write('\n');
      resolve(answer);
    };
    const giveUp = () => end(null);
    lines.once('line', end).once('close', giveUp).once('SIGINT', giveUp);
  });
}
