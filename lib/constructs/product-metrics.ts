import type { DimensionsMap } from 'aws-cdk-lib/aws-cloudwatch';

/** CloudWatch namespace of the metrics that the functions log in the embedded metric format (Powertools). */
export const metricsNamespace = 'FunnelRocket';

/** Metrics of the functions; `lambda/` logs them under these names, with the function's service as their only dimension. */
export const productMetrics = {
  invoker: {
    queries: 'Queries',
    queryDuration: 'QueryDuration',
    tasks: 'Tasks',
    taskRetries: 'TaskRetries',
    cost: 'QueryCost',
    queueLength: 'QueueLength',
  },
  worker: {
    coldStarts: 'ColdStart',
    cacheHits: 'CacheHits',
    cacheMisses: 'CacheMisses',
    bytesRead: 'BytesRead',
  },
} as const;

/** What a function's metrics and logs call it: Powertools' `service`. */
export function serviceName(prefix: string, functionName: 'worker' | 'invoker'): string {
  return `${prefix}-${functionName}`;
}

export function serviceDimension(prefix: string, functionName: 'worker' | 'invoker'): DimensionsMap {
  return { service: serviceName(prefix, functionName) };
}
