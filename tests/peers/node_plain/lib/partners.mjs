// The partners of this server, drawn afresh at each start, and what restrains them: secrets, failed logins, quotas.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Refusal } from './catalogue.mjs';

export const PARTNER_SCOPES = [
  'solde:lire', 'recharge:ecrire', 'recharge:lire', 'paiement:ecrire', 'paiement:lire', 'transaction:lire',
];
export const CORE_SCOPES = ['core:carte:ecrire', 'core:carte:lire'];

const MINUTE = 60_000;
const MOST_FAILURES = 60;
const MOST_WINDOWS = 10_000;
const WIDE_QUOTA = 60_000;

// role: [name, particulars]
const ROLES = {
  primary: ['Boutique Teranga', {}],
  other: ['Marché Sandaga', {}],
  limited: ['Lecteur de soldes', { scopes: ['solde:lire'] }],
  basic: ['Ancien terminal', { basic: true }],
  suspended: ['Partenaire suspendu', { basic: true, suspended: true }],
  elsewhere: ["Partenaire d'ailleurs", { basic: true, addresses: ['203.0.113.7'] }],
  throttled: ['Partenaire pressé', { quota: 60 }],
  core: ['Guichet central', { scopes: CORE_SCOPES }],
};

const sha256 = (text) => createHash('sha256').update(text).digest();
const NOBODY = sha256(randomBytes(32));

/** Counts events per key in windows of one minute that open at the first event. */
class MinuteCounter {
  #windows = new Map();

  #window(key) {
    const time = Date.now();
    let window = this.#windows.get(key);
    if (!window || window.end <= time) {
      if (this.#windows.size >= MOST_WINDOWS) this.#prune(time);
      window = { end: time + MINUTE, count: 0 };
      this.#windows.set(key, window);
    }
    return window;
  }

  #prune(time) {
    for (const [key, { end }] of this.#windows) if (end <= time) this.#windows.delete(key);
    for (const key of this.#windows.keys()) {
      if (this.#windows.size < MOST_WINDOWS) break;
      this.#windows.delete(key);
    }
  }

  add(key) { this.#window(key).count += 1; }

  /** Refuses with Retry-After once the window holds `most` events. */
  refuseBeyond(key, most) {
    const window = this.#windows.get(key);
    if (!window || window.count < most) return;
    const seconds = Math.ceil((window.end - Date.now()) / 1000);
    if (seconds > 0) throw new Refusal('too-many-requests', { headers: { 'Retry-After': String(seconds) } });
  }
}

export class Partners {
  #byKey = new Map();
  #failures = new MinuteCounter();
  #calls = new MinuteCounter();
  credentials = {};

  constructor() {
    for (const [role, [name, particulars]] of Object.entries(ROLES)) {
      const key = `noeud-${role}`;
      const secret = randomBytes(24).toString('base64url');
      this.credentials[role] = { key, secret };
      this.#byKey.set(key, {
        key, name, scopes: PARTNER_SCOPES, basic: false, suspended: false, addresses: null, quota: WIDE_QUOTA,
        limits: { topUp: { minimum: 100, maximum: 2_000_000 }, payment: { minimum: 100, maximum: 1_000_000 } },
        ...particulars, secretHash: sha256(secret),
      });
    }
  }

  /** The partner whose pair this is, or null; a caller that failed too often in a minute is told to wait. */
  authenticate(key, secret, address) {
    const attempt = sha256(`${key}\n${address}`).toString('base64');
    this.#failures.refuseBeyond(attempt, MOST_FAILURES);
    const partner = this.#byKey.get(key);
    const right = timingSafeEqual(sha256(secret), partner?.secretHash ?? NOBODY);
    if (partner && right) return partner;
    this.#failures.add(attempt);
    return null;
  }

  /** Counts a call of an identified partner against its quota. */
  charge(partner) {
    this.#calls.refuseBeyond(partner.key, partner.quota);
    this.#calls.add(partner.key);
  }
}

export const admits = (partner, address) => partner.addresses === null || partner.addresses.includes(address);
