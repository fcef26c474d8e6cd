// The pipeline of a request: every check in the contract's order of refusals, then the operation.

package main

import (
	"net"
	"net/http"
	"strings"
	"time"
)

type server struct {
	proxied  bool
	routes   []*route
	partners *registry
	tokens   *tokenMint
	failures *meter // of logins
	requests *meter // of partners
	cursors  cursorSigner
	keys     *keyRing
	ledger   *ledger
}

func newServer(ttl time.Duration, proxied bool) *server {
	return &server{
		proxied: proxied, routes: newRoutes(), partners: newRegistry(), tokens: newTokenMint(ttl),
		failures: newMeter(), requests: newMeter(), cursors: cursorSigner{randomBytes(32)},
		keys: newKeyRing(), ledger: newLedger(),
	}
}

// exchange is one request and its answer.
type exchange struct {
	w       http.ResponseWriter
	r       *http.Request
	lang    string
	address string
	op      *operation
	path    []string // values of the path parameters
	caller  *caller
	query   query
	page    page
	body    *value
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := &exchange{w: w, r: r, lang: chooseLanguage(r.Header), address: s.clientAddress(r)}
	h := w.Header()
	h.Set("X-Request-Id", requestID(r.Header))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	if s.proxied && strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https") {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	defer func() {
		if recover() != nil {
			x.refuse(&refusal{code: "9999", hangUp: true})
		}
	}()
	s.dispatch(x)
}

// requestID is the caller's if it is valid, or else a new one.
func requestID(h http.Header) string {
	if lines := h.Values("X-Request-Id"); len(lines) == 1 && madeOf(lines[0], "._-", 1, 128) {
		return lines[0]
	}
	return newRequestID()
}

// clientAddress is the peer's, or what the trusted proxy says of it: the last address it added.
func (s *server) clientAddress(r *http.Request) string {
	host, _, _ := net.SplitHostPort(r.RemoteAddr)
	if !s.proxied || host != "127.0.0.1" {
		return host
	}
	list := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	if last := strings.TrimSpace(list[len(list)-1]); net.ParseIP(last) != nil {
		return net.ParseIP(last).String()
	}
	return host
}

func (s *server) dispatch(x *exchange) {
	r := x.r
	if r.Method == http.MethodOptions && r.RequestURI == "*" {
		x.w.Header().Set("Allow", "GET, HEAD, POST, PUT, OPTIONS")
		x.empty(http.StatusNoContent)
		return
	}
	route, params := match(s.routes, r.URL)
	if route == nil {
		x.refuse(refuse("1010"))
		return
	}
	if r.Method == http.MethodOptions {
		x.w.Header().Set("Allow", route.allow)
		x.empty(http.StatusNoContent)
		return
	}
	op := route.operations[r.Method]
	if op == nil {
		x.refuse(&refusal{code: "1011", allow: route.allow})
		return
	}
	x.op, x.path = op, params
	if op.oauth != nil {
		op.oauth(s, x)
		return
	}
	if f := s.examine(x); f != nil {
		x.refuse(f)
		return
	}
	result, f := s.perform(x)
	if f != nil {
		x.refuse(f)
		return
	}
	x.succeed(result)
}

// examine runs the checks that precede the operation's own rules.
func (s *server) examine(x *exchange) *refusal {
	op := x.op
	if !op.public {
		if f := s.authorize(x, op); f != nil {
			return f
		}
	}
	if !acceptsJSON(x.r.Header) {
		return refuse("1012")
	}
	body, f := x.readBody()
	if f != nil {
		return f
	}
	if op.body != nil {
		if !announces(x.r.Header, "application/json") || encoded(x.r.Header) {
			return refuse("1014")
		}
		var err error
		if x.body, err = readJSON(body); err != nil {
			return refuse("1003")
		}
	}
	if op.keyed {
		if f := checkKey(x); f != nil {
			return f
		}
	}
	return s.validate(x)
}

// validate checks parameters and body together, so that one refusal names every field at fault.
func (s *server) validate(x *exchange) *refusal {
	var found faults
	q, decodable := readQuery(x.r.URL.RawQuery, x.op.query, &found)
	if !decodable {
		return refuse("1000")
	}
	x.query = q
	if x.op.body != nil {
		x.op.body("", x.body, &found)
	}
	others := len(found)
	if x.op.list {
		s.checkCursor(x, &found)
	}
	switch {
	case len(found) == 0:
		return nil
	case anyMissing(found):
		return refuse("1001", found...)
	case others > 0:
		return refuse("1002", found...)
	}
	return refuse("1005", found...)
}

func anyMissing(found faults) bool {
	for _, x := range found {
		if x.missing {
			return true
		}
	}
	return false
}

func (s *server) perform(x *exchange) (*outcome, *refusal) {
	if x.op.keyed {
		return s.once(x)
	}
	return x.op.run(s, x)
}
