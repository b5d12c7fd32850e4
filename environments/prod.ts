import { defineEnvironment } from '../lib/config';

/**
 * For daily use: data outlives the stacks, every zone has its endpoint, workers cache more. Name your own buckets in
 * `datasets.sources`: `[{ bucket: 'my-lake', prefixes: ['events/'] }]`.
 */
export default defineEnvironment({
  network: { kind: 'new', flowLogs: true },
  endpointZones: 2,
  datastore: { kind: 'nodes', nodeType: 'cache.t4g.small', snapshotDays: 7 },
  datasets: { ownBucket: true },
  worker: { ephemeralStorageMegabytes: 2048 },
  observability: { logRetentionDays: 90, tracing: true },
});
