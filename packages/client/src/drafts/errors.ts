// Why a device does not keep a draft, in words for a person.

const sentences = {
  full: 'There is no room left on this device.',
  newer: 'A newer version of this page keeps its drafts here. Reload this page.',
  slow: 'The storage of this device does not answer.',
  refused: 'This browser does not let the page keep anything on the device.',
  failed: 'The storage of this device has failed.',
  closed: 'This page does not keep drafts any more.',
  unreadable: 'This could not be read again from the device.',
  foreign: 'This draft is of another person or workspace.',
} as const;

export type DraftsErrorKind = keyof typeof sentences;

export class DraftsError extends Error {
  override readonly name = 'DraftsError';
  readonly kind: DraftsErrorKind;

  constructor(kind: DraftsErrorKind, cause?: unknown) {
    super(sentences[kind], { cause });
    this.kind = kind;
  }
}

/** What IndexedDB throws is known by its name alone. */
const kinds: Readonly<Record<string, DraftsErrorKind>> = {
  QuotaExceededError: 'full',
  VersionError: 'newer',
  // No such global, a sandbox, storage switched off, some private windows.
  ReferenceError: 'refused',
  SecurityError: 'refused',
  NotAllowedError: 'refused',
};

export function asDraftsError(error: unknown): DraftsError {
  if (error instanceof DraftsError) return error;
  const name = error instanceof Error ? error.name : '';
  return new DraftsError(kinds[name] ?? 'failed', error);
}
