import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** A resource as its template states it, unresolved. */
export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs: Readonly<Record<string, { readonly Value: unknown; readonly Export?: { readonly Name: unknown } }>>;
}

/** Where a resource stands: logical IDs are unique within a stack only. */
export interface Place {
  readonly stack: string;
  readonly logicalId: string;
}

interface AssetManifest {
  readonly files: Readonly<Record<string, { readonly source: { readonly path: string }; readonly destinations: Readonly<Record<string, { readonly objectKey: string }>> }>>;
}

/** What `cdk synth` wrote: the templates of all stacks, and the folders of what they deploy. */
export class CloudAssembly {
  readonly templates: ReadonlyMap<string, Template>;
  readonly #assets = new Map<string, string>();

  constructor(folder: string) {
    const names = readdirSync(folder);
    const stacksOf = (ending: string) => names.filter((name) => name.endsWith(ending)).map((name) => name.slice(0, -ending.length));
    this.templates = new Map(
      stacksOf('.template.json').map((stack) => [stack, { Resources: {}, Outputs: {}, ...(readJson(folder, `${stack}.template.json`) as Partial<Template>) }]),
    );
    for (const stack of stacksOf('.assets.json')) {
      for (const { source, destinations } of Object.values((readJson(folder, `${stack}.assets.json`) as AssetManifest).files)) {
        Object.values(destinations).forEach(({ objectKey }) => this.#assets.set(objectKey, path.resolve(folder, source.path)));
      }
    }
  }

  /** Folder or file that is uploaded under a key of the CDK's asset bucket. */
  asset(objectKey: string): string {
    const found = this.#assets.get(objectKey);
    if (found === undefined) {
      throw new Error(`A template refers to the asset '${objectKey}', which is in no asset manifest.`);
    }
    return found;
  }

  resource({ stack, logicalId }: Place): Resource {
    const resource = this.templates.get(stack)?.Resources[logicalId];
    if (resource === undefined) {
      throw new Error(`The stack '${stack}' has no resource '${logicalId}'.`);
    }
    return resource;
  }

  /** All resources of a type, over all stacks. */
  resourcesOf(type: string): (Place & { readonly resource: Resource })[] {
    return [...this.templates].flatMap(([stack, template]) =>
      Object.entries(template.Resources)
        .filter(([, resource]) => resource.Type === type)
        .map(([logicalId, resource]) => ({ stack, logicalId, resource })),
    );
  }
}

function readJson(folder: string, name: string): unknown {
  return JSON.parse(readFileSync(path.join(folder, name), 'utf8'));
}
