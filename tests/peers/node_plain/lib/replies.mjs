// Builds answers: {status, headers, body}. The four envelopes, the bodies of OAuth 2.0, and what every answer carries.
import { CODES, DOCUMENTATION, OAuthError, Refusal } from './catalogue.mjs';
import { writeJson } from './json.mjs';

const DEPRECATION = {
  Deprecation: `@${Date.UTC(2026, 0, 1) / 1000}`,
  Link: '<https://docs.cynod.example/fr/securite.html#basic>; rel="deprecation"',
};

/** Every answer is sized and ends its connection. */
function reply(status, { requestId, language }, headers, content) {
  const common = {
    'X-Request-Id': requestId, 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store', Connection: 'close',
  };
  if (content === undefined) return { status, headers: { ...common, ...headers }, body: null };
  const body = writeJson(content);
  const described = {
    'Content-Type': 'application/json; charset=utf-8', 'Content-Language': language, 'Content-Length': body.length,
  };
  return { status, headers: { ...common, ...described, ...headers }, body };
}

export function success(context, { data, location, created, replayed, viaBasic }) {
  const { code, status, message } = CODES[created ? 'created' : 'success'];
  const headers = {
    ...(location && { Location: location }),
    ...(replayed && { 'Idempotent-Replayed': 'true' }),
    ...(viaBasic && DEPRECATION),
  };
  return reply(status, context, headers, { success: true, code, message: message[context.language], data });
}

function refusal(context, { entry, fields, headers }) {
  const { language } = context;
  const content = {
    success: false, code: entry.code, message: entry.message[language], debugMessage: entry.debug[language],
  };
  if (entry.kind === 'functional') {
    content.moreInfo = {
      documentation: DOCUMENTATION + entry.code,
      champs: fields.map(({ field, place, why }) => ({ champ: field, emplacement: place, message: why[language] })),
    };
  }
  return reply(entry.status, context, headers, content);
}

export function oauthSuccess(context, content) {
  return content === null ? reply(200, context, { 'Content-Length': 0 }) : reply(200, context, { Pragma: 'no-cache' }, content);
}

export function options(context, allow) {
  return reply(204, context, { Allow: allow });
}

/** The answer to anything thrown; the unexpected is an internal error, told to the operator alone. */
export function failure(context, error) {
  if (error instanceof Refusal) return refusal(context, error);
  if (error instanceof OAuthError) {
    return reply(error.status, context, error.headers, { error: error.error, error_description: error.description });
  }
  console.error(`${context.requestId}: ${error?.stack ?? error}`);
  return refusal(context, new Refusal('internal'));
}
