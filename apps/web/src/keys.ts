// Keys and clicks that mean something to the page must not be taken from what the person means by them.

const typing = 'input, textarea, select, [contenteditable=""], [contenteditable="true"]';

/** A key here is a letter of somebody's text. */
export const isTyping = (target: EventTarget | null): boolean => target instanceof Element && target.matches(typing);

/** With Ctrl, Alt or Cmd a key is the browser's; one that was taken already is nobody's. */
export const isFree = (event: KeyboardEvent): boolean =>
  !event.defaultPrevented && !event.ctrlKey && !event.metaKey && !event.altKey;

/** A click that opens here: not in another tab or window, and not a download. */
export const isPlain = (event: MouseEvent): boolean =>
  event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
