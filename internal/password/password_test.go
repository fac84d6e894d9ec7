package password

import (
	"errors"
	"strings"
	"testing"
)

func TestHashMatchesItsPasswordOnly(t *testing.T) {
	const right = "kopi susu gula aren"
	hash, err := Hash(right)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Hash(right)
	if err != nil || again == hash || strings.Contains(hash, "kopi") {
		t.Errorf("hashes %q and %q, %v", hash, again, err)
	}
	for text, want := range map[string]bool{right: true, right + " ": false, "": false, strings.Repeat("x", MaxBytes+1): false} {
		if got := Matches(hash, text); got != want {
			t.Errorf("Matches(%.40q) = %t, want %t", text, got, want)
		}
	}
	for _, hash := range []string{
		"", "plain", "$argon2id$", "$argon2id$v=19$m=19456,t=2,p=1$AAAA$", "$argon2id$v=18$m=19456,t=2,p=1$AAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=99999999,t=2,p=1$AAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAA", "$argon2id$v=19$m=1,t=0,p=1$AAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAA", Nobody,
	} {
		if Matches(hash, "") || Matches(hash, right) {
			t.Errorf("%q matches", hash)
		}
	}
	if _, err := parse(Nobody); err != nil {
		t.Errorf("Nobody cannot be read: %v", err)
	}
}

func TestHashRefuses(t *testing.T) {
	for text, want := range map[string]error{"": ErrShort, "sembilan9": ErrShort, "éééééééééé": nil, strings.Repeat("x", MaxBytes+1): ErrLong} {
		if _, err := Hash(text); !errors.Is(err, want) {
			t.Errorf("Hash(%.20q): %v, want %v", text, err, want)
		}
	}
}
