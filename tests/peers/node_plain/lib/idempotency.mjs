// One effect per key. Effects are synchronous, so that a second call with the same key, however close, waits for the
// event loop and finds the first one finished: no key is ever seen "in progress".
import { Refusal } from './catalogue.mjs';

const KEPT = 48 * 3_600_000;

export class Idempotency {
  #done = new Map();

  /**
   * Runs `effect` at most once for this partner, operation and key; answers {outcome, replayed}.
   * A refusal thrown by `effect` leaves the key free.
   */
  once({ partner, operation, key, fingerprint }, effect) {
    const name = JSON.stringify([partner.key, operation, key]);
    const first = this.#done.get(name);
    if (first) {
      if (first.fingerprint !== fingerprint) throw new Refusal('key-reused');
      return { outcome: first.outcome, replayed: true };
    }
    const outcome = effect();
    this.#forgetOld();
    this.#done.set(name, { fingerprint, outcome, time: Date.now() });
    return { outcome, replayed: false };
  }

  #forgetOld() {
    const limit = Date.now() - KEPT;
    for (const [name, { time }] of this.#done) {
      if (time > limit) break;
      this.#done.delete(name);
    }
  }
}
