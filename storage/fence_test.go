package storage

import (
	"testing"
	"time"

	"layak/storage/pgtest"
)

// The last look at who has a chat, before a message of the bot is sent: it costs no transaction. On two busy cores 50 µs on
// SQLite, where Load takes 74, and 105 µs on Postgres over loopback, where Load takes 209.
func BenchmarkFence(b *testing.B) { benchmarkFence(b, sqlite(b)) }

func BenchmarkFenceOnPostgres(b *testing.B) {
	s, err := Open(b.Context(), pgtest.New(b), Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	benchmarkFence(b, s)
}

func benchmarkFence(b *testing.B, s *Store) {
	key, err := s.Find(b.Context(), "test", "ana", time.Now())
	if err != nil {
		b.Fatal(err)
	}
	b.Run("fence", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Fence(b.Context(), key); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("load", func(b *testing.B) {
		for b.Loop() {
			if c, err := s.Load(b.Context(), key); err != nil || c.Key != key {
				b.Fatal(err)
			}
		}
	})
}
