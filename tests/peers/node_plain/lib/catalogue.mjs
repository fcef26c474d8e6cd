// The catalogue of internal codes: status, envelope, texts in both languages; and the refusal that carries one of them.

export const DOCUMENTATION = 'https://docs.cynod.example/fr/codes.html#';

const row = (code, status, kind, fr, en, debugFr = fr, debugEn = en) =>
  ({ code, status, kind, message: { fr, en }, debug: { fr: debugFr, en: debugEn } });

export const CODES = {
  'success': row('0000', 200, 'success', 'Opération effectuée', 'Operation completed'),
  'created': row('0001', 201, 'success', 'Ressource créée', 'Resource created'),
  // The request itself
  'request-invalid': row('1000', 400, 'functional', 'Requête invalide', 'Invalid request',
    "La requête n'a pas pu être interprétée.", 'The request could not be understood.'),
  'required-absent': row('1001', 400, 'functional', 'Champ obligatoire absent', 'Required field missing',
    'Un champ requis est absent ; voir moreInfo.', 'A required field is missing; see moreInfo.'),
  'value-invalid': row('1002', 400, 'functional', 'Valeur invalide', 'Invalid value',
    'Un champ ne suit pas le contrat ; voir moreInfo.', 'A field does not follow the contract; see moreInfo.'),
  'json-malformed': row('1003', 400, 'functional', 'Corps JSON malformé', 'Malformed JSON body',
    "Le corps n'est pas du JSON en UTF-8.", 'The body is not JSON in UTF-8.'),
  'idempotency-key-invalid': row('1004', 400, 'functional', "Clé d'idempotence absente ou malformée",
    'Idempotency key missing or malformed', 'Idempotency-Key compte 8 à 128 caractères de [A-Za-z0-9._:-].',
    'Idempotency-Key has 8 to 128 characters of [A-Za-z0-9._:-].'),
  'cursor-invalid': row('1005', 400, 'functional', 'Curseur invalide', 'Invalid cursor',
    "Le curseur n'est pas de ceux que donnent les pages de cette liste.", 'The cursor was not given by a page of this list.'),
  'unknown-path': row('1010', 404, 'functional', 'Chemin inconnu', 'Unknown path',
    "Aucune opération n'a ce chemin ; vérifiez la barre oblique finale.", 'No operation has this path; check the trailing slash.'),
  'method-not-allowed': row('1011', 405, 'functional', 'Méthode non admise', 'Method not allowed',
    "Cette méthode n'est pas admise ici ; voir l'en-tête Allow.", 'This method is not allowed here; see the Allow header.'),
  'not-acceptable': row('1012', 406, 'functional', 'Format de réponse non disponible', 'Response format not available',
    'Accept ne laisse place à aucun type de réponse.', 'Accept leaves room for no response type.'),
  'body-too-large': row('1013', 413, 'functional', 'Corps de requête trop grand', 'Request body too large',
    'Le corps dépasse la plus grande taille admise.', 'The body exceeds the largest admitted size.'),
  'media-type-unsupported': row('1014', 415, 'functional', 'Type de contenu non supporté', 'Unsupported media type',
    "Content-Type est absent ou n'annonce pas du JSON.", 'Content-Type is missing or does not announce JSON.'),
  'too-many-requests': row('1015', 429, 'functional', 'Trop de requêtes', 'Too many requests',
    "Trop d'appels en une minute ; voir l'en-tête Retry-After.", 'Too many calls in a minute; see the Retry-After header.'),
  // Identity and rights
  'credentials-missing': row('2000', 401, 'authentication', 'Identification requise', 'Authentication required',
    "L'en-tête Authorization est absent.", 'The Authorization header is missing.'),
  'token-invalid': row('2001', 401, 'authentication', 'Jeton invalide', 'Invalid token',
    "Le jeton présenté n'a pas été émis ici.", 'The token presented was not issued here.'),
  'token-expired': row('2002', 401, 'authentication', 'Jeton expiré', 'Expired token',
    'Le jeton présenté a expiré ; demandez-en un nouveau.', 'The token presented has expired; ask for a new one.'),
  'token-revoked': row('2003', 401, 'authentication', 'Jeton révoqué', 'Revoked token',
    'Le jeton présenté a été révoqué.', 'The token presented has been revoked.'),
  'basic-pair-wrong': row('2004', 401, 'authentication', 'Identifiants invalides', 'Invalid credentials',
    'Le couple consumer-key et consumer-secret est faux.', 'The consumer-key and consumer-secret pair is wrong.'),
  'basic-not-enabled': row('2005', 401, 'authentication', 'HTTP Basic non activé', 'HTTP Basic not enabled',
    "HTTP Basic n'est pas ouvert à ce partenaire.", 'HTTP Basic is not open to this partner.'),
  'scheme-unsupported': row('2006', 401, 'authentication', "Schéma d'authentification non supporté",
    'Unsupported authentication scheme', 'Authorization attend Bearer ou Basic.', 'Authorization takes Bearer or Basic.'),
  'insufficient-scope': row('2100', 403, 'authentication', 'Droit insuffisant', 'Insufficient scope',
    "L'appelant n'a pas le droit que demande cette opération.", 'The caller lacks the scope this operation requires.'),
  'address-refused': row('2101', 403, 'authentication', 'Adresse non autorisée', 'Address not allowed',
    "L'adresse de l'appelant n'est pas de celles du partenaire.", "The caller's address is not one of the partner's."),
  'partner-suspended': row('2102', 403, 'authentication', 'Partenaire suspendu', 'Partner suspended',
    'Ce partenaire est suspendu.', 'This partner is suspended.'),
  // Business rules
  'card-unknown': row('3000', 404, 'functional', 'Carte inconnue', 'Unknown card',
    'Aucune carte ouverte à ce partenaire ne répond à cette demande.', 'No card open to this partner matches this request.'),
  'card-blocked': row('3001', 409, 'functional', 'Carte bloquée', 'Card blocked',
    'La carte est bloquée : ni recharge ni paiement.', 'The card is blocked: no top-up, no payment.'),
  'card-expired': row('3002', 409, 'functional', 'Carte expirée', 'Card expired',
    'Le dernier jour de validité de la carte est passé.', "The card's last day of validity is past."),
  'balance-insufficient': row('3003', 409, 'functional', 'Solde insuffisant', 'Insufficient balance',
    'Le solde de la carte est inférieur au montant.', "The card's balance is below the amount."),
  'amount-out-of-limits': row('3004', 422, 'functional', 'Montant hors limites', 'Amount outside the limits',
    'Le montant sort des limites du partenaire ou de celles du solde.', "The amount is outside the partner's or the balance's limits."),
  'currency-mismatch': row('3005', 422, 'functional', 'Devise différente de celle de la carte', "Currency differs from the card's",
    "La devise du montant n'est pas celle de la carte.", "The amount's currency is not the card's."),
  'top-up-unknown': row('3006', 404, 'functional', 'Recharge inconnue', 'Unknown top-up',
    "Aucune recharge de ce partenaire n'a cet identifiant.", 'No top-up of this partner has this identifier.'),
  'payment-unknown': row('3007', 404, 'functional', 'Paiement inconnu', 'Unknown payment',
    "Aucun paiement de ce partenaire n'a cet identifiant.", 'No payment of this partner has this identifier.'),
  'state-forbids': row('3008', 409, 'functional', "Opération incompatible avec l'état actuel", 'Not allowed in the current state',
    'Cet état est final.', 'This state is final.'),
  'refund-exceeds': row('3009', 409, 'functional', 'Remboursement supérieur au reste', 'Refund exceeds what is left',
    'Le montant dépasse ce qui reste à rembourser.', 'The amount exceeds what is left to refund.'),
  'key-reused': row('3010', 422, 'functional', "Clé d'idempotence déjà utilisée", 'Idempotency key already used',
    'Cette clé a déjà servi à une autre requête.', 'This key has already served another request.'),
  'refund-unknown': row('3012', 404, 'functional', 'Remboursement inconnu', 'Unknown refund',
    "Ce paiement n'a pas de remboursement de cet identifiant.", 'This payment has no refund with this identifier.'),
  // The server
  'internal': row('9999', 500, 'system', 'Erreur interne', 'Internal error',
    'Erreur inattendue ; citez X-Request-Id au support.', 'Unexpected error; quote X-Request-Id to the support.'),
};

/** An answer of the catalogue other than a success. `fields`: [{field, place, why: {fr, en}}]. */
export class Refusal extends Error {
  constructor(name, { fields = [], headers = {} } = {}) {
    super(name);
    this.name = 'Refusal';
    this.entry = CODES[name] ?? CODES.internal;
    this.fields = fields;
    this.headers = headers;
  }
}

/** An answer of /oauth2 outside the envelope (RFC 6749 §5.2). */
export class OAuthError extends Error {
  constructor(error, { status = 400, headers = {}, description } = {}) {
    super(error);
    this.name = 'OAuthError';
    Object.assign(this, { error, status, headers, description });
  }
}
