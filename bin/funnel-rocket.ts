import { App } from 'aws-cdk-lib';
import { buildApp } from '../lib/build-app';
import { loadSettings } from '../lib/load-settings';

/** The CDK app: `cdk synth -c env=prod`. Without `env`, environments/default.ts counts. */
const app = new App();
const environment: unknown = app.node.tryGetContext('env');
buildApp(app, await loadSettings(typeof environment === 'string' ? environment : 'default'));
app.synth();
