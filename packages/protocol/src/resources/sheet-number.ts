// Numbers as spreadsheets and data frames leave them behind when they took an identifier for a quantity.

export type SheetNumber =
  /** All digits are there: 439023483.0, 9.780439023481E+12. */
  | { kind: 'exact'; digits: string }
  /** The last digits are lost: 9.78043902348e+12. `could` tells whether a whole number rounds to what is left. */
  | { kind: 'rounded'; could: (whole: string) => boolean };

/** Reads a whole number in one of those forms; null where the text is none of them. A comma may stand for the point. */
export function readSheetNumber(text: string): SheetNumber | null {
  const parts = /^(\d{1,15})(?:[.,](\d{0,15}))?(?:[eE]\+?(\d{1,2}))?$/.exec(text);
  if (!parts) return null;
  const [, whole = '', fraction = '', exponent] = parts;
  const shift = Number(exponent ?? 0);
  const beyond = fraction.slice(shift);
  if (/[1-9]/.test(beyond)) return null;
  const digits = whole + fraction.slice(0, shift);
  const lost = shift - Math.min(shift, fraction.length);
  if (lost === 0) return { kind: 'exact', digits };
  const unit = 10n ** BigInt(lost);
  const middle = BigInt(digits) * unit;
  return {
    kind: 'rounded',
    // Halves are rounded up by some programs and to even by others: both are accepted.
    could: (candidate) => {
      const distance = BigInt(candidate) - middle;
      return (distance < 0n ? -distance : distance) * 2n <= unit;
    },
  };
}
