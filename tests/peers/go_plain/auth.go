// Identification of the caller: Bearer tokens and HTTP Basic, then suspension and scopes.

package main

import (
	"encoding/base64"
	"net/http"
	"strings"
)

const (
	bearerChallenge = `Bearer realm="cynod"`
	basicChallenge  = `Basic realm="cynod", charset="UTF-8"`

	basicDeprecatedAt = "@1767225600" // 2026-01-01T00:00:00Z
	basicDeprecation  = `<https://docs.cynod.example/fr/securite.html#basic>; rel="deprecation"; type="text/html"`
)

// caller is an identified partner, with the rights of this very request.
type caller struct {
	*partner
	granted []string
}

func (c *caller) may(scope string) bool { return contains(c.granted, scope) }

// authorization splits the header. Several lines count as one list (RFC 9110 §5.3), which no scheme admits.
func authorization(h http.Header) (scheme, value string) {
	line := strings.Trim(strings.Join(h.Values("Authorization"), ", "), " \t")
	scheme, value, _ = strings.Cut(line, " ")
	return strings.ToLower(scheme), strings.Trim(value, " \t")
}

// identify runs the third rank of refusals: who calls, and from where.
func (s *server) identify(x *exchange) *refusal {
	scheme, value := authorization(x.r.Header)
	switch scheme {
	case "":
		return &refusal{code: "2000", challenges: []string{bearerChallenge}}
	case "bearer":
		return s.identifyBearer(x, value)
	case "basic":
		return s.identifyBasic(x, value)
	}
	return &refusal{code: "2006", challenges: []string{bearerChallenge}}
}

func (s *server) identifyBearer(x *exchange, token string) *refusal {
	invalid := func(code string) *refusal {
		return &refusal{code: code, challenges: []string{bearerChallenge + `, error="invalid_token"`}}
	}
	c, ours := s.tokens.open(token)
	if !ours {
		return invalid("2001")
	}
	p, known := s.partners.partners[c.Subject]
	if !known {
		return invalid("2001")
	}
	if code := s.tokens.state(c); code != "" {
		return invalid(code)
	}
	x.caller = &caller{p, strings.Fields(c.Scope)}
	return s.admitAddress(x, p)
}

func (s *server) identifyBasic(x *exchange, value string) *refusal {
	wrong := func(code string) *refusal {
		return &refusal{code: code, challenges: []string{bearerChallenge, basicChallenge}}
	}
	key, secret, ok := basicPair(value)
	if !ok {
		return wrong("2004")
	}
	p, f := s.login(x, key, secret)
	if f != nil {
		return f
	}
	if p == nil {
		return wrong("2004")
	}
	if !p.basic {
		return wrong("2005")
	}
	x.w.Header().Set("Deprecation", basicDeprecatedAt)
	x.w.Header().Set("Link", basicDeprecation)
	x.caller = &caller{p, p.scopes}
	return s.admitAddress(x, p)
}

// basicPair decodes the value of HTTP Basic (RFC 7617 §2).
func basicPair(value string) (key, secret string, ok bool) {
	raw, err := base64.StdEncoding.Strict().DecodeString(value)
	if err != nil {
		return "", "", false
	}
	return strings.Cut(string(raw), ":")
}

// login checks a pair, and slows down those who guess. A wrong pair gives no partner.
func (s *server) login(x *exchange, key, secret string) (*partner, *refusal) {
	guesser := key + "\n" + x.address
	if wait := s.failures.full(guesser, failedLoginsPerMinute); wait > 0 {
		return nil, tooMany(wait)
	}
	p, right := s.partners.verify(key, secret)
	if !right {
		s.failures.take(guesser, failedLoginsPerMinute)
		return nil, nil
	}
	return p, nil
}

func (s *server) admitAddress(x *exchange, p *partner) *refusal {
	if !p.admits(x.address) {
		return refuse("2101")
	}
	return nil
}

// spend counts the request against the partner's quota.
func (s *server) spend(p *partner) *refusal {
	if wait := s.requests.take(p.key, p.perMinute); wait > 0 {
		return tooMany(wait)
	}
	return nil
}

// authorize runs every check on the caller, in the order of refusals.
func (s *server) authorize(x *exchange, op *operation) *refusal {
	if f := s.identify(x); f != nil {
		return f
	}
	if f := s.spend(x.caller.partner); f != nil {
		return f
	}
	if x.caller.suspended {
		return refuse("2102")
	}
	if op.scope != "" && !x.caller.may(op.scope) {
		return &refusal{code: "2100", challenges: []string{
			bearerChallenge + `, error="insufficient_scope", scope="` + op.scope + `"`,
		}}
	}
	return nil
}
