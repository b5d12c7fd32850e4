// Runs in a fresh process, as Lambda starts an environment: loads one bundle and says how long that took, in milliseconds.
const [, , bundle] = process.argv;
// What the runtime gives streaming functions; nothing is invoked here.
globalThis.awslambda = { streamifyResponse: (handler) => handler, HttpResponseStream: {} };
const startedAt = performance.now();
if (bundle) require(bundle);
process.stdout.write(JSON.stringify({ load: performance.now() - startedAt, total: performance.now() }));
// Whatever the module opened must not keep the process.
process.exit(0);
