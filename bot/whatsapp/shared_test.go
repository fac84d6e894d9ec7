package whatsapp

import (
	"context"
	"log/slog"
	"path/filepath"
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
}

func (c *lateCommits) Write(ctx context.Context, fn func(context.Context) error) error {
	c.n++
	return c.cfg.DB.DoTxn(ctx, nil, fn)
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
