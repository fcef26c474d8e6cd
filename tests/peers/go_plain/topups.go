// Top-ups: a partner credits a card, and may take the amount back while it is still there.

package main

type topUpView struct {
	ID        string  `json:"rechargeId"`
	Card      string  `json:"carteId"`
	Reference string  `json:"reference"`
	Amount    money   `json:"montant"`
	Label     *string `json:"libelle,omitempty"`
	State     string  `json:"statut"`
	Date      string  `json:"dateCreation"`
}

func (t *topUpRecord) view() topUpView {
	state := "EFFECTUEE"
	if t.cancelled {
		state = "ANNULEE"
	}
	return topUpView{t.id, t.card.id, t.reference, t.amount, t.label, state, instant(t.at)}
}

// The members of a validated body.
func textAt(v *value, name string) string { return v.get(name).text }

func optionalText(v *value, name string) *string {
	if m := v.get(name); m != nil {
		return &m.text
	}
	return nil
}

func wholeAt(v *value, name string) int64 {
	n, _, _ := integer(v.get(name).text)
	return n
}

func moneyAt(v *value, name string) money {
	m := v.get(name)
	return money{wholeAt(m, "valeur"), textAt(m, "devise")}
}

func (s *server) topUp(x *exchange) (*outcome, *refusal) {
	l := s.ledger
	l.mu.Lock()
	defer l.mu.Unlock()
	amount := moneyAt(x.body, "montant")
	c, f := reach(l.cards[textAt(x.body, "carteId")], x.caller.key)
	if f == nil {
		f = c.usable()
	}
	if f == nil {
		f = c.sameCurrency(amount)
	}
	if f != nil {
		return nil, f
	}
	if !x.caller.topUp.hold(amount.Value) || !c.carries(amount.Value) {
		return nil, outside()
	}
	at := l.next()
	t := &topUpRecord{
		stamp: at, id: newID(at.at), owner: x.caller.key, reference: textAt(x.body, "reference"),
		label: optionalText(x.body, "libelle"), card: c, amount: amount,
	}
	l.topUps[t.id] = t
	l.topUpsOf[t.owner] = append(l.topUpsOf[t.owner], t)
	l.move(c, at, entry{owner: t.owner, operation: t.id, reference: t.reference, kind: credit, amount: amount.Value})
	return created(t.view(), "/recharges/"+t.id), nil
}

func (b bounds) hold(n int64) bool { return n >= b.Minimum && n <= b.Maximum }

// ownTopUp finds a top-up of the caller's.
func (l *ledger) ownTopUp(x *exchange) (*topUpRecord, *refusal) {
	if t := l.topUps[x.path[0]]; t != nil && t.owner == x.caller.key {
		return t, nil
	}
	return nil, refuse("3006")
}

func (s *server) readTopUp(x *exchange) (*outcome, *refusal) {
	s.ledger.mu.Lock()
	defer s.ledger.mu.Unlock()
	t, f := s.ledger.ownTopUp(x)
	if f != nil {
		return nil, f
	}
	return found(t.view()), nil
}

func (s *server) cancelTopUp(x *exchange) (*outcome, *refusal) {
	l := s.ledger
	l.mu.Lock()
	defer l.mu.Unlock()
	t, f := l.ownTopUp(x)
	switch {
	case f != nil:
		return nil, f
	case t.cancelled:
		return nil, refuse("3008")
	case t.card.balance < t.amount.Value:
		return nil, refuse("3003")
	}
	t.cancelled = true
	l.move(t.card, l.next(), entry{
		owner: t.owner, operation: t.id, reference: t.reference, kind: cancellation, amount: -t.amount.Value,
	})
	return found(t.view()), nil
}

func (s *server) listTopUps(x *exchange) (*outcome, *refusal) {
	s.ledger.mu.Lock()
	defer s.ledger.mu.Unlock()
	reference, filtered := x.query["reference"]
	shown, next := turn(s, x, s.ledger.topUpsOf[x.caller.key], func(t *topUpRecord) bool {
		return !filtered || t.reference == reference
	})
	views := make([]topUpView, 0, len(shown))
	for _, t := range shown {
		views = append(views, t.view())
	}
	return found(struct {
		Items []topUpView `json:"recharges"`
		Next  *string     `json:"curseurSuivant"`
	}{views, next}), nil
}
