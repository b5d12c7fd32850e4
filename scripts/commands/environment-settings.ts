import { tsImport } from 'tsx/esm/api';
import type * as loadSettings from '../../lib/load-settings';
import type { Settings } from '../../lib/config';
import { UsageError } from './usage-error';

/**
 * The settings of an environment of this repository. Its file is TypeScript, which this bundle cannot import by itself.
 *
 * @throws UsageError naming the setting that is wrong, or the environments that there are
 */
export async function settingsOf(environment: string): Promise<Settings> {
  try {
    // Relative to the bundle, which lies in dist/.
    const module = (await tsImport('../lib/load-settings.ts', import.meta.url)) as typeof loadSettings;
    return await module.loadSettings(environment);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
