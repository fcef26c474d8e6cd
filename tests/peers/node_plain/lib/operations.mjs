// The operations of the contract: path, method, scope, what the request holds, and what it does to the ledger.
// `run` receives {partner, scopes, params, query, body, ledger} and answers {data, location?}.
import { openCursor, sealCursor } from './cursor.mjs';
import { BODIES, DEFAULT_LIMIT, QUERIES } from './schemas.mjs';
import { parseInstant, toNanoseconds } from './time.mjs';
import * as oauth from './oauth.mjs';
import * as views from './views.mjs';

/** One page, newest first. The cursor is the place of the last element shown; later arrivals come before it. */
function page(name, { partner, query, list, items, view }) {
  const from = query.du === undefined ? null : parseInstant(query.du);
  const until = query.au === undefined ? null : parseInstant(query.au);
  const binding = [partner.key, list, query.reference ?? null, query.carteId ?? null, String(from), String(until)];
  const before = query.curseur === undefined ? Infinity : openCursor(query.curseur, binding);
  const limit = query.limite ?? DEFAULT_LIMIT;

  const shown = [];
  const elements = items();
  for (let index = elements.length - 1; index >= 0 && shown.length <= limit; index -= 1) {
    const element = elements[index];
    if (element.sequence >= before) continue;
    if (query.reference !== undefined && element.reference !== query.reference) continue;
    const time = from === null && until === null ? null : toNanoseconds(element.created);
    if ((from !== null && time < from) || (until !== null && time >= until)) continue;
    shown.push(element);
  }
  const more = shown.length > limit;
  const kept = shown.slice(0, limit);
  return { data: { [name]: kept.map(view), curseurSuivant: more ? sealCursor(kept.at(-1).sequence, binding) : null } };
}

const envelope = (id, method, path, scope, rest) => ({ id, method, path: path.split('/').slice(1), scope, ...rest });
const bare = (id, path, run) => ({ id, method: 'POST', path: path.split('/').slice(1), oauth: true, run });

export const OPERATIONS = [
  bare('obtenirJeton', '/oauth2/token', oauth.token),
  bare('revoquerJeton', '/oauth2/revoke', oauth.revoke),

  envelope('lireSoldeCarte', 'GET', '/get-solde-carte', 'solde:lire', {
    query: QUERIES.balance,
    run: ({ ledger, partner, query }) => ({ data: views.balance(ledger.cardByNumber(partner, query.numeroCarte)) }),
  }),

  envelope('creerRecharge', 'POST', '/recharges', 'recharge:ecrire', {
    body: BODIES.topUp,
    keyed: true,
    run: ({ ledger, partner, body }) => {
      const made = ledger.topUp(partner, body);
      return { data: views.topUp(made), location: `/recharges/${made.id}` };
    },
  }),
  envelope('listerRecharges', 'GET', '/recharges', 'recharge:lire', {
    query: QUERIES.operations,
    run: ({ ledger, partner, query }) =>
      page('recharges', { partner, query, list: 'recharges', items: () => ledger.topUps(partner), view: views.topUp }),
  }),
  envelope('lireRecharge', 'GET', '/recharges/{rechargeId}', 'recharge:lire', {
    run: ({ ledger, partner, params }) => ({ data: views.topUp(ledger.readTopUp(partner, params.rechargeId)) }),
  }),
  envelope('annulerRecharge', 'POST', '/recharges/{rechargeId}/annulation', 'recharge:ecrire', {
    run: ({ ledger, partner, params }) => ({ data: views.topUp(ledger.cancelTopUp(partner, params.rechargeId)) }),
  }),

  envelope('creerPaiement', 'POST', '/paiements', 'paiement:ecrire', {
    body: BODIES.payment,
    keyed: true,
    run: ({ ledger, partner, body }) => {
      const made = ledger.pay(partner, body);
      return { data: views.payment(made), location: `/paiements/${made.id}` };
    },
  }),
  envelope('listerPaiements', 'GET', '/paiements', 'paiement:lire', {
    query: QUERIES.operations,
    run: ({ ledger, partner, query }) =>
      page('paiements', { partner, query, list: 'paiements', items: () => ledger.payments(partner), view: views.payment }),
  }),
  envelope('lirePaiement', 'GET', '/paiements/{paiementId}', 'paiement:lire', {
    run: ({ ledger, partner, params }) => ({ data: views.payment(ledger.readPayment(partner, params.paiementId)) }),
  }),
  envelope('creerRemboursement', 'POST', '/paiements/{paiementId}/remboursements', 'paiement:ecrire', {
    body: BODIES.refund,
    keyed: true,
    run: ({ ledger, partner, params, body }) => {
      const made = ledger.refund(partner, params.paiementId, body);
      return { data: views.refund(made), location: `/paiements/${made.payment}/remboursements/${made.id}` };
    },
  }),
  envelope('lireRemboursement', 'GET', '/paiements/{paiementId}/remboursements/{remboursementId}', 'paiement:lire', {
    run: ({ ledger, partner, params }) =>
      ({ data: views.refund(ledger.readRefund(partner, params.paiementId, params.remboursementId)) }),
  }),

  envelope('listerTransactions', 'GET', '/transactions', 'transaction:lire', {
    query: QUERIES.entries,
    run: ({ ledger, partner, query }) => page('transactions', {
      partner, query, list: 'transactions', items: () => ledger.card(partner, query.carteId).entries,
      view: views.entryFor(partner),
    }),
  }),
  envelope('lirePartenaire', 'GET', '/partenaires/moi', null, {
    run: ({ partner, scopes }) => ({ data: views.partner(partner, scopes) }),
  }),

  envelope('emettreCarte', 'POST', '/cartes', 'core:carte:ecrire', {
    body: BODIES.card,
    keyed: true,
    run: ({ ledger, partner, body }) => {
      const made = ledger.issueCard(partner, body);
      return { data: views.issuedCard(made), location: `/cartes/${made.id}` };
    },
  }),
  envelope('listerCartes', 'GET', '/cartes', 'core:carte:lire', {
    query: QUERIES.cards,
    run: ({ ledger, partner, query }) =>
      page('cartes', { partner, query, list: 'cartes', items: () => ledger.cards(partner), view: views.card }),
  }),
  envelope('lireCarte', 'GET', '/cartes/{carteId}', 'core:carte:lire', {
    run: ({ ledger, partner, params }) => ({ data: views.card(ledger.card(partner, params.carteId)) }),
  }),
  envelope('changerStatutCarte', 'PUT', '/cartes/{carteId}/statut', 'core:carte:ecrire', {
    body: BODIES.cardState,
    run: ({ ledger, partner, params, body }) =>
      ({ data: views.card(ledger.setCardState(partner, params.carteId, body.statut)) }),
  }),

  envelope('lireSante', 'GET', '/sante', null, { public: true, run: () => ({ data: views.health() }) }),
];
