#!/usr/bin/env node
import module from 'node:module';
import { setUp } from './setup.mjs';

// Node 22 and later keep what they compiled: the next start is faster.
module.enableCompileCache?.();

try {
  await setUp();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
await import('../dist/frocket.mjs');
