// Payments: a partner debits a card. Refunds give all or part of a payment back.

package main

type paymentView struct {
	ID        string  `json:"paiementId"`
	Card      string  `json:"carteId"`
	Reference string  `json:"reference"`
	Amount    money   `json:"montant"`
	Refunded  money   `json:"montantRembourse"`
	Label     *string `json:"libelle,omitempty"`
	State     string  `json:"statut"`
	Date      string  `json:"dateCreation"`
}

func (p *paymentRecord) view() paymentView {
	state := "EFFECTUE"
	switch {
	case p.refunded == p.amount.Value:
		state = "REMBOURSE"
	case p.refunded > 0:
		state = "PARTIELLEMENT_REMBOURSE"
	}
	return paymentView{
		p.id, p.card.id, p.reference, p.amount, money{p.refunded, p.amount.Currency}, p.label, state, instant(p.at),
	}
}

type refundView struct {
	ID      string  `json:"remboursementId"`
	Payment string  `json:"paiementId"`
	Amount  money   `json:"montant"`
	Reason  *string `json:"motif,omitempty"`
	Date    string  `json:"dateCreation"`
}

func (r *refundRecord) view(p *paymentRecord) refundView {
	return refundView{r.id, p.id, r.amount, r.reason, instant(r.at)}
}

func (s *server) pay(x *exchange) (*outcome, *refusal) {
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
	switch {
	case f != nil:
		return nil, f
	case !x.caller.payment.hold(amount.Value):
		return nil, outside()
	case c.balance < amount.Value:
		return nil, refuse("3003")
	}
	at := l.next()
	p := &paymentRecord{
		stamp: at, id: newID(at.at), owner: x.caller.key, reference: textAt(x.body, "reference"),
		label: optionalText(x.body, "libelle"), card: c, amount: amount, refunds: map[string]*refundRecord{},
	}
	l.payments[p.id] = p
	l.paymentsOf[p.owner] = append(l.paymentsOf[p.owner], p)
	l.move(c, at, entry{owner: p.owner, operation: p.id, reference: p.reference, kind: debit, amount: -amount.Value})
	return created(p.view(), "/paiements/"+p.id), nil
}

// ownPayment finds a payment of the caller's.
func (l *ledger) ownPayment(x *exchange) (*paymentRecord, *refusal) {
	if p := l.payments[x.path[0]]; p != nil && p.owner == x.caller.key {
		return p, nil
	}
	return nil, refuse("3007")
}

func (s *server) readPayment(x *exchange) (*outcome, *refusal) {
	s.ledger.mu.Lock()
	defer s.ledger.mu.Unlock()
	p, f := s.ledger.ownPayment(x)
	if f != nil {
		return nil, f
	}
	return found(p.view()), nil
}

func (s *server) listPayments(x *exchange) (*outcome, *refusal) {
	s.ledger.mu.Lock()
	defer s.ledger.mu.Unlock()
	reference, filtered := x.query["reference"]
	shown, next := turn(s, x, s.ledger.paymentsOf[x.caller.key], func(p *paymentRecord) bool {
		return !filtered || p.reference == reference
	})
	views := make([]paymentView, 0, len(shown))
	for _, p := range shown {
		views = append(views, p.view())
	}
	return found(struct {
		Items []paymentView `json:"paiements"`
		Next  *string       `json:"curseurSuivant"`
	}{views, next}), nil
}

func (s *server) refund(x *exchange) (*outcome, *refusal) {
	l := s.ledger
	l.mu.Lock()
	defer l.mu.Unlock()
	p, f := l.ownPayment(x)
	if f != nil {
		return nil, f
	}
	if p.refunded == p.amount.Value {
		return nil, refuse("3008")
	}
	amount := moneyAt(x.body, "montant")
	if f := p.card.sameCurrency(amount); f != nil {
		return nil, f
	}
	if !p.card.carries(amount.Value) {
		return nil, outside()
	}
	if amount.Value > p.amount.Value-p.refunded {
		return nil, refuse("3009", fault{"/montant/valeur", "body", false, text{"dépasse le reste", "exceeds what is left"}})
	}
	at := l.next()
	r := &refundRecord{stamp: at, id: newID(at.at), reason: optionalText(x.body, "motif"), amount: amount}
	p.refunds[r.id] = r
	p.refunded += amount.Value
	l.move(p.card, at, entry{owner: p.owner, operation: r.id, reference: p.reference, kind: giveBack, amount: amount.Value})
	return created(r.view(p), "/paiements/"+p.id+"/remboursements/"+r.id), nil
}

func (s *server) readRefund(x *exchange) (*outcome, *refusal) {
	s.ledger.mu.Lock()
	defer s.ledger.mu.Unlock()
	p, f := s.ledger.ownPayment(x)
	if f != nil {
		return nil, f
	}
	r := p.refunds[x.path[1]]
	if r == nil {
		return nil, refuse("3012")
	}
	return found(r.view(p)), nil
}
