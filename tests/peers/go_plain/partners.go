// Partners: who may call, with which rights, from where and how often.

package main

import (
	"crypto/sha256"
	"crypto/subtle"
)

// The scopes of the contract, in its order.
var allScopes = []string{
	"solde:lire", "recharge:ecrire", "recharge:lire", "paiement:ecrire", "paiement:lire", "transaction:lire",
	"core:carte:ecrire", "core:carte:lire",
}

var (
	partnerScopes = allScopes[:6]
	coreScopes    = allScopes[6:]
)

type bounds struct {
	Minimum int64 `json:"minimum"`
	Maximum int64 `json:"maximum"`
}

type partner struct {
	key, name string
	secret    [sha256.Size]byte // of the consumer-secret
	scopes    []string
	basic     bool // may use HTTP Basic
	suspended bool
	addresses []string // none: any address
	topUp     bounds
	payment   bounds
	perMinute int
}

func (p *partner) holds(scope string) bool { return contains(p.scopes, scope) }

func (p *partner) admits(address string) bool {
	return len(p.addresses) == 0 || contains(p.addresses, address)
}

func contains(list []string, wanted string) bool {
	for _, s := range list {
		if s == wanted {
			return true
		}
	}
	return false
}

// credential is what the configuration file says of a partner.
type credential struct{ role, key, secret string }

type registry struct {
	partners    map[string]*partner
	credentials []credential
}

const (
	usualQuota     = 6000
	throttledQuota = 120
)

// newRegistry makes the partners that the configuration file names, with secrets drawn afresh.
func newRegistry() *registry {
	reg := &registry{partners: map[string]*partner{}}
	add := func(role, key, name string, scopes []string, change func(*partner)) {
		secret := newSecret()
		p := &partner{
			key: key, name: name, secret: sha256.Sum256([]byte(secret)), scopes: scopes,
			topUp: bounds{100, 2_000_000}, payment: bounds{100, 1_000_000}, perMinute: usualQuota,
		}
		if change != nil {
			change(p)
		}
		reg.partners[key] = p
		reg.credentials = append(reg.credentials, credential{role, key, secret})
	}
	add("primary", "boutique-teranga", "Boutique Teranga", partnerScopes, nil)
	add("other", "marche-sandaga", "Marché Sandaga", partnerScopes, nil)
	add("limited", "kiosque-solde", "Kiosque Solde", partnerScopes[:1], nil)
	add("basic", "guichet-ancien", "Guichet Ancien", partnerScopes, func(p *partner) { p.basic = true })
	// Basic is open to the next two so that they can be told apart from partners without it.
	add("suspended", "partenaire-suspendu", "Partenaire suspendu", partnerScopes, func(p *partner) {
		p.basic, p.suspended = true, true
	})
	add("elsewhere", "partenaire-lointain", "Partenaire lointain", partnerScopes, func(p *partner) {
		p.basic, p.addresses = true, []string{"203.0.113.7"}
	})
	add("throttled", "partenaire-freine", "Partenaire freiné", partnerScopes, func(p *partner) {
		p.perMinute = throttledQuota
	})
	add("core", "operateur-cartes", "Opérateur, émission des cartes", coreScopes, nil)
	return reg
}

var nobody = &partner{secret: sha256.Sum256([]byte("nobody has this secret"))}

// verify gives the partner of a right pair. An unknown key takes as long as a wrong secret.
func (reg *registry) verify(key, secret string) (*partner, bool) {
	p, known := reg.partners[key]
	if !known {
		p = nobody
	}
	sum := sha256.Sum256([]byte(secret))
	same := subtle.ConstantTimeCompare(sum[:], p.secret[:]) == 1
	return p, same && known
}
