// What a screen reader is told in passing: one polite region for the whole page.

// The region has to be empty for a moment, or the same sentence said twice would be no change.
const pause = 60;

let waiting: string[] = [];

export function announce(text: string): void {
  if (waiting.length === 0) setTimeout(speak, pause);
  if (waiting.at(-1) !== text) waiting.push(text);
  region().textContent = '';
}

function speak(): void {
  region().textContent = waiting.join('. ');
  waiting = [];
}

const region = (): HTMLElement => document.getElementById('announcer') as HTMLElement;
