import type { IncomingMessage } from 'node:http';
import type { ProblemName } from '@stet/protocol';

// The small body of a sign-in: one flat JSON object, read within bounds.

export type Flat = Record<string, string | number | boolean | null>;
export type ReadBody = { kind: 'none' } | { kind: 'flat'; value: Flat } | { kind: 'refused'; refusal: ProblemName };

const mostBytes = 16 * 1024;

export async function readFlatBody(req: IncomingMessage): Promise<ReadBody> {
  const bytes = await readBytes(req);
  if (bytes === 'too-large') return { kind: 'refused', refusal: 'too-large' };
  if (bytes === 'cut-off') return { kind: 'refused', refusal: 'malformed' };
  if (bytes.length === 0) return { kind: 'none' };
  const type = (req.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') return { kind: 'refused', refusal: 'unsupported-media-type' };
  const value = parse(bytes);
  if (typeof value !== 'object' || value === null) return { kind: 'refused', refusal: 'malformed' };
  return isFlat(value) ? { kind: 'flat', value } : { kind: 'refused', refusal: 'invalid' };
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

const isFlat = (value: object): value is Flat =>
  !Array.isArray(value) && Object.values(value).every((member) => typeof member !== 'object' || member === null);

/** Takes in no more than the bound; what comes after it is thrown away, so that the sender can read the answer. */
function readBytes(req: IncomingMessage): Promise<Buffer | 'too-large' | 'cut-off'> {
  if (req.readableEnded) throw new Error('the body was read already: mount the sign-in handler before body parsers');
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    req.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= mostBytes) chunks.push(chunk);
      else resolve('too-large');
    });
    req.on('end', () => resolve(Buffer.concat(chunks)));
    req.on('error', () => resolve('cut-off'));
    req.on('close', () => resolve('cut-off'));
  });
}
