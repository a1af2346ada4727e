import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { downSchema } from './down.js';
import { upSchema } from './up.js';
import { PROTOCOL_VERSION } from './version.js';

// When this fails, the wire has changed: take the next PROTOCOL_VERSION with its reason, unless old code on either
// end still understands every message; then write the new hash here.
test('the unions up and down are those of the protocol version', () => {
  const wire = JSON.stringify([z.toJSONSchema(upSchema), z.toJSONSchema(downSchema)]);
  const hash = createHash('sha256').update(wire).digest('hex').slice(0, 16);
  expect({ PROTOCOL_VERSION, hash }).toMatchInlineSnapshot(`
    {
      "PROTOCOL_VERSION": 1,
      "hash": "0bcc47f40f3de8e5",
    }
  `);
});
