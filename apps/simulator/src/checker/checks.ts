import { acknowledged } from './acknowledged.js';
import { based } from './based.js';
import { changed } from './changed.js';
import { contents } from './contents.js';
import { delivered } from './delivered.js';
import { ends } from './ends.js';
import type { Facts } from './facts.js';
import { keys } from './keys.js';
import { leaks } from './leaks.js';
import { merged } from './merged.js';
import { reads } from './reads.js';
import { replaced } from './replaced.js';
import { said } from './said.js';
import { sequence } from './sequence.js';
import { tombstones } from './tombstones.js';
import { typed } from './typed.js';
import { unseen } from './unseen.js';
import type { Check } from './verdict.js';
import { versions } from './versions.js';

// All that is checked, in the order in which it is told: first a write that was made twice, which much else comes of, and then
// what costs people their work.

export const checks: ReadonlyArray<(facts: Facts) => Check> = [
  keys,
  changed,
  unseen,
  based,
  merged,
  acknowledged,
  tombstones,
  versions,
  replaced,
  typed,
  reads,
  contents,
  leaks,
  delivered,
  sequence,
  ends,
  said,
];
