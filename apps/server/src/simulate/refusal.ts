/** What was asked for can't be had here: its message says why, and what to do, as a sentence for whoever asked. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}
