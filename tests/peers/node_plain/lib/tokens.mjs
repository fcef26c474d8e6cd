// Access tokens: random, opaque, kept only as hashes, and remembered a day after their end to say why they fail.
import { createHash, randomBytes } from 'node:crypto';

const REMEMBERED = 24 * 3_600_000;
const MOST = 200_000;

const digest = (token) => createHash('sha256').update(token).digest('base64');

export class Tokens {
  #byHash = new Map();

  constructor(ttlSeconds) {
    this.ttl = ttlSeconds;
  }

  issue(partner, scopes) {
    this.#forgetOld();
    const token = randomBytes(32).toString('base64url');
    this.#byHash.set(digest(token), { partner, scopes, expires: Date.now() + this.ttl * 1000, revoked: false });
    return token;
  }

  /** {partner, scopes, state}, where state is 'live', 'revoked' or 'expired'; undefined when it was not issued here. */
  find(token) {
    const found = this.#byHash.get(digest(token));
    if (!found) return undefined;
    const ended = Date.now() >= found.expires ? 'expired' : 'live';
    return { partner: found.partner, scopes: found.scopes, state: found.revoked ? 'revoked' : ended };
  }

  /** Revokes a token of this very partner; anything else is left as it is. */
  revoke(token, partner) {
    const found = this.#byHash.get(digest(token));
    if (found?.partner === partner) found.revoked = true;
  }

  // Insertion order is expiry order: the oldest come first.
  #forgetOld() {
    const time = Date.now();
    for (const [hash, { expires }] of this.#byHash) {
      if (expires + REMEMBERED > time && this.#byHash.size < MOST) break;
      this.#byHash.delete(hash);
    }
  }
}
