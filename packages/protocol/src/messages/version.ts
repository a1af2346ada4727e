// The version of the wire. A change of either union that old code would not understand takes the next number,
// with its reason:
// 1  hello, request, presence; welcome, rt-change, presence, notice, reply, reset, refused, bye; ping and pong both ways

export const PROTOCOL_VERSION = 1;
