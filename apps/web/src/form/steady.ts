// Changes the page around the person without moving what they look at: the focused element keeps its place on the
// screen, or else the first thing in sight does (C1).

export function steadily(scroller: HTMLElement | null, change: () => void): void {
  const anchor = scroller && anchorIn(scroller);
  const before = anchor?.getBoundingClientRect().top ?? 0;
  change();
  if (!scroller || !anchor?.isConnected) return;
  const moved = anchor.getBoundingClientRect().top - before;
  // The browser's own scroll anchoring may have been there first.
  if (Math.abs(moved) >= 1) scroller.scrollTop += moved;
}

function anchorIn(scroller: HTMLElement): Element | null {
  const { activeElement } = scroller.ownerDocument;
  if (activeElement && scroller.contains(activeElement)) return activeElement;
  const top = scroller.getBoundingClientRect().top;
  return (
    [...scroller.querySelectorAll('[data-field], [data-question]')].find(
      (each) => each.getBoundingClientRect().top >= top,
    ) ?? null
  );
}
