// From a request target to an operation: unknown paths, undeclared methods, Allow.
import { Refusal } from './catalogue.mjs';
import { OPERATIONS } from './operations.mjs';

const METHODS_OF_ALL = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT'];

/** Splits a target, absolute or not, into its path and its query string. */
export function splitTarget(target) {
  const local = target.replace(/^https?:\/\/[^/?#]*/i, '') || '/';
  const mark = local.indexOf('?');
  return mark < 0 ? { path: local, query: '' } : { path: local.slice(0, mark), query: local.slice(mark + 1) };
}

function decodeSegment(raw) {
  try {
    return decodeURIComponent(raw);
  } catch {
    return raw; // no literal segment and no identifier looks like this
  }
}

/** The path parameters when the segments follow the template, else null. */
function match(template, segments) {
  if (template.length !== segments.length) return null;
  const params = {};
  for (const [index, part] of template.entries()) {
    const given = segments[index];
    if (part.startsWith('{')) {
      if (given === '') return null;
      params[part.slice(1, -1)] = given;
    } else if (part !== given) return null;
  }
  return params;
}

export const isOAuthPath = (path) => /^\/oauth2\/(?:token|revoke)$/.test(path);

function allowed(methods) {
  const all = new Set([...methods, 'OPTIONS']);
  if (all.has('GET')) all.add('HEAD');
  return [...all].sort().join(', ');
}

/** {operation, params, query, allow}; `operation` is null for OPTIONS. Refuses unknown paths and undeclared methods. */
export function route(method, target) {
  if (method === 'OPTIONS' && target === '*') return { operation: null, allow: METHODS_OF_ALL.join(', ') };
  const { path, query } = splitTarget(target);
  const segments = path.startsWith('/') ? path.split('/').slice(1).map(decodeSegment) : [];
  const matches = OPERATIONS.map((operation) => ({ operation, params: match(operation.path, segments) }))
    .filter(({ params }) => params !== null);
  if (matches.length === 0) throw new Refusal('unknown-path');

  const allow = allowed(matches.map(({ operation }) => operation.method));
  if (method === 'OPTIONS') return { operation: null, allow };
  const wanted = method === 'HEAD' ? 'GET' : method;
  const chosen = matches.find(({ operation }) => operation.method === wanted);
  if (!chosen) throw new Refusal('method-not-allowed', { headers: { Allow: allow } });
  return { ...chosen, query, allow };
}
