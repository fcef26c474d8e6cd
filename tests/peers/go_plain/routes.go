// The operations of the contract and their paths. Matching is done by hand: nothing is cleaned, nothing redirects.

package main

import (
	"net/http"
	"net/url"
	"strings"
)

// operation is one method of one path.
type operation struct {
	id, method string
	path       string // segments in braces are parameters
	scope      string // empty: any identified caller
	public     bool
	oauth      func(*server, *exchange) // set: the answer is OAuth's, outside the envelopes
	query      []parameter
	body       rule // set: a JSON body is required
	keyed      bool // Idempotency-Key is required
	list       bool // has pages
	run        func(*server, *exchange) (*outcome, *refusal)
}

var operations = []*operation{
	{id: "obtenirJeton", method: "POST", path: "/oauth2/token", oauth: (*server).giveToken},
	{id: "revoquerJeton", method: "POST", path: "/oauth2/revoke", oauth: (*server).revokeToken},

	{id: "lireSoldeCarte", method: "GET", path: "/get-solde-carte", scope: "solde:lire",
		query: []parameter{cardNumberParameter}, run: (*server).readBalance},
	{id: "creerRecharge", method: "POST", path: "/recharges", scope: "recharge:ecrire",
		body: operationBody, keyed: true, run: (*server).topUp},
	{id: "listerRecharges", method: "GET", path: "/recharges", scope: "recharge:lire", list: true,
		query: []parameter{referenceParameter, fromParameter, untilParameter, cursorParameter, limitParameter},
		run:   (*server).listTopUps},
	{id: "lireRecharge", method: "GET", path: "/recharges/{rechargeId}", scope: "recharge:lire",
		run: (*server).readTopUp},
	{id: "annulerRecharge", method: "POST", path: "/recharges/{rechargeId}/annulation", scope: "recharge:ecrire",
		run: (*server).cancelTopUp},
	{id: "creerPaiement", method: "POST", path: "/paiements", scope: "paiement:ecrire",
		body: operationBody, keyed: true, run: (*server).pay},
	{id: "listerPaiements", method: "GET", path: "/paiements", scope: "paiement:lire", list: true,
		query: []parameter{referenceParameter, fromParameter, untilParameter, cursorParameter, limitParameter},
		run:   (*server).listPayments},
	{id: "lirePaiement", method: "GET", path: "/paiements/{paiementId}", scope: "paiement:lire",
		run: (*server).readPayment},
	{id: "creerRemboursement", method: "POST", path: "/paiements/{paiementId}/remboursements",
		scope: "paiement:ecrire", body: refundBody, keyed: true, run: (*server).refund},
	{id: "lireRemboursement", method: "GET", path: "/paiements/{paiementId}/remboursements/{remboursementId}",
		scope: "paiement:lire", run: (*server).readRefund},
	{id: "listerTransactions", method: "GET", path: "/transactions", scope: "transaction:lire", list: true,
		query: []parameter{cardIDParameter, fromParameter, untilParameter, cursorParameter, limitParameter},
		run:   (*server).listEntries},
	{id: "lirePartenaire", method: "GET", path: "/partenaires/moi", run: (*server).readPartner},

	{id: "emettreCarte", method: "POST", path: "/cartes", scope: "core:carte:ecrire",
		body: cardBody, keyed: true, run: (*server).issueCard},
	{id: "listerCartes", method: "GET", path: "/cartes", scope: "core:carte:lire", list: true,
		query: []parameter{cursorParameter, limitParameter}, run: (*server).listCards},
	{id: "lireCarte", method: "GET", path: "/cartes/{carteId}", scope: "core:carte:lire",
		run: (*server).readCard},
	{id: "changerStatutCarte", method: "PUT", path: "/cartes/{carteId}/statut", scope: "core:carte:ecrire",
		body: stateBody, run: (*server).changeCardState},

	{id: "lireSante", method: "GET", path: "/sante", public: true, run: (*server).readHealth},
}

// route is a path with the operations it has.
type route struct {
	segments   []string
	operations map[string]*operation
	allow      string
}

func newRoutes() []*route {
	var routes []*route
	byPath := map[string]*route{}
	for _, op := range operations {
		r := byPath[op.path]
		if r == nil {
			r = &route{segments: strings.Split(op.path, "/")[1:], operations: map[string]*operation{}}
			byPath[op.path] = r
			routes = append(routes, r)
		}
		r.operations[op.method] = op
		if op.method == http.MethodGet {
			r.operations[http.MethodHead] = op
		}
	}
	for _, r := range routes {
		var allowed []string
		for _, m := range []string{"GET", "HEAD", "POST", "PUT"} {
			if r.operations[m] != nil {
				allowed = append(allowed, m)
			}
		}
		r.allow = strings.Join(append(allowed, "OPTIONS"), ", ")
	}
	return routes
}

// match gives the route of a path and the values of its parameters. Segments are split before they are decoded, so
// that an escaped slash stays inside its segment.
func match(routes []*route, u *url.URL) (*route, []string) {
	escaped := u.EscapedPath()
	if !strings.HasPrefix(escaped, "/") {
		return nil, nil
	}
	segments := strings.Split(escaped[1:], "/")
	for i, s := range segments {
		decoded, err := url.PathUnescape(s)
		if err != nil {
			return nil, nil
		}
		segments[i] = decoded
	}
	for _, r := range routes {
		if params, ok := r.fits(segments); ok {
			return r, params
		}
	}
	return nil, nil
}

func (r *route) fits(segments []string) (params []string, ok bool) {
	if len(segments) != len(r.segments) {
		return nil, false
	}
	for i, pattern := range r.segments {
		switch {
		case strings.HasPrefix(pattern, "{") && segments[i] != "":
			params = append(params, segments[i])
		case pattern != segments[i]:
			return nil, false
		}
	}
	return params, true
}
