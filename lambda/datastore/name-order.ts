import type { DatasetRecord } from './dataset';

/** Sorts datasets by their names' code units: the same order everywhere, whatever the language of the machine. */
export function inNameOrder(datasets: readonly DatasetRecord[]): DatasetRecord[] {
  return [...datasets].sort((a, b) => (a.id.name < b.id.name ? -1 : 1));
}
