import path from 'node:path';

/** A root as servers and workers compare it with: folders absolute, S3 prefixes as they are. */
export function absoluteRoot(root: string): string {
  return root.includes('://') ? root : path.resolve(root);
}
