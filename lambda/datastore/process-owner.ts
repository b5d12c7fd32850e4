import { readFileSync } from 'node:fs';

/** A process of this machine, told from later ones that are given the same ID. */
export interface ProcessOwner {
  readonly pid: number;
  /** Boot and time of start; null where the system has no `/proc`. */
  readonly start: string | null;
}

export function thisProcess(): ProcessOwner {
  return { pid: process.pid, start: startOf(process.pid) };
}

/** Whether the process still runs. Where starts are not known, a later process of the same ID passes for it. */
export function isRunning(owner: ProcessOwner): boolean {
  return owner.start === null ? exists(owner.pid) : startOf(owner.pid) === owner.start;
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user may not be sent signals, but it is there.
    return typeof error === 'object' && error !== null && 'code' in error && error.code === 'EPERM';
  }
}

/** From `/proc/PID/stat`, whose 3rd field is the state and 22nd the start in ticks since boot: man 5 proc. */
function startOf(pid: number): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The 2nd field is the program's name in parentheses, and may hold spaces and parentheses itself.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const hasEnded = fields[0] === 'Z' || fields[0] === 'X';
    return hasEnded ? null : `${boot} ${fields[19]}`;
  } catch {
    return null;
  }
}
