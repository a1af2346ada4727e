// Keys that mean something to the whole page must not be taken from somebody who types.

const typing = 'input, textarea, select, [contenteditable=""], [contenteditable="true"]';

export const isTyping = (target: EventTarget | null): boolean => target instanceof Element && target.matches(typing);
