import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds between two looks at a lock that another process holds. */
const lookAgainAfter = 100;

/** Looks after which the user is told what is waited for. */
const sayWaitingAfter = 20;

/**
 * Runs `work` while no other process does, by a lock file that holds the owner's process ID.
 * The lock of a process that ended without releasing it is taken over.
 */
export async function withLock(file, work) {
  mkdirSync(path.dirname(file), { recursive: true });
  for (let looks = 1; !tryToTake(file); looks++) {
    removeIfAbandoned(file);
    if (looks === sayWaitingAfter) {
      process.stderr.write(`waiting for another process that holds ${file}\n`);
    }
    await sleep(lookAgainAfter);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function tryToTake(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') {
      return false;
    }
    throw error;
  }
}

function removeIfAbandoned(file) {
  const owner = ownerOf(file);
  if (owner === null || isRunning(owner)) {
    return;
  }
  // Renaming is atomic: of several processes that saw the dead owner, one moves the file away.
  const moved = `${file}.${process.pid}`;
  try {
    renameSync(file, moved);
  } catch (error) {
    if (error.code === 'ENOENT') {
      return;
    }
    throw error;
  }
  if (ownerOf(moved) === owner) {
    rmSync(moved, { force: true });
  } else {
    // Meanwhile another process had taken it over: give it back.
    renameSync(moved, file);
  }
}

/** Process ID in the lock file; null where it is gone, or just being written. */
function ownerOf(file) {
  try {
    return Number(readFileSync(file, 'utf8')) || null;
  } catch (error) {
    if (error.code === 'ENOENT') {
      return null;
    }
    throw error;
  }
}

function isRunning(processId) {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
