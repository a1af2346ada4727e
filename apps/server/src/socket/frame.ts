// Turns a message into the bytes of one SockJS WebSocket frame, once for all who get the same message.

/** A text frame as a server sends it, whole and unmasked: RFC 6455, section 5.2. */
export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const head = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(head + length);
  frame[0] = 0x81;
  if (head === 2) {
    frame[1] = length;
  } else if (head === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(text, head);
  return frame;
}

/**
 * An encoder that remembers its last message. A change goes to all its readers in one loop, so it is quoted and
 * framed for the first of them only; sockjs would do both for each.
 */
export function createEncoder(): (message: string) => Buffer {
  let last = { message: '', frame: textFrame('a[""]') };
  return (message) => {
    if (message !== last.message) last = { message, frame: textFrame(`a${JSON.stringify([message])}`) };
    return last.frame;
  };
}
