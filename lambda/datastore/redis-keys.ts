/**
 * Begins the keys of one job. The hash tag in braces makes a cluster keep them on one node; braces in an ID would end
 * the tag early, and are escaped.
 */
export function jobKeyPrefix(prefix: string, requestId: string): string {
  return `${prefix}{job:${encodeURIComponent(requestId)}}`;
}
