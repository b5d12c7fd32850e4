import { existsSync } from 'node:fs';
import path from 'node:path';

/** The repository's folder: the CDK starts the app there, and so do the tests. */
export const repository = findRepository(process.cwd());

function findRepository(folder: string): string {
  if (existsSync(path.join(folder, 'cdk.json'))) {
    return folder;
  }
  const parent = path.dirname(folder);
  if (parent === folder) {
    throw new Error(`${process.cwd()} should be the folder of Funnel Rocket's repository, with cdk.json in it, or one inside it.`);
  }
  return findRepository(parent);
}
