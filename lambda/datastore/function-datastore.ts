import { defaultProvider } from '@aws-sdk/credential-provider-node';
import * as z from 'zod';
import type { SharedDatastore } from './datastore';
import { elastiCacheSignIn } from './elasticache-token';
import type { DatastoreOptions } from './open-datastore';
import { openRedisDatastore } from './redis-datastore';

/** Set by the deployment; see `lib/constructs/environment-variables.ts`. */
const environmentSchema = z.object({
  AWS_REGION: z.string().min(1),
  FROCKET_DATASTORE_HOST: z.string().min(1),
  FROCKET_DATASTORE_PORT: z.coerce.number().int().positive(),
  FROCKET_DATASTORE_USER: z.string().min(1),
  FROCKET_DATASTORE_CACHE_NAME: z.string().min(1),
  FROCKET_DATASTORE_SERVERLESS: z.enum(['true', 'false']),
  FROCKET_DATASTORE_KEY_PREFIX: z.string().min(1),
});

/**
 * Opens the datastore of a deployment from within one of its functions: over TLS, signed in by the function's role.
 *
 * @throws ZodError naming a variable that is missing; DatastoreUnavailableError
 */
export function openFunctionDatastore(environment: Readonly<Record<string, string | undefined>>, options: DatastoreOptions = {}): Promise<SharedDatastore> {
  const values = environmentSchema.parse(environment);
  const isServerless = values.FROCKET_DATASTORE_SERVERLESS === 'true';
  return openRedisDatastore(
    {
      redisUrl: `rediss://${values.FROCKET_DATASTORE_HOST}:${values.FROCKET_DATASTORE_PORT}`,
      keyPrefix: values.FROCKET_DATASTORE_KEY_PREFIX,
      isCluster: isServerless,
      signIn: elastiCacheSignIn({
        cacheName: values.FROCKET_DATASTORE_CACHE_NAME,
        isServerless,
        user: values.FROCKET_DATASTORE_USER,
        region: values.AWS_REGION,
        credentials: defaultProvider(),
      }),
    },
    options,
  );
}
