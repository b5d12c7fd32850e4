import { Fn, Stack, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Settings } from '../config';

/** A stack of one environment: named, tagged and protected as its settings say, and synthesized without asking AWS. */
export class HouseStack extends Stack {
  constructor(scope: Construct, name: string, settings: Settings, options: { readonly description: string; readonly holdsData?: boolean }) {
    super(scope, `${settings.prefix}-${name}`, {
      description: `Funnel Rocket, ${settings.environment}: ${options.description}`,
      env: { ...(settings.account ? { account: settings.account } : {}), ...(settings.region ? { region: settings.region } : {}) },
      terminationProtection: settings.keepData && options.holdsData === true,
    });
    for (const [key, value] of Object.entries({ product: settings.product, environment: settings.environment, ...settings.tags })) {
      // The CDK knows tags of this type that AWS's schema does not.
      Tags.of(this).add(key, value, { excludeResourceTypes: ['AWS::ApplicationAutoScaling::ScalableTarget'] });
    }
  }

  /** The region's first zones, as CloudFormation sees them: naming an account would otherwise make the CDK look them up. */
  override get availabilityZones(): string[] {
    return [0, 1, 2].map((index) => Fn.select(index, Fn.getAzs()));
  }
}
