// Request bodies checked against the schemas of the contract, naming every field that is wrong.

package main

import (
	"strings"
	"unicode/utf8"
)

var (
	absent       = text{"absent", "missing"}
	unknown      = text{"membre inconnu", "unknown member"}
	repeatedName = text{"membre répété", "repeated member"}
	mustBeObject = text{"doit être un objet", "must be an object"}
	mustBeText   = text{"doit être une chaîne", "must be a string"}
	mustBeArray  = text{"doit être un tableau", "must be an array"}
	mustBeWhole  = text{"doit être un entier", "must be an integer"}
	outOfBounds  = text{"hors de ses bornes", "out of its bounds"}
	badLength    = text{"longueur hors de ses bornes", "length out of its bounds"}
	badForm      = text{"n'a pas la forme voulue", "does not have the required form"}
	badChoice    = text{"n'est pas une des valeurs admises", "is not one of the allowed values"}
	tooManyItems = text{"a trop d'éléments", "has too many items"}
	notUnique    = text{"a deux éléments égaux", "has two equal items"}
)

// faults gathers what is wrong with a request.
type faults []fault

func (f *faults) wrong(pointer string, says text) {
	*f = append(*f, fault{pointer, "body", false, says})
}

// rule checks one value of the body, found at a JSON pointer.
type rule func(pointer string, v *value, f *faults)

type property struct {
	name     string
	required bool
	rule     rule
}

// closed checks an object that admits no other member.
func closed(properties ...property) rule {
	return func(pointer string, v *value, f *faults) {
		if v.kind != object {
			f.wrong(pointer, mustBeObject)
			return
		}
		known := map[string]bool{}
		for _, p := range properties {
			known[p.name] = true
			inner := v.get(p.name)
			switch {
			case inner != nil:
				p.rule(pointer+"/"+p.name, inner, f)
			case p.required:
				*f = append(*f, fault{pointer + "/" + p.name, "body", true, absent})
			}
		}
		for _, m := range v.members {
			if !known[m.name] {
				f.wrong(namedPointer(pointer, m.name), unknown)
			}
		}
		for _, name := range v.repeated {
			f.wrong(namedPointer(pointer, name), repeatedName)
		}
	}
}

// namedPointer points at a member whose name the caller chose. A name that is long, or that may be a card number, is
// not repeated: the object that holds it is named instead.
func namedPointer(pointer, name string) string {
	if utf8.RuneCountInString(name) > 40 || longestDigits(name) >= 10 {
		return pointer
	}
	return pointer + "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}

func longestDigits(s string) int {
	longest, run := 0, 0
	for i := 0; i < len(s); i++ {
		if run++; s[i] < '0' || s[i] > '9' {
			run = 0
		}
		longest = max(longest, run)
	}
	return longest
}

func whole(least int64) rule {
	return func(pointer string, v *value, f *faults) {
		if v.kind != number {
			f.wrong(pointer, mustBeWhole)
			return
		}
		n, isWhole, small := integer(v.text)
		switch {
		case !isWhole:
			f.wrong(pointer, mustBeWhole)
		case !small || n < least:
			f.wrong(pointer, outOfBounds)
		}
	}
}

// textual checks a string: its length in characters, then its form.
func textual(most int, form func(string) bool) rule {
	return func(pointer string, v *value, f *faults) {
		length := utf8.RuneCountInString(v.text)
		switch {
		case v.kind != str:
			f.wrong(pointer, mustBeText)
		case length < 1 || length > most:
			f.wrong(pointer, badLength)
		case v.broken || !form(v.text):
			f.wrong(pointer, badForm)
		}
	}
}

func choice(admitted ...string) rule {
	return func(pointer string, v *value, f *faults) {
		if v.kind != str || v.broken || !contains(admitted, v.text) {
			f.wrong(pointer, badChoice)
		}
	}
}

func distinct(most int, each rule) rule {
	return func(pointer string, v *value, f *faults) {
		if v.kind != array {
			f.wrong(pointer, mustBeArray)
			return
		}
		if len(v.items) > most {
			f.wrong(pointer, tooManyItems)
			return
		}
		seen := map[string]bool{}
		for i, item := range v.items {
			each(pointer+"/"+itoa(i), item, f)
			var key strings.Builder
			canonical(item, &key)
			if seen[key.String()] {
				f.wrong(pointer, notUnique)
			}
			seen[key.String()] = true
		}
	}
}

func anything(string) bool      { return true }
func isReference(s string) bool { return madeOf(s, "._:/-", 1, 64) }
func isConsumer(s string) bool  { return madeOf(s, "._~-", 1, 64) }
func isCardNumber(s string) bool {
	return len(s) >= 10 && len(s) <= 19 && strings.Trim(s, "0123456789") == ""
}
func isCurrency(s string) bool {
	return len(s) == 3 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}
func isPlainText(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < 0x20 || r >= 0x7F && r <= 0x9F })
}
func isDay(s string) bool { _, ok := parseDay(s); return ok }

var (
	identifier = textual(64, anything)
	reference  = textual(64, isReference)
	freeText   = textual(140, isPlainText)
	currency   = textual(3, isCurrency)
	amount     = closed(property{"valeur", true, whole(1)}, property{"devise", true, currency})
)

// The bodies of the contract.
var (
	operationBody = closed( // CreationRecharge and CreationPaiement
		property{"carteId", true, identifier},
		property{"reference", true, reference},
		property{"montant", true, amount},
		property{"libelle", false, freeText},
	)
	refundBody = closed(
		property{"montant", true, amount},
		property{"motif", false, freeText},
	)
	cardBody = closed(
		property{"titulaire", true, freeText},
		property{"devise", true, currency},
		property{"soldeInitial", true, whole(0)},
		property{"dateExpiration", true, textual(10, isDay)},
		property{"partenaires", false, distinct(50, textual(64, isConsumer))},
	)
	stateBody = closed(property{"statut", true, choice("ACTIVE", "BLOQUEE")})
)
