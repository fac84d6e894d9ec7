package whatsapp

import (
	"context"
	"fmt"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/store/sqlstore"
	"go.mau.fi/whatsmeow/store/sqlstore/upgrades"
)

// openKeys brings the tables of logins and keys to the present schema. They are versioned by themselves.
func openKeys(ctx context.Context, cfg Config) (*sqlstore.Container, error) {
	box := sqlstore.NewWithWrappedDB(cfg.DB.Child("whatsmeow_version", upgrades.Table, nil), newLibraryLog(cfg.Log))
	if err := box.Upgrade(ctx); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKeys, err)
	}
	return box, nil
}

// newClient sets the library up so that no message is lost between its acknowledgement and its handling: a message is
// acknowledged after its handler returned true, its plaintext is kept until then, and stanzas wait for one another.
// History is never fetched.
func newClient(cfg Config, device *store.Device) *whatsmeow.Client {
	setSignalLog(cfg.Log)
	shareCommits(device, cfg.Commits, cfg.Log)
	rememberKeys(device, cfg.DB)
	client := whatsmeow.NewClient(device, newLibraryLog(cfg.Log))
	client.SynchronousAck = true
	client.EnableDecryptedEventBuffer = true
	client.ManualHistorySyncDownload = true
	if cfg.TestServer != nil {
		cfg.TestServer.use(client)
	}
	return client
}
