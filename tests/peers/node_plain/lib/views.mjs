// How the ledger's objects show in answers.
import { paymentState, stateOf } from './ledger.mjs';
import { isoInstant, now } from './time.mjs';

const money = (valeur, devise) => ({ valeur, devise });
const mask = (number) => '*'.repeat(number.length - 4) + number.slice(-4);

export const balance = (card) => ({
  carteId: card.id, numeroCarte: mask(card.number), solde: money(card.balance, card.currency), statut: stateOf(card),
  dateSolde: isoInstant(now()),
});

export const card = (each) => ({
  carteId: each.id, numeroCarte: mask(each.number), titulaire: each.holder, devise: each.currency,
  solde: money(each.balance, each.currency), statut: stateOf(each), dateExpiration: each.expiry,
  partenaires: each.partners, dateCreation: isoInstant(each.created),
});

export const issuedCard = (each) => ({ ...card(each), numeroCarte: each.number });

export const topUp = (each) => ({
  rechargeId: each.id, carteId: each.card, reference: each.reference, montant: money(each.amount, each.currency),
  libelle: each.label, statut: each.cancelled ? 'ANNULEE' : 'EFFECTUEE', dateCreation: isoInstant(each.created),
});

export const payment = (each) => ({
  paiementId: each.id, carteId: each.card, reference: each.reference, montant: money(each.amount, each.currency),
  montantRembourse: money(each.refunded, each.currency), libelle: each.label, statut: paymentState(each),
  dateCreation: isoInstant(each.created),
});

export const refund = (each) => ({
  remboursementId: each.id, paiementId: each.payment, montant: money(each.amount, each.currency), motif: each.label,
  dateCreation: isoInstant(each.created),
});

/** An entry: in full for the partner that made it, else its type, amount and date alone. */
export const entryFor = (partner) => (each) => {
  const shared = { type: each.type, montant: money(each.amount, each.currency), date: isoInstant(each.created) };
  if (each.owner !== partner.key) return shared;
  return { ...shared, transactionId: each.id, carteId: each.card, operationId: each.operation, reference: each.reference };
};

export const partner = ({ key, name, basic, limits, quota }, scopes) => ({
  cle: key, nom: name, droits: scopes, basic, limites: { recharge: limits.topUp, paiement: limits.payment },
  quota: { requetesParMinute: quota },
});

export const health = () => ({ statut: 'OK', versionContrat: '1.0.0', date: isoInstant(now()) });
