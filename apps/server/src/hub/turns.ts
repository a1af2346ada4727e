// Whose turn it is. SQLite answers at once: whoever reads on and on would hold up the whole process.

/** Lets everything else that waits have its turn. */
export const othersTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

let line: Promise<void> = Promise.resolve();

/** The same for those who catch up: one of them goes on in each round of the event loop, however many there are. */
export function turnInLine(): Promise<void> {
  line = line.then(othersTurn);
  return line;
}
