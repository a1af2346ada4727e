// What a client would rather have (RFC 9110, 12.5.1), as far as it decides between JSON and an event stream.

const eventStream = 'text/event-stream';
const json = ['application/json', 'application/*', '*/*'];

interface Wish {
  type: string;
  weight: number;
}

function wishesOf(accept: string): Wish[] {
  return accept.split(',').map((part) => {
    const [type = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    // What can't be read is no reason to give them less.
    return { type, weight: weight === undefined || Number.isNaN(Number(weight)) ? 1 : Number(weight) };
  });
}

/** Only where it is named: whoever takes anything gets an answer that ends. */
export function prefersStream(accept = ''): boolean {
  const wishes = wishesOf(accept);
  const stream = wishes.find(({ type }) => type === eventStream)?.weight ?? 0;
  // The most particular range is the one that counts.
  const whole = json.flatMap((type) => wishes.find((wish) => wish.type === type) ?? []).at(0)?.weight ?? 0;
  return stream > 0 && stream >= whole;
}
