import type { Choice, DraftState, Overtaken } from '@stet/client';
import type { Receipt } from '@stet/protocol';
import { describe, expect, it } from 'vitest';
import { type Known, surfaceOf } from './surface.js';

const overtaken: Overtaken = { version: 2, changes: [], fields: [] };
const receipt = {} as Receipt;
const choosing: DraftState = { kind: 'choosing', choice: {} as Choice };
const nothing: Known = { isGone: false, state: { kind: 'clean' }, receipt: null, overtaken: null, told: null };

describe('[C3] above the fields there is one surface', () => {
  it.each<[string, Partial<Known>]>([
    ['orphan', { isGone: true, state: choosing, receipt, overtaken, told: 'said' }],
    ['choice', { state: choosing, receipt, overtaken, told: 'said' }],
    ['receipt', { receipt, overtaken }],
    ['receipt', { told: 'said', overtaken }],
    ['banner', { overtaken }],
    ['calm', {}],
  ])('the %s', (kind, known) => expect(surfaceOf({ ...nothing, ...known }).kind).toBe(kind));

  it('and what a receipt stands before is named in it', () => {
    expect(surfaceOf({ ...nothing, receipt, overtaken })).toMatchObject({ meanwhile: overtaken });
  });
});
