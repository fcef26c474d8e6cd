// Who calls an operation of the API, and whether they may: the first steps of the order of refusal.
import { Refusal } from './catalogue.mjs';
import { readAuthorization, readPair } from './authorization.mjs';
import { admits } from './partners.mjs';

const BEARER = 'Bearer realm="CYNOD"';
const BASIC = 'Basic realm="CYNOD", charset="UTF-8"';
const TOKEN = /^[A-Za-z0-9._~+/-]+=*$/;

const refuse = (name, challenge) => new Refusal(name, { headers: { 'WWW-Authenticate': challenge } });
const refuseToken = (name) => refuse(name, `${BEARER}, error="invalid_token"`);

function fromBearer(value, tokens) {
  const found = TOKEN.test(value) ? tokens.find(value) : undefined;
  if (!found) throw refuseToken('token-invalid');
  if (found.state === 'revoked') throw refuseToken('token-revoked');
  if (found.state === 'expired') throw refuseToken('token-expired');
  return { partner: found.partner, scopes: found.scopes, viaBasic: false };
}

function fromBasic(value, partners, address) {
  const pair = readPair(value);
  const partner = pair && partners.authenticate(pair.key, pair.secret, address);
  if (!partner) throw refuse('basic-pair-wrong', [BEARER, BASIC]);
  if (!partner.basic) throw refuse('basic-not-enabled', BEARER);
  return { partner, scopes: partner.scopes, viaBasic: true };
}

/** {partner, scopes, viaBasic} of a caller that may call an operation requiring `scope` (null: any valid identity). */
export function identify(request, scope, { partners, tokens }) {
  const given = readAuthorization(request);
  const address = request.socket.remoteAddress;
  let identity;
  if (given === null) throw refuse('credentials-missing', BEARER);
  else if (given.scheme === 'bearer') identity = fromBearer(given.value, tokens);
  else if (given.scheme === 'basic') identity = fromBasic(given.value, partners, address);
  else throw refuse('scheme-unsupported', BEARER);

  const { partner, scopes } = identity;
  if (!admits(partner, address)) throw new Refusal('address-refused');
  if (partner.suspended) throw new Refusal('partner-suspended');
  partners.charge(partner);
  if (scope !== null && !scopes.includes(scope)) {
    throw refuse('insufficient-scope', `${BEARER}, error="insufficient_scope", scope="${scope}"`);
  }
  return identity;
}
