// One request from its headers to its answer, in the contract's order of refusal.
import { Abandoned, drain, readBody } from './body.mjs';
import { OAuthError, Refusal } from './catalogue.mjs';
import { identify } from './identity.mjs';
import { canonical, MalformedJson, plain, readJson } from './json.mjs';
import { acceptsJson, language, mediaType, requestId } from './negotiate.mjs';
import { failure, oauthSuccess, options, success } from './replies.mjs';
import { route } from './routes.mjs';
import { IDEMPOTENCY_KEY } from './schemas.mjs';
import { checkBody, readQuery } from './validate.mjs';

const header = (request, name) => request.headersDistinct[name]?.join(', ');

/** HTTP/1.1 wants one Host (RFC 9112 §3.2). */
function checkHost(request, operation) {
  const hosts = request.headersDistinct.host?.length ?? 0;
  if (hosts === 1 || (hosts === 0 && request.httpVersion === '1.0')) return;
  throw operation.oauth ? new OAuthError('invalid_request', { description: 'Host' }) : new Refusal('request-invalid');
}

function parse(bytes) {
  try {
    return readJson(bytes);
  } catch (error) {
    throw error instanceof MalformedJson ? new Refusal('json-malformed') : error;
  }
}

/** The JSON body: its type, then its syntax. */
function readJsonBody(request, bytes) {
  if (mediaType(header(request, 'content-type')) !== 'application/json') throw new Refusal('media-type-unsupported');
  return parse(bytes);
}

function checkKey(request) {
  const key = header(request, 'idempotency-key');
  if (key !== undefined && IDEMPOTENCY_KEY.test(key)) return key;
  const why = key === undefined ? { fr: 'absent', en: 'missing' } : { fr: "n'a pas la forme voulue", en: 'malformed' };
  throw new Refusal('idempotency-key-invalid', { fields: [{ field: 'Idempotency-Key', place: 'header', why }] });
}

async function callOAuth({ operation }, request, response, services) {
  return operation.run({ request, bytes: await readBody(request, response), ...services });
}

async function callApi({ operation, params, query: queryString }, request, response, services) {
  const identity = operation.public ? { partner: null, viaBasic: false } : identify(request, operation.scope, services);
  if (!acceptsJson(header(request, 'accept'))) throw new Refusal('not-acceptable');
  const bytes = await readBody(request, response);
  const parsed = operation.body && readJsonBody(request, bytes);
  const key = operation.keyed && checkKey(request);
  const query = readQuery(operation.query ?? {}, queryString);
  if (parsed) checkBody(operation.body, parsed);

  // From here to the answer, nothing waits: the whole effect happens in one turn of the event loop.
  const call = { ...identity, params, query, body: parsed && plain(parsed.value), ledger: services.ledger };
  if (!operation.keyed) return { ...operation.run(call), viaBasic: identity.viaBasic };
  const fingerprint = JSON.stringify([params, canonical(parsed.value)]);
  const { outcome, replayed } = services.idempotency.once(
    { partner: identity.partner, operation: operation.id, key, fingerprint }, () => operation.run(call));
  return { ...outcome, created: true, replayed, viaBasic: identity.viaBasic };
}

async function answer(context, request, response, services) {
  try {
    const found = route(request.method, request.url);
    if (found.operation === null) return options(context, found.allow);
    checkHost(request, found.operation);
    if (found.operation.oauth) return oauthSuccess(context, await callOAuth(found, request, response, services));
    return success(context, await callApi(found, request, response, services));
  } catch (error) {
    if (error instanceof Abandoned) throw error;
    return failure(context, error);
  }
}

/** Answers one request of node:http. */
export async function handle(request, response, services) {
  const context = {
    requestId: requestId(header(request, 'x-request-id')),
    language: language(header(request, 'accept-language')),
  };
  try {
    const { status, headers, body } = await answer(context, request, response, services);
    await drain(request, response);
    response.writeHead(status, headers);
    response.end(body ?? undefined);
  } catch (error) {
    if (!(error instanceof Abandoned)) console.error(`${context.requestId}: ${error?.stack ?? error}`);
    response.destroy();
  }
}
