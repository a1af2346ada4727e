// When somebody who is sent away may come back, in milliseconds: each at another time, should many be sent at once.

export const between = (least: number, most: number): number => Math.round(least + Math.random() * (most - least));
