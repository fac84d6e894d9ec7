package whatsapp

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"go.mau.fi/whatsmeow/proto/waAdv"
	"go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/types"
)

// linkedDevice is a device in a new database, without a client.
func linkedDevice(t *testing.T) (Config, *store.Device) {
	t.Helper()
	cfg := Config{DB: openDB(t, filepath.Join(t.TempDir(), "keys.db")), Log: slog.New(slog.DiscardHandler)}
	box, err := openKeys(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	device := box.NewDevice()
	own := types.NewJID("628110000001", types.DefaultUserServer)
	device.ID = &own
	device.Account = &waAdv.ADVSignedDeviceIdentity{
		Details: []byte{1}, AccountSignature: make([]byte, 64), AccountSignatureKey: make([]byte, 32), DeviceSignature: make([]byte, 64),
	}
	if err := device.Save(t.Context()); err != nil {
		t.Fatal(err)
	}
	return cfg, device
}

// countedIdentities counts what gets through to the database.
type countedIdentities struct {
	store.IdentityStore
	puts, asks int
}

func (c *countedIdentities) PutIdentity(ctx context.Context, address string, key [32]byte) error {
	c.puts++
	return c.IdentityStore.PutIdentity(ctx, address, key)
}

func (c *countedIdentities) IsTrustedIdentity(ctx context.Context, address string, key [32]byte) (bool, error) {
	c.asks++
	return c.IdentityStore.IsTrustedIdentity(ctx, address, key)
}

func TestIdentityKeysAreStoredWhenTheyChange(t *testing.T) {
	cfg, device := linkedDevice(t)
	counted := &countedIdentities{IdentityStore: device.Identities}
	device.Identities = counted
	rememberKeys(device, cfg.DB)
	rememberKeys(device, cfg.DB) // once is enough
	const address = "6281:0"
	first, second := [32]byte{1}, [32]byte{2}
	put := func(ctx context.Context, key [32]byte, writes int) {
		t.Helper()
		counted.puts = 0
		if err := device.Identities.PutIdentity(ctx, address, key); err != nil || counted.puts != writes {
			t.Errorf("%d writes, want %d; %v", counted.puts, writes, err)
		}
	}
	trusted := func(key [32]byte, want bool, asks int) {
		t.Helper()
		counted.asks = 0
		if got, err := device.Identities.IsTrustedIdentity(t.Context(), address, key); got != want || err != nil || counted.asks != asks {
			t.Errorf("trusted: %v after %d questions, want %v after %d; %v", got, counted.asks, want, asks, err)
		}
	}
	trusted(first, true, 1) // the first key of a person is
	put(t.Context(), first, 1)
	put(t.Context(), first, 0)
	trusted(first, true, 0)
	trusted(second, false, 0)
	put(t.Context(), second, 1)
	trusted(first, false, 1)
	put(t.Context(), second, 1)
	put(t.Context(), second, 0)

	// What is undone was never stored.
	undo := errors.New("undo")
	if err := cfg.DB.DoTxn(t.Context(), nil, func(ctx context.Context) error { put(ctx, first, 1); return undo }); err != undo {
		t.Fatal(err)
	}
	trusted(second, true, 1)
	put(t.Context(), second, 1)
	put(t.Context(), second, 0)

	if err := device.Identities.DeleteIdentity(t.Context(), address); err != nil {
		t.Error(err)
	}
	trusted(first, true, 1)
	put(t.Context(), first, 1)
	if err := device.Identities.DeleteAllIdentities(t.Context(), "6281"); err != nil {
		t.Error(err)
	}
	trusted(second, true, 1)

	// A number's keys become those of its hidden id, in the library's own way, once.
	put(t.Context(), first, 1)
	number, hidden := types.NewJID("6281", types.DefaultUserServer), types.NewJID("77", types.HiddenUserServer)
	if err := device.Identities.PutIdentity(t.Context(), "77_1:0", second); err != nil {
		t.Error(err)
	}
	for range 2 {
		if err := device.Sessions.MigratePNToLID(t.Context(), number, hidden); err != nil {
			t.Error(err)
		}
	}
	trusted(second, true, 1) // the number has none any more
	if ok, err := device.Identities.IsTrustedIdentity(t.Context(), "77_1:0", second); ok || err != nil {
		t.Errorf("the hidden id kept its old key; %v", err)
	}
	put(t.Context(), second, 1)
	if err := device.Sessions.MigratePNToLID(t.Context(), number, hidden); err != nil {
		t.Error(err)
	}
	put(t.Context(), second, 0)
}

// TestTokensAreThoseOfTheLibrary compares what is found with what the library's own question finds.
func TestTokensAreThoseOfTheLibrary(t *testing.T) {
	cfg, device := linkedDevice(t)
	library := device.PrivacyTokens
	rememberKeys(device, cfg.DB)
	jid := func(user, server string) types.JID { return types.NewJID(user, server) }
	for i := range 5 {
		number, hidden := jid(fmt.Sprint("628", i), types.DefaultUserServer), jid(fmt.Sprint("77", i), types.HiddenUserServer)
		if i != 4 {
			if err := device.LIDs.PutLIDMapping(t.Context(), hidden, number); err != nil {
				t.Fatal(err)
			}
		}
		byNumber := store.PrivacyToken{User: number, Token: []byte{1}, Timestamp: time.Unix(1000, 0), SenderTimestamp: time.Unix(900, 0)}
		byHidden := store.PrivacyToken{User: hidden, Token: []byte{2}, Timestamp: time.Unix(999+int64(i), 0)}
		tokens := [][]store.PrivacyToken{nil, {byNumber}, {byHidden}, {byNumber, byHidden}, {byNumber, byHidden}}[i]
		if len(tokens) == 0 {
			continue
		}
		if err := device.PrivacyTokens.PutPrivacyTokens(t.Context(), tokens...); err != nil {
			t.Fatal(err)
		}
	}
	found := 0
	for i := range 6 {
		for _, user := range []types.JID{jid(fmt.Sprint("628", i), types.DefaultUserServer), jid(fmt.Sprint("77", i), types.HiddenUserServer), jid("1", types.BotServer)} {
			want, err := library.GetPrivacyToken(t.Context(), user)
			if err != nil {
				t.Fatal(err)
			}
			got, err := device.PrivacyTokens.GetPrivacyToken(t.Context(), user)
			if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) || err != nil {
				t.Errorf("%s: %+v, want %+v; %v", user, got, want, err)
			}
			if got != nil {
				found++
			}
		}
	}
	if found != 8 {
		t.Errorf("%d of 8 were found", found)
	}
}
