// What a number of operations cost: how many a second, and the CPU time of the process that did them.
import { readFileSync } from 'node:fs';

/** @typedef {{ rate: number, cpu: number }} Cost  operations a second; microseconds of CPU for each */

// Linux counts a process's time in hundredths of a second (proc(5), fields 14 and 15).
const tick = 10_000;

/** Microseconds of CPU that a process has used; NaN where this system does not tell. @param {number} pid */
export function cpuOf(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) * tick;
  } catch {
    return Number.NaN;
  }
}

/** @param {number} pid @param {() => Promise<number>} work  answers how many were done @returns {Promise<Cost>} */
export async function costOf(pid, work) {
  const [began, used] = [performance.now(), cpuOf(pid)];
  const count = await work();
  return { rate: (count / (performance.now() - began)) * 1000, cpu: (cpuOf(pid) - used) / count };
}
