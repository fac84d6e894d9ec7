package whatsapp

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"go.mau.fi/whatsmeow/store"
)

// page answers every request with itself.
type page string

func (p page) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(string(p))), Request: r}, nil
}

func TestClientVersion(t *testing.T) {
	builtIn := store.GetWAVersion()
	t.Cleanup(func() { store.SetWAVersion(builtIn) })
	refresh := func(text string) error {
		return RefreshClientVersion(t.Context(), &http.Client{Transport: page(text)})
	}
	if err := refresh(`{"client_revision":1999999999,}`); err != nil || ClientVersion() != "2.3000.1999999999" {
		t.Errorf("a newer version: %s, %v", ClientVersion(), err)
	}
	if err := refresh(`{"client_revision":5,}`); err != nil || ClientVersion() != "2.3000.1999999999" {
		t.Errorf("an older version must not be taken: %s, %v", ClientVersion(), err)
	}
	if err := refresh(`nothing here`); err == nil || ClientVersion() != "2.3000.1999999999" {
		t.Errorf("no version: %s, %v", ClientVersion(), err)
	}
	if err := SetClientVersion("2.3000.7"); err != nil || ClientVersion() != "2.3000.7" {
		t.Errorf("an override may be older: %s, %v", ClientVersion(), err)
	}
	for _, bad := range []string{"", "new", "2.3000", "2.3000.x", "2.3000.1.2"} {
		if CheckClientVersion(bad) == nil || SetClientVersion(bad) == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
}
