// What became of accepted values: of each field that a version brought, counted once.

export interface Values {
  /** It stands in the record now. */
  current: number;
  /** Somebody put another in its place who had it before their eyes, or was told of whose it was. */
  replaced: number;
  /** Combined into a later one, of which its author got a receipt: it stands whole in the history. */
  recoverable: number;
  /** Versions whose content is not there any more, or that are not there themselves. */
  vanished: number;
}

export const noValues = (): Values => ({ current: 0, replaced: 0, recoverable: 0, vanished: 0 });

/** Adds the second to the first. */
export function addValues(to: Values, more: Values): void {
  to.current += more.current;
  to.replaced += more.replaced;
  to.recoverable += more.recoverable;
  to.vanished += more.vanished;
}
