// The money: cards, top-ups, payments, refunds and the entries that move balances. Every public method checks first and
// writes last, without a pause between the two, so that no other request can see or make a half-done change.
import { randomInt } from 'node:crypto';
import { Refusal } from './catalogue.mjs';
import { now, today } from './time.mjs';

const MOST = Number.MAX_SAFE_INTEGER;

const digits = (count) => Array.from({ length: count }, () => randomInt(10)).join('');
// Too long to be taken for a card number, too sparse to be guessed.
const newId = () => `${randomInt(1, 10)}${digits(29)}`;

export function stateOf(card) {
  if (today() > card.expiry) return 'EXPIREE';
  return card.blocked ? 'BLOQUEE' : 'ACTIVE';
}

export function paymentState({ amount, refunded }) {
  if (refunded === 0) return 'EFFECTUE';
  return refunded < amount ? 'PARTIELLEMENT_REMBOURSE' : 'REMBOURSE';
}

const bodyField = (field, fr, en) => ({ fields: [{ field, place: 'body', why: { fr, en } }] });

function checkUsable(card) {
  const state = stateOf(card);
  if (state === 'EXPIREE') throw new Refusal('card-expired');
  if (state === 'BLOQUEE') throw new Refusal('card-blocked');
}

function checkCurrency(card, currency) {
  if (currency !== card.currency) {
    throw new Refusal('currency-mismatch',
      bodyField('/montant/devise', `doit être ${card.currency}`, `must be ${card.currency}`));
  }
}

function checkLimits(amount, { minimum, maximum }) {
  if (amount < minimum || amount > maximum) {
    throw new Refusal('amount-out-of-limits',
      bodyField('/montant/valeur', `doit être de ${minimum} à ${maximum}`, `must be from ${minimum} to ${maximum}`));
  }
}

function checkRoom(card, amount) {
  if (amount > MOST - card.balance) {
    throw new Refusal('amount-out-of-limits',
      bodyField('/montant/valeur', 'porterait le solde trop haut', 'would raise the balance too high'));
  }
}

export class Ledger {
  #sequence = 0;
  #cards = new Map();
  #byNumber = new Map();
  #topUps = new Map();
  #payments = new Map();

  #stamp(created = now()) {
    this.#sequence += 1;
    return { sequence: this.#sequence, created };
  }

  /** Moves the balance; the entry bears the date of the operation that made it. */
  #post(card, type, amount, { created, ...particulars }) {
    card.balance += amount;
    card.entries.push({
      id: newId(), card: card.id, type, amount, currency: card.currency, ...particulars, ...this.#stamp(created),
    });
  }

  #newNumber() {
    for (;;) {
      const number = `5${digits(17)}`;
      if (!this.#byNumber.has(number)) return number;
    }
  }

  // Cards

  issueCard(partner, { titulaire, devise, soldeInitial, dateExpiration, partenaires = [] }) {
    const card = {
      id: newId(), number: this.#newNumber(), holder: titulaire, currency: devise, balance: 0, blocked: false,
      expiry: dateExpiration, partners: partenaires, issuer: partner.key, entries: [], ...this.#stamp(),
    };
    this.#cards.set(card.id, card);
    this.#byNumber.set(card.number, card);
    this.#post(card, 'EMISSION', soldeInitial, { owner: null, created: card.created });
    return card;
  }

  #reachable(partner, card) {
    if (!card || (card.issuer !== partner.key && !card.partners.includes(partner.key))) throw new Refusal('card-unknown');
    return card;
  }

  card(partner, id) { return this.#reachable(partner, this.#cards.get(id)); }

  cardByNumber(partner, number) { return this.#reachable(partner, this.#byNumber.get(number)); }

  cards(partner) {
    return [...this.#cards.values()].filter((card) => card.issuer === partner.key || card.partners.includes(partner.key));
  }

  setCardState(partner, id, state) {
    const card = this.card(partner, id);
    if (stateOf(card) === 'EXPIREE') throw new Refusal('card-expired');
    card.blocked = state === 'BLOQUEE';
    return card;
  }

  // Top-ups

  topUp(partner, { carteId, reference, montant: { valeur, devise }, libelle }) {
    const card = this.card(partner, carteId);
    checkUsable(card);
    checkCurrency(card, devise);
    checkLimits(valeur, partner.limits.topUp);
    checkRoom(card, valeur);
    const topUp = {
      id: newId(), owner: partner.key, card: card.id, reference, amount: valeur, currency: devise, label: libelle,
      cancelled: false, ...this.#stamp(),
    };
    this.#topUps.set(topUp.id, topUp);
    this.#post(card, 'RECHARGE', valeur, { owner: partner.key, operation: topUp.id, reference, created: topUp.created });
    return topUp;
  }

  readTopUp(partner, id) {
    const topUp = this.#topUps.get(id);
    if (topUp?.owner !== partner.key) throw new Refusal('top-up-unknown');
    return topUp;
  }

  topUps(partner) { return [...this.#topUps.values()].filter(({ owner }) => owner === partner.key); }

  cancelTopUp(partner, id) {
    const topUp = this.readTopUp(partner, id);
    const card = this.#cards.get(topUp.card);
    if (topUp.cancelled) throw new Refusal('state-forbids');
    if (card.balance < topUp.amount) throw new Refusal('balance-insufficient');
    topUp.cancelled = true;
    this.#post(card, 'ANNULATION', -topUp.amount, { owner: partner.key, operation: topUp.id, reference: topUp.reference });
    return topUp;
  }

  // Payments and their refunds

  pay(partner, { carteId, reference, montant: { valeur, devise }, libelle }) {
    const card = this.card(partner, carteId);
    checkUsable(card);
    checkCurrency(card, devise);
    checkLimits(valeur, partner.limits.payment);
    if (card.balance < valeur) throw new Refusal('balance-insufficient');
    const payment = {
      id: newId(), owner: partner.key, card: card.id, reference, amount: valeur, currency: devise, label: libelle,
      refunded: 0, refunds: new Map(), ...this.#stamp(),
    };
    this.#payments.set(payment.id, payment);
    this.#post(card, 'PAIEMENT', -valeur, { owner: partner.key, operation: payment.id, reference, created: payment.created });
    return payment;
  }

  readPayment(partner, id) {
    const payment = this.#payments.get(id);
    if (payment?.owner !== partner.key) throw new Refusal('payment-unknown');
    return payment;
  }

  payments(partner) { return [...this.#payments.values()].filter(({ owner }) => owner === partner.key); }

  refund(partner, id, { montant: { valeur, devise }, motif }) {
    const payment = this.readPayment(partner, id);
    const card = this.#cards.get(payment.card);
    if (payment.refunded === payment.amount) throw new Refusal('state-forbids');
    checkCurrency(card, devise);
    checkRoom(card, valeur);
    if (valeur > payment.amount - payment.refunded) throw new Refusal('refund-exceeds');
    const refund = { id: newId(), payment: payment.id, amount: valeur, currency: devise, label: motif, ...this.#stamp() };
    payment.refunds.set(refund.id, refund);
    payment.refunded += valeur;
    this.#post(card, 'REMBOURSEMENT', valeur,
      { owner: partner.key, operation: refund.id, reference: payment.reference, created: refund.created });
    return refund;
  }

  readRefund(partner, paymentId, id) {
    const refund = this.readPayment(partner, paymentId).refunds.get(id);
    if (!refund) throw new Refusal('refund-unknown');
    return refund;
  }
}
