// The ledger: cards, operations and entries, all guarded by one mutex. A card's balance is the sum of its entries.

package main

import (
	"sync"
	"time"
)

// money is an amount with its currency, as the contract writes it.
type money struct {
	Value    int64  `json:"valeur"`
	Currency string `json:"devise"`
}

// stamp is the place and the date of a record; both only grow.
type stamp struct {
	seq uint64
	at  time.Time
}

func (s stamp) sequence() uint64 { return s.seq }
func (s stamp) date() time.Time  { return s.at }

type card struct {
	stamp
	id, number, holder, currency, lastDay string
	issuer                                string
	partners                              []string
	blocked                               bool
	balance                               int64
	entries                               []*entry
}

func (c *card) openTo(key string) bool { return c.issuer == key || contains(c.partners, key) }

// Days in the same form compare as texts.
func (c *card) expired() bool { return today() > c.lastDay }

func (c *card) state() string {
	switch {
	case c.expired():
		return "EXPIREE"
	case c.blocked:
		return "BLOQUEE"
	}
	return "ACTIVE"
}

// usable refuses top-ups and payments on a card that is expired or blocked.
func (c *card) usable() *refusal {
	switch {
	case c.expired():
		return refuse("3002")
	case c.blocked:
		return refuse("3001")
	}
	return nil
}

// sameCurrency and fits are the checks of an amount against its card.
func (c *card) sameCurrency(m money) *refusal {
	if m.Currency != c.currency {
		return refuse("3005", fault{"/montant/devise", "body", false,
			text{"doit être " + c.currency, "must be " + c.currency}})
	}
	return nil
}

func outside() *refusal { return refuse("3004", fault{"/montant/valeur", "body", false, outOfBounds}) }

// carries tells whether the balance stays exact with this much more.
func (c *card) carries(amount int64) bool { return amount <= maxSafe-c.balance }

type operationKind string

const (
	issuance     operationKind = "EMISSION"
	credit       operationKind = "RECHARGE"
	cancellation operationKind = "ANNULATION"
	debit        operationKind = "PAIEMENT"
	giveBack     operationKind = "REMBOURSEMENT"
)

// entry is a signed movement of a card, owned by the partner that caused it.
type entry struct {
	stamp
	id, owner, operation, reference string
	kind                            operationKind
	amount                          int64
}

type topUpRecord struct {
	stamp
	id, owner, reference string
	label                *string
	card                 *card
	amount               money
	cancelled            bool
}

type paymentRecord struct {
	stamp
	id, owner, reference string
	label                *string
	card                 *card
	amount               money
	refunded             int64
	refunds              map[string]*refundRecord
}

type refundRecord struct {
	stamp
	id     string
	reason *string
	amount money
}

type ledger struct {
	mu       sync.Mutex
	last     stamp
	cards    map[string]*card
	numbers  map[string]*card
	topUps   map[string]*topUpRecord
	payments map[string]*paymentRecord

	// In the order of creation; operations by partner.
	allCards   []*card
	topUpsOf   map[string][]*topUpRecord
	paymentsOf map[string][]*paymentRecord
}

func newLedger() *ledger {
	return &ledger{
		cards: map[string]*card{}, numbers: map[string]*card{},
		topUps: map[string]*topUpRecord{}, payments: map[string]*paymentRecord{},
		topUpsOf: map[string][]*topUpRecord{}, paymentsOf: map[string][]*paymentRecord{},
	}
}

// next gives the stamp of a new record: in microseconds, never before the last one.
func (l *ledger) next() stamp {
	now := time.Now().UTC().Truncate(time.Microsecond)
	if now.Before(l.last.at) {
		now = l.last.at
	}
	l.last = stamp{l.last.seq + 1, now}
	return l.last
}

// reach gives a card that is open to the partner; any other answers as if it did not exist.
func reach(c *card, key string) (*card, *refusal) {
	if c == nil || !c.openTo(key) {
		return nil, refuse("3000")
	}
	return c, nil
}

// move writes an entry, dated as what caused it, and changes the balance with it.
func (l *ledger) move(c *card, at stamp, e entry) {
	e.stamp, e.id = at, newID(at.at)
	c.balance += e.amount
	c.entries = append(c.entries, &e)
}
