/**
 * Stands for the native part of AWS's runtime interface client (aws-lambda-ric/src/native/rapid-client.cc), which asks
 * the Runtime API for events and posts answers: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
const http = require('node:http');

const [hostname, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new http.Agent({ keepAlive: true });

/** The native client posts before it returns; here, the next event is asked for only once the answer has arrived. */
let posted = Promise.resolve();

exports.next = async () => {
  await posted;
  const { headers, body } = await send('GET', 'next', {}, null);
  return { bodyJson: body, headers };
};

exports.done = (requestId, body) => {
  posted = send('POST', `${requestId}/response`, { 'content-type': 'application/json' }, body);
};

exports.error = (requestId, body, cause) => {
  const headers = { 'content-type': 'application/json', 'lambda-runtime-function-error-type': JSON.parse(body).errorType, 'lambda-runtime-function-xray-error-cause': cause };
  posted = send('POST', `${requestId}/error`, headers, body);
};

function send(method, path, headers, body) {
  return new Promise((resolve, reject) => {
    const request = http.request({ hostname, port, method, agent, headers, path: `/2018-06-01/runtime/invocation/${path}` }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(chunks).toString() }));
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(body ?? undefined);
  });
}
