// Reads the Authorization header, for the API and for /oauth2 alike.

const SCHEME = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?:$| +(.*)$)/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** {scheme (lower case), value}, or null without the header. Several headers read as one, which no scheme accepts. */
export function readAuthorization(request) {
  const values = request.headersDistinct.authorization;
  if (values === undefined) return null;
  const found = SCHEME.exec(values.join(', ').trim());
  return found ? { scheme: found[1].toLowerCase(), value: found[2] ?? '' } : { scheme: '', value: '' };
}

/** {key, secret} of a Basic value, or null when it is not valid base64, not UTF-8 or has no colon. */
export function readPair(value) {
  if (!BASE64.test(value)) return null;
  let text;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(value, 'base64'));
  } catch {
    return null;
  }
  const colon = text.indexOf(':');
  return colon < 0 ? null : { key: text.slice(0, colon), secret: text.slice(colon + 1) };
}
