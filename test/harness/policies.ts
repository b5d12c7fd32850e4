import type { CloudAssembly, Place } from './cloud-assembly';
import type { Intrinsics } from './intrinsics';

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

interface Document {
  readonly Statement: readonly Statement[];
}

/** Values of a request that conditions ask for, by their key as `s3:prefix`. */
export type RequestContext = Readonly<Record<string, string>>;

/** What a function's role may do, judged by the statements of the templates as IAM does for one account's own resources. */
export class RolePolicies {
  readonly #statements: readonly Statement[];

  constructor(functionPlace: Place, assembly: CloudAssembly, intrinsics: Intrinsics) {
    const roleReference = (assembly.resource(functionPlace).Properties as { readonly Role: { readonly 'Fn::GetAtt': readonly [string, string] } }).Role;
    const role: Place = { stack: functionPlace.stack, logicalId: roleReference['Fn::GetAtt'][0] };
    const roleName = intrinsics.physicalName(role, null);
    const { Policies = [] } = intrinsics.resolve(role.stack, assembly.resource(role).Properties) as { readonly Policies?: readonly { readonly PolicyDocument: Document }[] };
    const attached = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy']
      .flatMap((type) => assembly.resourcesOf(type))
      .map(({ stack, resource }) => intrinsics.resolve(stack, resource.Properties) as { readonly Roles?: readonly string[]; readonly PolicyDocument: Document })
      .filter(({ Roles }) => Roles?.includes(roleName));
    this.#statements = [...Policies, ...attached].flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
  }

  allows(action: string, resource: string, context: RequestContext = {}): boolean {
    const matching = this.#statements.filter((statement) => matches(statement, action, resource, context));
    return matching.some(({ Effect }) => Effect === 'Allow') && !matching.some(({ Effect }) => Effect === 'Deny');
  }
}

function matches({ Action, Resource, Condition = {} }: Statement, action: string, resource: string, context: RequestContext): boolean {
  return (
    list(Action).some((pattern) => isLike(action.toLowerCase(), pattern.toLowerCase())) &&
    list(Resource).some((pattern) => isLike(resource, pattern)) &&
    Object.entries(Condition).every(([operator, keys]) => Object.entries(keys).every(([key, values]) => holds(operator, context[key], list(values))))
  );
}

function holds(operator: string, value: string | undefined, values: readonly string[]): boolean {
  switch (operator) {
    case 'StringEquals':
      return value !== undefined && values.includes(value);
    case 'StringLike':
      return value !== undefined && values.some((pattern) => isLike(value, pattern));
    case 'Null':
      return values.includes(String(value === undefined));
    default:
      throw new Error(`The harness does not know the condition ${operator}.`);
  }
}

/** `*` stands for any text, `?` for one character. */
function isLike(text: string, pattern: string): boolean {
  const source = pattern.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('*', '.*').replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}

function list(values: string | readonly string[] | undefined): readonly string[] {
  return values === undefined ? [] : typeof values === 'string' ? [values] : values;
}
