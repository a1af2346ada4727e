// Server-sent events as they travel (WHATWG HTML, 9.2). JSON holds no line end, so that one line of data holds any.

export interface Event {
  /** What comes back as Last-Event-ID. */
  id?: string;
  /** `message` where none is named: what a page hears without knowing more. */
  name?: string;
  data: string;
}

export const eventText = ({ id, name, data }: Event): string =>
  `${name === undefined ? '' : `event: ${name}\n`}${id === undefined ? '' : `id: ${id}\n`}data: ${data}\n\n`;

/** Heard by nobody; proxies see that the connection lives, and we whether it does. */
export const commentText = (text: string): string => `: ${text}\n\n`;

/** After how many milliseconds a browser is to come back. */
export const retryText = (ms: number): string => `retry: ${ms}\n\n`;
