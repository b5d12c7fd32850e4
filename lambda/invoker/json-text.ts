import { stringifyJson } from '../query/json';

/** A body that is JSON text already. */
export class JsonText {
  constructor(readonly text: string) {}
}

/** @param body may hold bigints and Maps */
export function jsonTextOf(body: unknown): string {
  return body instanceof JsonText ? body.text : stringifyJson(body);
}
