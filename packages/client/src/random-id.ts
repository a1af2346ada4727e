/** 128 random bits in hexadecimal; `crypto.randomUUID` is not there for pages without HTTPS. */
export const randomId = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
