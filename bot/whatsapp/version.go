package whatsapp

import (
	"context"
	"fmt"
	"net/http"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/store"
)

// Library is the module that speaks WhatsApp's protocol.
const Library = "go.mau.fi/whatsmeow"

// ClientVersion is the version of WhatsApp Web that is announced to the server: the built-in one, unless SetClientVersion
// or RefreshClientVersion changed it.
func ClientVersion() string {
	return store.GetWAVersion().String()
}

// CheckClientVersion says whether text has the form of a client version, such as 2.3000.1047769893.
func CheckClientVersion(text string) error {
	if _, err := store.ParseVersion(text); err != nil {
		return fmt.Errorf("%q is not a client version; it looks like %s", text, ClientVersion())
	}
	return nil
}

// SetClientVersion announces text from the next connection on. It holds for the whole process.
func SetClientVersion(text string) error {
	v, err := store.ParseVersion(text)
	if err != nil {
		return fmt.Errorf("client version %q: %w", text, err)
	}
	store.SetWAVersion(v)
	return nil
}

// RefreshClientVersion asks WhatsApp's web page for the newest client version and announces it from the next connection
// on, because the server refuses versions that are too old. It waits no longer than ctx allows.
func RefreshClientVersion(ctx context.Context, client *http.Client) error {
	latest, err := whatsmeow.GetLatestVersion(ctx, client)
	if err != nil {
		return fmt.Errorf("look up the newest client version: %.200s", err) // the text may hold the whole page
	}
	if store.GetWAVersion().LessThan(*latest) {
		store.SetWAVersion(*latest)
	}
	return nil
}
