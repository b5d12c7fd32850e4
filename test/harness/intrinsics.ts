import type { CloudAssembly, Place } from './cloud-assembly';

export const region = 'eu-west-1';
export const account = '111122223333';

const pseudoParameters: Readonly<Record<string, string>> = {
  'AWS::AccountId': account,
  'AWS::Region': region,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
};

/**
 * What a deployed resource is called, as the test decides: `attribute` is null for `Ref`. Undefined leaves it to the
 * harness, which makes a name up.
 */
export type PhysicalNames = (place: Place, type: string, attribute: string | null) => string | undefined;

/** Evaluates the functions of CloudFormation's templates, over all stacks of an app. */
export class Intrinsics {
  readonly #exports = new Map<string, { readonly stack: string; readonly value: unknown }>();

  constructor(
    private readonly assembly: CloudAssembly,
    private readonly names: PhysicalNames,
  ) {
    for (const [stack, { Outputs }] of assembly.templates) {
      for (const { Value: value, Export } of Object.values(Outputs)) {
        if (Export !== undefined) {
          this.#exports.set(this.text(stack, Export.Name), { stack, value });
        }
      }
    }
  }

  /** A value of a stack's template without functions. */
  resolve(stack: string, value: unknown): unknown {
    if (Array.isArray(value)) {
      return value.map((item) => this.resolve(stack, item));
    }
    if (typeof value !== 'object' || value === null) {
      return value;
    }
    const entries = Object.entries(value);
    if (entries.length === 1) {
      const [[name, argument]] = entries as [[string, unknown]];
      if (name === 'Ref') {
        return this.#ref(stack, String(argument));
      }
      if (name.startsWith('Fn::')) {
        return this.#call(stack, name, argument);
      }
    }
    return Object.fromEntries(entries.map(([key, item]) => [key, this.resolve(stack, item)]));
  }

  /** The same where text is wanted. */
  text(stack: string, value: unknown): string {
    const resolved = this.resolve(stack, value);
    if (typeof resolved !== 'string' && typeof resolved !== 'number') {
      throw new Error(`${JSON.stringify(value)} in the stack '${stack}' should be text, and is ${JSON.stringify(resolved)}.`);
    }
    return String(resolved);
  }

  #ref(stack: string, name: string): string {
    if (name === 'AWS::StackName') {
      return stack;
    }
    return pseudoParameters[name] ?? this.physicalName({ stack, logicalId: name }, null);
  }

  /** What `Ref` gives, or `Fn::GetAtt` with an attribute. */
  physicalName(place: Place, attribute: string | null): string {
    const { Type: type, Properties: properties } = this.assembly.resource(place);
    return this.names(place, type, attribute) ?? this.#madeUp(place, type, properties, attribute);
  }

  #madeUp(place: Place, type: string, properties: Readonly<Record<string, unknown>>, attribute: string | null): string {
    const name = madeUpName(place, type);
    if (attribute === null && type === 'AWS::ElastiCache::User') {
      return this.text(place.stack, properties.UserId);
    }
    const service = type.split('::')[1].toLowerCase();
    const arns: Readonly<Record<string, string>> = {
      'AWS::Lambda::Function': `arn:aws:lambda:${region}:${account}:function:${this.#nameOf(place)}`,
      'AWS::S3::Bucket': `arn:aws:s3:::${this.#nameOf(place)}`,
      'AWS::IAM::Role': `arn:aws:iam::${account}:role/${name}`,
    };
    return attribute === null ? name : attribute === 'Arn' ? (arns[type] ?? `arn:aws:${service}:${region}:${account}:${name}`) : `${name}.${attribute}`;
  }

  #nameOf(place: Place): string {
    const { Type: type } = this.assembly.resource(place);
    return this.names(place, type, null) ?? madeUpName(place, type);
  }

  #call(stack: string, name: string, argument: unknown): unknown {
    switch (name) {
      case 'Fn::GetAtt': {
        const [logicalId, ...attribute] = (typeof argument === 'string' ? argument.split('.') : argument) as string[];
        return this.physicalName({ stack, logicalId }, attribute.join('.'));
      }
      case 'Fn::Join': {
        const [separator, items] = argument as [string, unknown];
        return (this.resolve(stack, items) as unknown[]).map((item) => this.text(stack, item)).join(separator);
      }
      case 'Fn::Sub': {
        const [text, values] = (Array.isArray(argument) ? argument : [argument, {}]) as [string, Record<string, unknown>];
        return text.replaceAll(/\$\{([^!}]+)\}/g, (_, variable: string) => this.#variable(stack, variable, values));
      }
      case 'Fn::ImportValue': {
        const exported = this.#exports.get(this.text(stack, argument));
        if (exported === undefined) {
          throw new Error(`The stack '${stack}' imports ${JSON.stringify(argument)}, which no stack exports.`);
        }
        return this.resolve(exported.stack, exported.value);
      }
      case 'Fn::Select': {
        const [index, items] = argument as [number | string, unknown];
        return (this.resolve(stack, items) as unknown[])[Number(index)];
      }
      case 'Fn::Split': {
        const [separator, text] = argument as [string, unknown];
        return this.text(stack, text).split(separator);
      }
      case 'Fn::GetAZs':
        return ['a', 'b', 'c'].map((zone) => `${region}${zone}`);
      default:
        throw new Error(`The harness does not know ${name}, which the stack '${stack}' uses.`);
    }
  }

  #variable(stack: string, variable: string, values: Readonly<Record<string, unknown>>): string {
    if (variable in values) {
      return this.text(stack, values[variable]);
    }
    return variable.startsWith('AWS::') || !variable.includes('.')
      ? this.#ref(stack, variable)
      : this.text(stack, { 'Fn::GetAtt': variable });
  }
}

/** Buckets have names in lower case. */
function madeUpName({ stack, logicalId }: Place, type: string): string {
  const name = `${stack}-${logicalId}`;
  return type === 'AWS::S3::Bucket' ? name.toLowerCase() : name;
}
