// The request schemas of the contract, as data for the checker in validate.mjs.
import { isDay, parseInstant } from './time.mjs';

const MAXIMUM = Number.MAX_SAFE_INTEGER;

const text = (rules) => ({ kind: 'string', minLength: 1, ...rules });
const record = (required, properties) => ({ kind: 'object', required, properties });

const identifier = text({ maxLength: 64 });
const consumerKey = text({ maxLength: 64, pattern: /^[A-Za-z0-9._~-]+$/ });
const currency = text({ pattern: /^[A-Z]{3}$/ });
const freeText = text({ maxLength: 140, pattern: /^[^\x00-\x1F\x7F-\x9F]+$/u, check: (value) => value.isWellFormed() });
const day = text({ check: isDay });
const instant = text({ check: (value) => parseInstant(value) !== null });
const reference = text({ maxLength: 64, pattern: /^[A-Za-z0-9._:/-]{1,64}$/ });
const amount = record(['valeur', 'devise'], { valeur: { kind: 'integer', minimum: 1, maximum: MAXIMUM }, devise: currency });

const order = record(['carteId', 'reference', 'montant'], {
  carteId: identifier, reference, montant: amount, libelle: freeText,
});

export const BODIES = {
  topUp: order,
  payment: order,
  refund: record(['montant'], { montant: amount, motif: freeText }),
  card: record(['titulaire', 'devise', 'soldeInitial', 'dateExpiration'], {
    titulaire: freeText,
    devise: currency,
    soldeInitial: { kind: 'integer', minimum: 0, maximum: MAXIMUM },
    dateExpiration: day,
    partenaires: { kind: 'array', maxItems: 50, items: consumerKey },
  }),
  cardState: record(['statut'], { statut: { kind: 'enum', values: ['ACTIVE', 'BLOQUEE'] } }),
};

// Query parameters by name. `limite` is the only one that is not text.
const period = { du: { schema: instant }, au: { schema: instant } };
const paging = { curseur: { schema: { kind: 'string' } }, limite: { schema: { kind: 'integer', minimum: 1, maximum: 100 } } };

export const QUERIES = {
  balance: { numeroCarte: { required: true, schema: text({ pattern: /^[0-9]{10,19}$/ }) } },
  operations: { reference: { schema: reference }, ...period, ...paging },
  entries: { carteId: { required: true, schema: { kind: 'string' } }, ...period, ...paging },
  cards: paging,
};

export const DEFAULT_LIMIT = 20;
export const IDEMPOTENCY_KEY = /^[A-Za-z0-9._:-]{8,128}$/;
