import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Architecture, Code, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { repository } from './repository';

const folder = path.join(repository, 'layer');

/** Packages that the layer holds, which function bundles therefore leave out. */
export function packagesInLayer(): string[] {
  const { dependencies } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as { dependencies: Record<string, string> };
  return Object.keys(dependencies);
}

/** The functions' packages. Each stack has its own version of it: a shared one could not be replaced while another stack imports it. */
export class DependencyLayer extends LayerVersion {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      description: 'Packages of Funnel Rocket\'s functions',
      compatibleRuntimes: [Runtime.NODEJS_24_X],
      compatibleArchitectures: [Architecture.ARM_64],
      code: Code.fromAsset(folder, {
        assetHashType: AssetHashType.CUSTOM,
        assetHash: recipeHash(),
        bundling: {
          // Required by the CDK, and never used: the build below either works or throws.
          image: DockerImage.fromRegistry('unused'),
          local: {
            tryBundle: (output) => {
              execFileSync(process.execPath, [path.join(folder, 'build.mjs'), output], { stdio: ['ignore', 'inherit', 'inherit'] });
              return true;
            },
          },
        },
      }),
    });
  }
}

/** What is built depends on nothing else. */
function recipeHash(): string {
  const hash = createHash('sha256');
  for (const name of ['package.json', 'package-lock.json', 'build.mjs']) {
    hash.update(readFileSync(path.join(folder, name))).update('\0');
  }
  return hash.digest('hex');
}
