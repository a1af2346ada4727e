// The strong validator of a record (RFC 9110, 8.8.3): version and epoch, so that a tag from before a restored
// backup fits nothing, even where the version number does (AIP-154).

/** `12-k3f9a2`; in a header it stands in quotes. */
export const etagOf = (version: number, epoch: string): string => `${version}-${epoch}`;

export const quoted = (etag: string): string => `"${etag}"`;

const form = /^([1-9]\d{0,15})-(\w+)$/;

/** Whether it is of the form of our tags, of whatever epoch. */
export const isEtag = (etag: string): boolean => form.test(etag);

/** Only versions of one epoch can be compared. null: not one of our tags. */
export function readEtag(etag: string): { version: number; epoch: string } | null {
  const match = form.exec(etag);
  return match?.[1] && match[2] ? { version: Number(match[1]), epoch: match[2] } : null;
}

/** Whether one names an older version than the other, of the same log. */
export function isOlder(one: string, other: string): boolean {
  const [before, after] = [readEtag(one), readEtag(other)];
  return before !== null && before.epoch === after?.epoch && before.version < after.version;
}

/** The tag in a header, as a record holds it. */
export const unquoted = (header: string): string => header.replace(/^(?:W\/)?"|"$/g, '');

export type Precondition =
  | { kind: 'missing' }
  | { kind: 'malformed'; detail: string }
  /** `version` is null where the tag is from another epoch or not ours: it fits no record. */
  | { kind: 'based'; etag: string; version: number | null };

/**
 * Reads If-Match (or Stet-Base) for a log of this epoch.
 * A proxy that compresses weakens our tag: `W/` before it is accepted. `*` names no version, so it counts as missing.
 */
export function readPrecondition(header: string | undefined, epoch: string): Precondition {
  const text = header?.trim();
  if (text === undefined || text === '' || text === '*') return { kind: 'missing' };
  const match = /^(?:W\/)?(?:"([^",]*)"|([\w.-]+))$/.exec(text);
  const etag = match?.[1] ?? match?.[2];
  if (etag === undefined) {
    return { kind: 'malformed', detail: 'The precondition holds exactly one entity tag: a write has one base.' };
  }
  const own = form.exec(etag);
  return { kind: 'based', etag, version: own && own[2] === epoch ? Number(own[1]) : null };
}
