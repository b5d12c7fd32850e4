import { deserialize, serialize } from 'node:v8';

/**
 * What is stored, as bytes. Node's structured serialization keeps exactly what JSON would blur: 64-bit integers apart
 * from doubles of the same value, infinities, typed arrays. Every release of Node.js reads what earlier ones wrote.
 */
export function encode(value: unknown): Buffer {
  return serialize(value);
}

/** @typeParam Value what was encoded under this key: each key holds one type, written by this product alone */
export function decode<Value>(bytes: Uint8Array): Value {
  return deserialize(bytes) as Value;
}
