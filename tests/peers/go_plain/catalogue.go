// The catalogue of internal codes: HTTP status, envelope and texts in both languages.

package main

// text is a message in the two languages of the contract; French is the default.
type text struct{ fr, en string }

func (t text) in(lang string) string {
	if lang == "en" {
		return t.en
	}
	return t.fr
}

// The cases an error envelope is made for.
const (
	functional = iota
	authentication
	system
)

// entry of the catalogue. A code always goes with one status.
type codeEntry struct {
	status   int
	envelope int
	message  text
	debug    text
}

const documentationPage = "https://docs.cynod.example/fr/codes.html#"

// Success codes, with their messages.
var successMessages = map[string]text{
	"0000": {"Opération effectuée", "Operation completed"},
	"0001": {"Ressource créée", "Resource created"},
}

// Error codes. The debug texts are for integrators and never repeat anything the caller sent.
var errorCodes = map[string]codeEntry{
	"1000": {400, functional, text{"Requête invalide", "Invalid request"},
		text{"La requête n'a pas pu être interprétée.", "The request could not be understood."}},
	"1001": {400, functional, text{"Champ obligatoire absent", "Required field missing"},
		text{"Un membre ou un paramètre obligatoire est absent ; voir les champs en cause.", "A required member or parameter is missing; see the fields at fault."}},
	"1002": {400, functional, text{"Valeur invalide", "Invalid value"},
		text{"Un membre ou un paramètre est invalide ; voir les champs en cause.", "A member or parameter is invalid; see the fields at fault."}},
	"1003": {400, functional, text{"Corps JSON malformé", "Malformed JSON body"},
		text{"Le corps est vide ou n'est pas du JSON en UTF-8.", "The body is empty or is not JSON in UTF-8."}},
	"1004": {400, functional, text{"Clé d'idempotence absente ou malformée", "Idempotency key missing or malformed"},
		text{"Idempotency-Key doit compter de 8 à 128 lettres, chiffres, points, tirets, soulignés ou deux-points.", "Idempotency-Key must have 8 to 128 letters, digits, dots, dashes, underscores or colons."}},
	"1005": {400, functional, text{"Curseur invalide", "Invalid cursor"},
		text{"Le curseur n'a pas été donné par cette liste, avec ces filtres, à ce partenaire.", "The cursor was not given by this list, with these filters, to this partner."}},
	"1010": {404, functional, text{"Chemin inconnu", "Unknown path"},
		text{"Aucune opération n'a ce chemin ; une barre oblique finale fait un autre chemin.", "No operation has this path; a trailing slash makes another path."}},
	"1011": {405, functional, text{"Méthode non admise", "Method not allowed"},
		text{"Ce chemin n'admet pas cette méthode ; voir l'en-tête Allow.", "This path does not allow this method; see the Allow header."}},
	"1012": {406, functional, text{"Format de réponse non disponible", "Response format not available"},
		text{"Accept exclut le JSON, seul format des réponses.", "Accept excludes JSON, the only format of answers."}},
	"1013": {413, functional, text{"Corps de requête trop grand", "Request body too large"},
		text{"Le corps dépasse 1048576 octets.", "The body exceeds 1048576 bytes."}},
	"1014": {415, functional, text{"Type de contenu non supporté", "Unsupported media type"},
		text{"Le corps doit être annoncé comme du JSON, sans codage de contenu.", "The body must be announced as JSON, without content coding."}},
	"1015": {429, functional, text{"Trop de requêtes", "Too many requests"},
		text{"La limite de la minute est atteinte ; voir l'en-tête Retry-After.", "The limit of the minute is reached; see the Retry-After header."}},

	"2000": {401, authentication, text{"Identification requise", "Authentication required"},
		text{"L'en-tête Authorization est absent.", "The Authorization header is missing."}},
	"2001": {401, authentication, text{"Jeton invalide", "Invalid token"},
		text{"Le jeton présenté n'a pas été émis ici, ou est vide.", "The token was not issued here, or is empty."}},
	"2002": {401, authentication, text{"Jeton expiré", "Expired token"},
		text{"Le jeton présenté a expiré ; demandez-en un nouveau.", "The token has expired; ask for a new one."}},
	"2003": {401, authentication, text{"Jeton révoqué", "Revoked token"},
		text{"Le jeton présenté a été révoqué ; demandez-en un nouveau.", "The token has been revoked; ask for a new one."}},
	"2004": {401, authentication, text{"Identifiants invalides", "Invalid credentials"},
		text{"Le couple présenté en HTTP Basic est faux ou mal formé.", "The pair presented with HTTP Basic is wrong or malformed."}},
	"2005": {401, authentication, text{"HTTP Basic non activé", "HTTP Basic not enabled"},
		text{"Le couple est juste, mais HTTP Basic n'est pas ouvert à ce partenaire.", "The pair is right, but HTTP Basic is not open to this partner."}},
	"2006": {401, authentication, text{"Schéma d'authentification non supporté", "Unsupported authentication scheme"},
		text{"Le schéma d'Authorization n'est ni Bearer ni Basic.", "The Authorization scheme is neither Bearer nor Basic."}},
	"2100": {403, authentication, text{"Droit insuffisant", "Insufficient scope"},
		text{"L'appelant n'a pas le droit que demande cette opération.", "The caller lacks the scope that this operation requires."}},
	"2101": {403, authentication, text{"Adresse non autorisée", "Address not allowed"},
		text{"L'adresse de l'appelant n'est pas de celles du partenaire.", "The caller's address is not one of the partner's."}},
	"2102": {403, authentication, text{"Partenaire suspendu", "Partner suspended"},
		text{"Ce partenaire est suspendu.", "This partner is suspended."}},

	"3000": {404, functional, text{"Carte inconnue", "Unknown card"},
		text{"Aucune carte ouverte à ce partenaire ne répond à cette demande.", "No card open to this partner answers this request."}},
	"3001": {409, functional, text{"Carte bloquée", "Card blocked"},
		text{"La carte est bloquée : ni recharge ni paiement.", "The card is blocked: neither top-up nor payment."}},
	"3002": {409, functional, text{"Carte expirée", "Card expired"},
		text{"Le dernier jour de validité de la carte est passé.", "The card's last day of validity has passed."}},
	"3003": {409, functional, text{"Solde insuffisant", "Insufficient balance"},
		text{"Le solde de la carte est inférieur au montant.", "The card's balance is below the amount."}},
	"3004": {422, functional, text{"Montant hors limites", "Amount outside the limits"},
		text{"Le montant sort des limites du partenaire, ou le solde de celles de la carte.", "The amount is outside the partner's limits, or the balance outside the card's."}},
	"3005": {422, functional, text{"Devise différente de celle de la carte", "Currency differs from the card's"},
		text{"La devise du montant n'est pas celle de la carte.", "The amount's currency is not the card's."}},
	"3006": {404, functional, text{"Recharge inconnue", "Unknown top-up"},
		text{"Aucune recharge de ce partenaire n'a cet identifiant.", "No top-up of this partner has this identifier."}},
	"3007": {404, functional, text{"Paiement inconnu", "Unknown payment"},
		text{"Aucun paiement de ce partenaire n'a cet identifiant.", "No payment of this partner has this identifier."}},
	"3008": {409, functional, text{"Opération incompatible avec l'état actuel", "Not allowed in the current state"},
		text{"L'opération est dans un état final.", "The operation is in a final state."}},
	"3009": {409, functional, text{"Remboursement supérieur au reste", "Refund exceeds what is left"},
		text{"Le montant dépasse ce qui reste à rembourser.", "The amount exceeds what is left to refund."}},
	"3010": {422, functional, text{"Clé d'idempotence déjà utilisée", "Idempotency key already used"},
		text{"Cette clé a déjà servi à une autre requête.", "This key has already served another request."}},
	"3011": {409, functional, text{"Opération en cours", "Operation in progress"},
		text{"Le premier envoi de cette clé n'est pas terminé.", "The first call with this key is not finished."}},
	"3012": {404, functional, text{"Remboursement inconnu", "Unknown refund"},
		text{"Ce paiement n'a pas de remboursement de cet identifiant.", "This payment has no refund with this identifier."}},

	"9999": {500, system, text{"Erreur interne", "Internal error"},
		text{"Erreur inattendue ; citez X-Request-Id au support.", "Unexpected error; quote X-Request-Id to support."}},
}
