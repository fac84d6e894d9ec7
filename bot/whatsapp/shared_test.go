package whatsapp

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"go.mau.fi/whatsmeow/proto/waAdv"
	"go.mau.fi/whatsmeow/types"
)

// lateCommits runs what is to be written soon when it is told to.
type lateCommits struct {
	cfg   Config
	later []func()
	n     int
	ended []func(error)
}

func (c *lateCommits) Write(ctx context.Context, fn func(context.Context) error) error {
	c.n++
	return c.cfg.DB.DoTxn(ctx, nil, fn)
}

func (c *lateCommits) WriteAhead(ctx context.Context, fn func(context.Context) error, ended func(error)) error {
	err := c.Write(ctx, fn)
	if err == nil {
		c.ended = append(c.ended, ended)
	}
	return err
}

func (c *lateCommits) WriteSoon(ctx context.Context, fn func(context.Context) error, done func(error)) {
	c.later = append(c.later, func() { done(c.Write(ctx, fn)) })
}

func TestKeysShareCommits(t *testing.T) {
	cfg := Config{DB: openDB(t, filepath.Join(t.TempDir(), "keys.db")), Log: slog.New(slog.DiscardHandler)}
	box, err := openKeys(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	commits := &lateCommits{cfg: cfg}
	cfg.Commits = commits
	device := box.NewDevice()
	newClient(cfg, device) // not linked yet: nothing to share
	own := types.NewJID("628110000001", types.DefaultUserServer)
	device.ID = &own
	device.Account = &waAdv.ADVSignedDeviceIdentity{
		Details: []byte{1}, AccountSignature: make([]byte, 64), AccountSignatureKey: make([]byte, 32), DeviceSignature: make([]byte, 64),
	}
	if err := device.Save(t.Context()); err != nil {
		t.Fatal(err)
	}
	newClient(cfg, device)
	newClient(cfg, device) // once is enough

	hash := [32]byte{1}
	err = device.EventBuffer.DoDecryptionTxn(t.Context(), func(ctx context.Context) error {
		return device.EventBuffer.PutBufferedEvent(ctx, hash, []byte("halo"), time.Unix(1, 0))
	})
	if err != nil || commits.n != 1 {
		t.Errorf("%d commits were shared, want 1; %v", commits.n, err)
	}
	text := func() string {
		t.Helper()
		e, err := device.EventBuffer.GetBufferedEvent(t.Context(), hash)
		if err != nil || e == nil {
			t.Fatalf("the message is not known: %v", err)
		}
		return string(e.Plaintext)
	}
	if got := text(); got != "halo" {
		t.Errorf("kept %q", got)
	}
	if err := device.EventBuffer.ClearBufferedEventPlaintext(t.Context(), hash); err != nil || len(commits.later) != 1 {
		t.Fatalf("%d operations wait, want 1; %v", len(commits.later), err)
	}
	commits.later[0]()
	if got := text(); got != "" {
		t.Errorf("kept %q after it was handled", got)
	}
	if err := device.Sessions.PutManySessions(t.Context(), map[string][]byte{"6281:0": {1}}); err != nil || commits.n != 3 {
		t.Errorf("%d commits were shared, want 3; %v", commits.n, err)
	}
	if got, err := device.Sessions.GetSession(t.Context(), "6281:0"); err != nil || len(got) != 1 {
		t.Errorf("session %v, %v", got, err)
	}
}

// TestSessionsThatAreNotCommittedAreRead takes what was put out of the database to tell memory from it.
func TestSessionsThatAreNotCommittedAreRead(t *testing.T) {
	cfg, device := linkedDevice(t)
	commits := &lateCommits{cfg: cfg}
	cfg.Commits = commits
	newClient(cfg, device)
	const ana, budi, citra = "6281:0", "6282:0", "6283:1"
	ctx := t.Context()
	lose := func() {
		t.Helper()
		if _, err := cfg.DB.Exec(ctx, `DELETE FROM whatsmeow_sessions`); err != nil {
			t.Fatal(err)
		}
	}
	has := func(want ...string) {
		t.Helper()
		found, err := device.Sessions.GetManySessions(ctx, []string{ana, budi, citra})
		if err != nil {
			t.Error(err)
		}
		for _, address := range []string{ana, budi, citra} {
			wanted := slices.Contains(want, address)
			one, err1 := device.Sessions.GetSession(ctx, address)
			is, err2 := device.Sessions.HasSession(ctx, address)
			if (found[address] != nil) != wanted || (one != nil) != wanted || is != wanted || err1 != nil || err2 != nil {
				t.Errorf("%s: %v %v %t, want it: %t; %v %v", address, found[address], one, is, wanted, err1, err2)
			}
		}
	}
	put := func(ctx context.Context, address string) {
		t.Helper()
		if err := device.Sessions.PutSession(ctx, address, []byte{1}); err != nil {
			t.Error(err)
		}
	}
	decrypt := func(address string, result error) {
		t.Helper()
		err := device.EventBuffer.DoDecryptionTxn(ctx, func(ctx context.Context) error { put(ctx, address); return result })
		if err != result {
			t.Errorf("decrypted: %v, want %v", err, result)
		}
	}
	decrypt(ana, nil)
	put(ctx, budi)
	has(ana, budi)
	lose()
	has(ana, budi)
	commits.ended[0](errors.New("not committed"))
	has(budi)
	decrypt(citra, errors.New("undone"))
	has(budi)

	decrypt(ana, nil)
	commits.ended[1](nil)
	lose()
	has(ana, budi)
	number, hidden := types.NewJID("6281", types.DefaultUserServer), types.NewJID("77", types.HiddenUserServer)
	for _, change := range []func() error{
		func() error { return device.Sessions.MigratePNToLID(ctx, number, hidden) },
		func() error { return device.Sessions.DeleteSession(ctx, budi) },
	} {
		if err := change(); err != nil {
			t.Error(err)
		}
	}
	has()
	put(ctx, citra)
	lose()
	has(citra)
	if err := device.Sessions.DeleteAllSessions(ctx, "6283"); err != nil {
		t.Error(err)
	}
	has()
}
