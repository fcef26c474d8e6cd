// /oauth2/token and /oauth2/revoke (RFC 6749 §4.4, RFC 7009). Faults are judged in the contract's order: form, client,
// suspension, then the parameters.
import { OAuthError, Refusal } from './catalogue.mjs';
import { readAuthorization, readPair } from './authorization.mjs';
import { mediaType } from './negotiate.mjs';
import { admits } from './partners.mjs';

const CLIENT_ID = /^[A-Za-z0-9._~-]{0,64}$/;

const invalidRequest = (description) => new OAuthError('invalid_request', { description });
const invalidClient = () =>
  new OAuthError('invalid_client', { status: 401, headers: { 'WWW-Authenticate': 'Basic realm="CYNOD"' } });

/** The parameters of the form; an empty one counts as absent, a repeated one is a fault. */
function readForm(request, bytes) {
  if (mediaType(request.headersDistinct['content-type']?.join(', ')) !== 'application/x-www-form-urlencoded') {
    throw invalidRequest('Content-Type: application/x-www-form-urlencoded');
  }
  const form = new Map();
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    for (const part of text.split('&')) {
      const [name, ...rest] = part.replaceAll('+', ' ').split('=');
      const value = decodeURIComponent(rest.join('='));
      const key = decodeURIComponent(name);
      if (value === '') continue;
      if (form.has(key)) throw invalidRequest('repeated parameter');
      form.set(key, value);
    }
  } catch (error) {
    throw error instanceof OAuthError ? error : invalidRequest('malformed form');
  }
  if (!CLIENT_ID.test(form.get('client_id') ?? '')) throw invalidRequest('client_id');
  return form;
}

// RFC 6749 §2.3.1 has both halves form-encoded before base64.
function decodeHalf(text) {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

/** The pair, from the header or from the form, never from both. */
function presentedPair(request, form) {
  const header = readAuthorization(request);
  if (header === null) {
    const [key, secret] = [form.get('client_id'), form.get('client_secret')];
    if (key === undefined || secret === undefined) throw invalidClient();
    return { key, secret };
  }
  if (form.has('client_secret')) throw invalidRequest('two client authentications');
  const pair = header.scheme === 'basic' ? readPair(header.value) : null;
  if (!pair) throw invalidClient();
  const decoded = { key: decodeHalf(pair.key), secret: decodeHalf(pair.secret) };
  if (form.has('client_id') && form.get('client_id') !== decoded.key) throw invalidRequest('client_id');
  return decoded;
}

function authenticateClient(request, form, partners) {
  const { key, secret } = presentedPair(request, form);
  const address = request.socket.remoteAddress;
  const partner = partners.authenticate(key, secret, address);
  if (!partner) throw invalidClient();
  if (!admits(partner, address)) throw new Refusal('address-refused');
  if (partner.suspended) throw new OAuthError('unauthorized_client', { description: 'suspended' });
  partners.charge(partner);
  return partner;
}

function grantedScopes(asked, partner) {
  if (asked === undefined) return partner.scopes;
  const names = [...new Set(asked.split(' ').filter((name) => name !== ''))];
  if (names.length === 0 || !names.every((name) => partner.scopes.includes(name))) throw new OAuthError('invalid_scope');
  return names;
}

export function token({ request, bytes, partners, tokens }) {
  const form = readForm(request, bytes);
  const partner = authenticateClient(request, form, partners);
  const grant = form.get('grant_type');
  if (grant === undefined) throw invalidRequest('grant_type');
  if (grant !== 'client_credentials') throw new OAuthError('unsupported_grant_type');
  const scopes = grantedScopes(form.get('scope'), partner);
  return {
    access_token: tokens.issue(partner, scopes), token_type: 'Bearer', expires_in: tokens.ttl, scope: scopes.join(' '),
  };
}

export function revoke({ request, bytes, partners, tokens }) {
  const form = readForm(request, bytes);
  const partner = authenticateClient(request, form, partners);
  if (!form.has('token')) throw invalidRequest('token');
  tokens.revoke(form.get('token'), partner);
  return null;
}
