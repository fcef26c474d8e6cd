// OAuth 2.0: tokens (RFC 6749 §4.4) and their revocation (RFC 7009), with the bodies of those RFCs.
//
// Faults are judged in the contract's order: form, client, suspension, grant_type, scope.

package main

import (
	"net/url"
	"strings"
	"unicode/utf8"
)

// oauthError is an error of RFC 6749 §5.2; descriptions are ASCII, as it asks.
type oauthError struct {
	Error       string `json:"error"`
	Description string `json:"error_description"`
}

type tokenAnswer struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	ExpiresIn   int    `json:"expires_in"`
	Scope       string `json:"scope"`
}

func (x *exchange) oauthRefuse(name, description string) {
	x.drain()
	status := 400
	if name == "invalid_client" {
		status = 401
		x.w.Header().Set("WWW-Authenticate", basicChallenge)
	}
	x.sized(status, marshal(oauthError{name, description}))
}

func (s *server) giveToken(x *exchange) {
	form, p := s.oauthClient(x)
	if p == nil {
		return
	}
	switch form["grant_type"] {
	case "client_credentials":
	case "":
		x.oauthRefuse("invalid_request", "grant_type is missing")
		return
	default:
		x.oauthRefuse("unsupported_grant_type", "grant_type must be client_credentials")
		return
	}
	scopes, ok := grant(p, form["scope"])
	if !ok {
		x.oauthRefuse("invalid_scope", "a requested scope is unknown or not held")
		return
	}
	x.chunked(200, marshal(tokenAnswer{
		s.tokens.issue(p, scopes), "Bearer", int(s.tokens.ttl.Seconds()), strings.Join(scopes, " "),
	}))
}

func (s *server) revokeToken(x *exchange) {
	form, p := s.oauthClient(x)
	if p == nil {
		return
	}
	token := form["token"]
	if token == "" {
		x.oauthRefuse("invalid_request", "token is missing")
		return
	}
	if c, ours := s.tokens.open(token); ours && c.Subject == p.key {
		s.tokens.revoke(c)
	}
	x.empty(200)
}

// grant gives the scopes of a token: those asked for, all of them or none; the partner's when none is named.
func grant(p *partner, asked string) ([]string, bool) {
	if asked == "" {
		return p.scopes, true
	}
	wanted := strings.FieldsFunc(asked, func(r rune) bool { return r == ' ' })
	for _, scope := range wanted {
		if !p.holds(scope) {
			return nil, false
		}
	}
	var granted []string
	for _, scope := range p.scopes {
		if contains(wanted, scope) {
			granted = append(granted, scope)
		}
	}
	return granted, len(granted) > 0
}

// oauthClient reads the form and identifies the client. Without a partner, the refusal has been written.
func (s *server) oauthClient(x *exchange) (map[string]string, *partner) {
	form, ok := s.readForm(x)
	if !ok {
		return nil, nil
	}
	scheme, credentials := authorization(x.r.Header)
	if scheme != "" && form["client_secret"] != "" {
		x.oauthRefuse("invalid_request", "the pair must be sent in one way only")
		return nil, nil
	}
	key, secret := form["client_id"], form["client_secret"]
	if scheme == "basic" {
		key, secret, ok = basicPair(credentials)
		if ok {
			key, secret, ok = formDecoded(key, secret)
		}
		if ok && form["client_id"] != "" && form["client_id"] != key {
			x.oauthRefuse("invalid_request", "client_id is not the key of the Authorization header")
			return nil, nil
		}
	} else if scheme != "" {
		ok = false
	}
	var p *partner
	if ok && key != "" && secret != "" {
		var f *refusal
		if p, f = s.login(x, key, secret); f != nil {
			x.refuse(f)
			return nil, nil
		}
	}
	if p == nil {
		x.oauthRefuse("invalid_client", "the pair is wrong or missing")
		return nil, nil
	}
	if f := s.admitAddress(x, p); f != nil {
		x.refuse(f)
		return nil, nil
	}
	if f := s.spend(p); f != nil {
		x.refuse(f)
		return nil, nil
	}
	if p.suspended {
		x.oauthRefuse("unauthorized_client", "the partner is suspended")
		return nil, nil
	}
	return form, p
}

// formDecoded undoes the form encoding that RFC 6749 §2.3.1 asks of pairs sent with HTTP Basic.
func formDecoded(key, secret string) (string, string, bool) {
	k, err1 := url.QueryUnescape(key)
	s, err2 := url.QueryUnescape(secret)
	return k, s, err1 == nil && err2 == nil
}

// readForm reads the parameters. Empty ones count as absent (RFC 6749 §3.2); none may come twice.
func (s *server) readForm(x *exchange) (map[string]string, bool) {
	body, f := x.readBody()
	if f != nil && f.code == "1013" {
		x.refuse(f)
		return nil, false
	}
	if f != nil {
		x.w.Header().Set("Connection", "close")
		x.oauthRefuse("invalid_request", "the body could not be read")
		return nil, false
	}
	if !announces(x.r.Header, "application/x-www-form-urlencoded") || encoded(x.r.Header) {
		x.oauthRefuse("invalid_request", "the body must be application/x-www-form-urlencoded")
		return nil, false
	}
	pairs, decodable := decodeForm(string(body))
	if !decodable {
		x.oauthRefuse("invalid_request", "the form is malformed")
		return nil, false
	}
	form := map[string]string{}
	for _, pair := range pairs {
		name, val := pair[0], pair[1]
		if !utf8.ValidString(name) || !utf8.ValidString(val) {
			x.oauthRefuse("invalid_request", "the form is not UTF-8")
			return nil, false
		}
		if val == "" {
			continue
		}
		if _, twice := form[name]; twice {
			x.oauthRefuse("invalid_request", "a parameter is repeated")
			return nil, false
		}
		form[name] = val
	}
	if id := form["client_id"]; id != "" && !isConsumer(id) {
		x.oauthRefuse("invalid_request", "client_id is malformed")
		return nil, false
	}
	return form, true
}
