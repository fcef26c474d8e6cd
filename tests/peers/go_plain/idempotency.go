// Idempotency keys: one effect per partner, operation and key. A call that finds its key in use is told so at once.

package main

import (
	"crypto/sha256"
	"strings"
	"sync"
	"time"
)

// decisionTime stands for the time an operator's ledger takes to decide a creation; the key is in use meanwhile.
const decisionTime = 3 * time.Millisecond

// keyRetention is how long a consumed key is remembered: the contract asks for 24 hours at least.
const keyRetention = 48 * time.Hour

type usedKey struct {
	fingerprint [sha256.Size]byte
	result      *outcome // nothing yet: the first call is in progress
	at          time.Time
}

type keyRing struct {
	mu    sync.Mutex
	keys  map[string]*usedKey
	swept time.Time
}

func newKeyRing() *keyRing { return &keyRing{keys: map[string]*usedKey{}, swept: time.Now()} }

// begin reserves the key, or gives the first answer again, or refuses.
func (k *keyRing) begin(name string, fingerprint [sha256.Size]byte) (*outcome, *refusal) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.sweep()
	used, known := k.keys[name]
	switch {
	case !known:
		k.keys[name] = &usedKey{fingerprint: fingerprint, at: time.Now()}
		return nil, nil
	case used.result == nil: // whatever its content: the first call may yet leave the key free
		return nil, refuse("3011")
	case used.fingerprint != fingerprint:
		return nil, refuse("3010")
	}
	again := *used.result
	again.replayed = true
	return &again, nil
}

// end keeps the answer of an effect; without one, the key is free again.
func (k *keyRing) end(name string, result *outcome) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if result == nil {
		delete(k.keys, name)
		return
	}
	k.keys[name].result = result
}

func (k *keyRing) sweep() {
	now := time.Now()
	if now.Sub(k.swept) < time.Hour {
		return
	}
	k.swept = now
	for name, used := range k.keys {
		if used.result != nil && now.Sub(used.at) > keyRetention {
			delete(k.keys, name)
		}
	}
}

// once runs a creation under the key of the request.
func (s *server) once(x *exchange) (result *outcome, f *refusal) {
	name := x.caller.key + "\n" + x.op.id + "\n" + x.r.Header.Get("Idempotency-Key")
	if again, f := s.keys.begin(name, fingerprint(x)); again != nil || f != nil {
		return again, f
	}
	defer func() { s.keys.end(name, result) }()
	time.Sleep(decisionTime)
	return x.op.run(s, x)
}

// fingerprint tells two requests apart: path parameters and body, compared as JSON values.
func fingerprint(x *exchange) [sha256.Size]byte {
	var b strings.Builder
	for _, p := range x.path {
		b.WriteString(itoa(len(p)) + ":" + p)
	}
	canonical(x.body, &b)
	return sha256.Sum256([]byte(b.String()))
}

// checkKey verifies the form of the Idempotency-Key header.
func checkKey(x *exchange) *refusal {
	lines := x.r.Header.Values("Idempotency-Key")
	says := badForm
	switch {
	case len(lines) == 0:
		says = absent
	case len(lines) == 1 && madeOf(lines[0], "._:-", 8, 128):
		return nil
	case len(lines) > 1:
		says = repeatedParameter
	}
	return refuse("1004", fault{"Idempotency-Key", "header", len(lines) == 0, says})
}
