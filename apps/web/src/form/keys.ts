// The form's keys: Ctrl or Cmd and S saves from anywhere on the page, Esc leaves where the focus is in the form or nowhere.

export interface Keys {
  save(): void;
  escape(): void;
}

export function keysOf(form: Element, keys: Keys): (event: KeyboardEvent) => void {
  return (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === 's') {
      event.preventDefault();
      if (!event.repeat) keys.save();
      return;
    }
    // Esc that ends a composition is not for us.
    if (event.key !== 'Escape' || event.isComposing || event.defaultPrevented) return;
    const { activeElement, body } = form.ownerDocument;
    if (activeElement === null || activeElement === body || form.contains(activeElement)) keys.escape();
  };
}
