package storage_test

import (
	"path/filepath"
	"testing"

	"layak/bot"
	"layak/storage"
	"layak/storage/storagetest"
)

func open(t testing.TB, path string) *storage.Store {
	t.Helper()
	s, err := storage.Open(t.Context(), path, storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestConformance(t *testing.T) {
	storagetest.Run(t, func(t *testing.T) bot.Store { return open(t, filepath.Join(t.TempDir(), "layak.db")) })
}
