package main

import (
	"context"
	"log/slog"
	"net/http"
	"os"
	"time"

	"layak/bot/whatsapp"
	"layak/internal/crashpoint"
	"layak/storage"
)

// versionWait bounds the look-up of the newest client version: without an answer by then the built-in one is announced.
const versionWait = 5 * time.Second

// channelConfig is what linking and running have in common.
func channelConfig(cfg Config, store *storage.Store, log *slog.Logger) (whatsapp.Config, error) {
	c := whatsapp.Config{
		DB: store.DB(), DeviceName: cfg.WhatsApp.DeviceName, StayOnRefused: cfg.WhatsApp.OnRefused == onRefusedStay, Log: log,
	}
	if store.SharesCommits() {
		c.Commits = store
	}
	if server := cfg.WhatsApp.TestServer; server.URL != "" {
		crashpoint.Arm(os.Getenv(crashpoint.Variable))
		var err error
		if c.TestServer, err = whatsapp.ParseTestServer(server.URL, server.RootKey); err != nil {
			return c, withCode(exitConfig, err)
		}
	}
	return c, nil
}

// announceVersion sets the client version that the configuration names, else the newest one. A test server takes any.
func announceVersion(ctx context.Context, cfg Config, log *slog.Logger) error {
	switch {
	case cfg.WhatsApp.ClientVersion != "":
		if err := whatsapp.SetClientVersion(cfg.WhatsApp.ClientVersion); err != nil {
			return withCode(exitConfig, err)
		}
	case cfg.WhatsApp.TestServer.URL == "":
		ctx, cancel := context.WithTimeout(ctx, versionWait)
		defer cancel()
		if err := whatsapp.RefreshClientVersion(ctx, http.DefaultClient); err != nil {
			log.Warn("the newest client version is not known, using the built-in one", "error", err, "client_version", whatsapp.ClientVersion())
		}
	}
	return nil
}
