// Puts other things in the place of what Node has, for as long as a virtual world lasts.

/** Returns its undo, which puts back what was there, or that nothing was. */
export function replace(target: object, own: Readonly<Record<string, unknown>>): () => void {
  const before = Object.keys(own).map((name) => ({ name, had: Object.getOwnPropertyDescriptor(target, name) }));
  for (const { name, had } of before) {
    const how = { configurable: true, writable: true, enumerable: had?.enumerable ?? false };
    Object.defineProperty(target, name, { ...how, value: own[name] });
  }
  return () => {
    for (const { name, had } of before) {
      if (had) Object.defineProperty(target, name, had);
      else Reflect.deleteProperty(target, name);
    }
  };
}
