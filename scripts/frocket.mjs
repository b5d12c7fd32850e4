#!/usr/bin/env node
import { setUp } from './setup.mjs';

try {
  await setUp();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
await import('../dist/frocket.mjs');
