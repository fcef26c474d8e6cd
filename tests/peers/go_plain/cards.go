// Cards: issued, listed, blocked and unblocked by the operator's applications; their balance and entries.

package main

type cardView struct {
	ID       string   `json:"carteId"`
	Number   string   `json:"numeroCarte"`
	Holder   string   `json:"titulaire"`
	Currency string   `json:"devise"`
	Balance  money    `json:"solde"`
	State    string   `json:"statut"`
	LastDay  string   `json:"dateExpiration"`
	Partners []string `json:"partenaires"`
	Date     string   `json:"dateCreation"`
}

// view shows a card; its number is masked, but in the answer that issues it.
func (c *card) view(number string) cardView {
	return cardView{
		c.id, number, c.holder, c.currency, money{c.balance, c.currency}, c.state(), c.lastDay, c.partners, instant(c.at),
	}
}

func (s *server) issueCard(x *exchange) (*outcome, *refusal) {
	l := s.ledger
	l.mu.Lock()
	defer l.mu.Unlock()
	number := newCardNumber()
	for l.numbers[number] != nil {
		number = newCardNumber()
	}
	partners := []string{}
	if given := x.body.get("partenaires"); given != nil {
		for _, item := range given.items {
			partners = append(partners, item.text)
		}
	}
	at := l.next()
	c := &card{
		stamp: at, id: newID(at.at), number: number, holder: textAt(x.body, "titulaire"),
		currency: textAt(x.body, "devise"), lastDay: textAt(x.body, "dateExpiration"),
		issuer: x.caller.key, partners: partners,
	}
	l.cards[c.id], l.numbers[number] = c, c
	l.allCards = append(l.allCards, c)
	l.move(c, at, entry{owner: c.issuer, kind: issuance, amount: wholeAt(x.body, "soldeInitial")})
	return created(c.view(number), "/cartes/"+c.id), nil
}

func (s *server) readCard(x *exchange) (*outcome, *refusal) {
	s.ledger.mu.Lock()
	defer s.ledger.mu.Unlock()
	c, f := reach(s.ledger.cards[x.path[0]], x.caller.key)
	if f != nil {
		return nil, f
	}
	return found(c.view(masked(c.number))), nil
}

func (s *server) listCards(x *exchange) (*outcome, *refusal) {
	s.ledger.mu.Lock()
	defer s.ledger.mu.Unlock()
	shown, next := turn(s, x, s.ledger.allCards, func(c *card) bool { return c.openTo(x.caller.key) })
	views := make([]cardView, 0, len(shown))
	for _, c := range shown {
		views = append(views, c.view(masked(c.number)))
	}
	return found(struct {
		Items []cardView `json:"cartes"`
		Next  *string    `json:"curseurSuivant"`
	}{views, next}), nil
}

func (s *server) changeCardState(x *exchange) (*outcome, *refusal) {
	s.ledger.mu.Lock()
	defer s.ledger.mu.Unlock()
	c, f := reach(s.ledger.cards[x.path[0]], x.caller.key)
	if f != nil {
		return nil, f
	}
	if c.expired() {
		return nil, refuse("3002")
	}
	c.blocked = textAt(x.body, "statut") == "BLOQUEE"
	return found(c.view(masked(c.number))), nil
}

func (s *server) readBalance(x *exchange) (*outcome, *refusal) {
	s.ledger.mu.Lock()
	defer s.ledger.mu.Unlock()
	c, f := reach(s.ledger.numbers[x.query["numeroCarte"]], x.caller.key)
	if f != nil {
		return nil, f
	}
	return found(struct {
		Card    string `json:"carteId"`
		Number  string `json:"numeroCarte"`
		Balance money  `json:"solde"`
		State   string `json:"statut"`
		Date    string `json:"dateSolde"`
	}{c.id, masked(c.number), money{c.balance, c.currency}, c.state(), now()}), nil
}

// entryView shows an entry; one caused by somebody else has only its type, its amount and its date.
type entryView struct {
	ID        string        `json:"transactionId,omitempty"`
	Card      string        `json:"carteId,omitempty"`
	Kind      operationKind `json:"type"`
	Amount    money         `json:"montant"`
	Operation string        `json:"operationId,omitempty"`
	Reference string        `json:"reference,omitempty"`
	Date      string        `json:"date"`
}

func (e *entry) view(c *card, reader string) entryView {
	v := entryView{Kind: e.kind, Amount: money{e.amount, c.currency}, Date: instant(e.at)}
	if e.owner == reader {
		v.ID, v.Card, v.Operation, v.Reference = e.id, c.id, e.operation, e.reference
	}
	return v
}

func (s *server) listEntries(x *exchange) (*outcome, *refusal) {
	s.ledger.mu.Lock()
	defer s.ledger.mu.Unlock()
	c, f := reach(s.ledger.cards[x.query["carteId"]], x.caller.key)
	if f != nil {
		return nil, f
	}
	shown, next := turn(s, x, c.entries, func(*entry) bool { return true })
	views := make([]entryView, 0, len(shown))
	for _, e := range shown {
		views = append(views, e.view(c, x.caller.key))
	}
	return found(struct {
		Items []entryView `json:"transactions"`
		Next  *string     `json:"curseurSuivant"`
	}{views, next}), nil
}
