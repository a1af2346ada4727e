// Circles in a graph of imports.

/**
 * Each circle as the road back to its start, `[a, b, a]`; none exactly where there is none.
 * Depth first; a file met again while still on the road closes a circle.
 */
export function findCycles(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const cycles: string[][] = [];
  const done = new Set<string>();
  const road: string[] = [];

  const visit = (file: string): void => {
    const start = road.indexOf(file);
    if (start >= 0) cycles.push([...road.slice(start), file]);
    if (start >= 0 || done.has(file)) return;
    road.push(file);
    for (const next of edges.get(file) ?? []) visit(next);
    road.pop();
    done.add(file);
  };

  for (const file of edges.keys()) visit(file);
  return cycles;
}
