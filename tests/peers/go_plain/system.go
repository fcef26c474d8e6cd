// The partner behind the token, and the health of the application.

package main

import "time"

const contractVersion = "1.0.0"

func now() string { return instant(time.Now()) }

func (s *server) readPartner(x *exchange) (*outcome, *refusal) {
	type limits struct {
		TopUp   bounds `json:"recharge"`
		Payment bounds `json:"paiement"`
	}
	type quota struct {
		PerMinute int `json:"requetesParMinute"`
	}
	c := x.caller
	return found(struct {
		Key    string   `json:"cle"`
		Name   string   `json:"nom"`
		Scopes []string `json:"droits"`
		Basic  bool     `json:"basic"`
		Limits limits   `json:"limites"`
		Quota  quota    `json:"quota"`
	}{c.key, c.name, c.granted, c.basic, limits{c.topUp, c.payment}, quota{c.perMinute}}), nil
}

func (s *server) readHealth(*exchange) (*outcome, *refusal) {
	return found(struct {
		State   string `json:"statut"`
		Version string `json:"versionContrat"`
		Date    string `json:"date"`
	}{"OK", contractVersion, now()}), nil
}
