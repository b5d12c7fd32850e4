import { RefusedRequestError } from './http-errors';

const LOCAL_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Keeps web pages of others, open in a browser on the same machine, from using the server. Pages reach 127.0.0.1 by
 * resolving a name of their own to it (DNS rebinding), which the Host header shows, or by plain cross-origin requests,
 * which browsers send with an Origin header.
 *
 * @throws RefusedRequestError
 */
export function refuseForeignPages(request: Request): void {
  const host = request.headers.get('host') ?? '';
  if (!LOCAL_HOSTS.has(host.replace(/:\d+$/, '').toLowerCase())) {
    throw new RefusedRequestError(`The host '${host}' is not this server; address it as localhost or 127.0.0.1.`, 403);
  }
  const origin = request.headers.get('origin');
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (!isRead && origin !== null && origin !== `http://${host}`) {
    throw new RefusedRequestError(`Requests from pages of another origin ('${origin}') are refused.`, 403);
  }
}
