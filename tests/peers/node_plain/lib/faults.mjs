// What node:http refuses before there is a request (unknown methods, malformed or oversize headers, late requests) and
// CONNECT, answered on the socket in the contract's envelopes all the same.
import { STATUS_CODES } from 'node:http';
import { OAuthError, Refusal } from './catalogue.mjs';
import { language, requestId } from './negotiate.mjs';
import { failure } from './replies.mjs';
import { isOAuthPath, route, splitTarget } from './routes.mjs';

const REQUEST_LINE = /^(?:\r?\n)*([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([^\s]+) HTTP\/1\.[01]\r?\n/;
const LINGER = 1_000;

const answered = new WeakSet();

const headerOf = (text, name) => new RegExp(`^${name}:[ \\t]*([^\\r\\n]*?)[ \\t]*\\r?$`, 'im').exec(text)?.[1];

function write(socket, context, error, withBody = true) {
  const { status, headers, body } = failure(context, error);
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, `Date: ${new Date().toUTCString()}`];
  for (const [name, value] of Object.entries(headers)) lines.push(...[value].flat().map((each) => `${name}: ${each}`));
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  socket.end(withBody ? Buffer.concat([head, body]) : head);
  setTimeout(() => socket.destroy(), LINGER).unref();
}

/** The refusal of a method that the parser does not know: the path decides, as for the methods it knows. */
function refusalOf(method, target) {
  try {
    route(method, target);
  } catch (error) {
    return error;
  }
  return new Refusal('request-invalid');
}

/** Listener of 'clientError'. */
export function onClientError(error, socket) {
  const response = socket._httpMessage;
  if (answered.has(socket) || response?.req.complete) return; // what follows a whole request never changes its answer
  answered.add(socket);
  if (response?.headersSent || !socket.writable || error.code === 'ECONNRESET' || error.code === 'EPIPE') {
    socket.destroy();
    return;
  }
  const text = error.rawPacket?.toString('latin1') ?? '';
  const head = text.split(/\r?\n\r?\n/, 1)[0];
  const [, method, target] = response ? [null, response.req.method, response.req.url] : REQUEST_LINE.exec(text) ?? [];
  const header = (name) => (response ? response.req.headers[name] : headerOf(head, name));
  const context = { requestId: requestId(header('x-request-id')), language: language(header('accept-language')) };
  let fault = new Refusal('request-invalid');
  if (!response && method && error.code === 'HPE_INVALID_METHOD') fault = refusalOf(method, target);
  else if (target && isOAuthPath(splitTarget(target).path)) fault = new OAuthError('invalid_request');
  write(socket, context, fault, method !== 'HEAD');
}

/** Listener of 'connect': this server is no proxy. */
export function onConnect(request, socket) {
  socket.on('error', () => socket.destroy());
  const context = {
    requestId: requestId(request.headers['x-request-id']), language: language(request.headers['accept-language']),
  };
  write(socket, context, refusalOf('CONNECT', request.url));
}
