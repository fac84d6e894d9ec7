package whatsapp

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"

	"go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/types"
)

// Commits are transactions of the program's database that share a commit where several wait for one. A function may be run
// again when that fails. They are committed in the order in which they ran.
type Commits interface {
	// Write runs fn in a transaction and returns after its commit.
	Write(ctx context.Context, fn func(ctx context.Context) error) error
	// WriteAhead runs fn in a transaction and returns before its commit, which follows soon or with the next one. Then, unless
	// it returned an error, ended is called; with an error nothing is stored.
	WriteAhead(ctx context.Context, fn func(ctx context.Context) error, ended func(error)) error
	// WriteSoon runs fn with the next commit, or one of its own, and does not wait for it. Then done is called.
	WriteSoon(ctx context.Context, fn func(ctx context.Context) error, done func(error))
}

// shareCommits makes the transactions that come with every message, received or sent, share their commits with the
// program's own.
func shareCommits(device *store.Device, commits Commits, log *slog.Logger) {
	if _, done := device.EventBuffer.(sharedBuffer); commits == nil || done || device.ID == nil {
		return // before linking there are no keys
	}
	sessions := &sharedSessions{SessionStore: device.Sessions, commits: commits, recent: map[string][]byte{}}
	device.Sessions = sessions
	device.EventBuffer = sharedBuffer{device.EventBuffer, sessions, commits, log}
}

// sharedBuffer keeps decrypted messages until they are handled.
type sharedBuffer struct {
	store.EventBuffer
	sessions *sharedSessions
	commits  Commits
	log      *slog.Logger
}

// DoDecryptionTxn implements store.EventBuffer. All that fn changes is in the database, so it may be run again.
//
// It does not wait for the commit: that of the message itself comes later or is the same one, and only then is the message
// confirmed. Were it lost, WhatsApp would deliver again what was not confirmed, and what was encrypted after it can be
// decrypted without it.
func (b sharedBuffer) DoDecryptionTxn(ctx context.Context, fn func(context.Context) error) error {
	var put []string
	return b.commits.WriteAhead(ctx, func(ctx context.Context) error {
		put = nil
		return b.sessions.putting(&put, func() error { return fn(context.WithValue(ctx, puttingKey{}, &put)) })
	}, func(err error) {
		if err != nil {
			b.sessions.forget(put)
			b.log.Error("the state of the encryption after a message was not stored", "error", Mask(err.Error()))
		}
	})
}

// ClearBufferedEventPlaintext implements store.EventBuffer. It comes after a message was handled, and does not wait: should
// the program end before, the message may be handled again, which is noticed as any other repetition is.
func (b sharedBuffer) ClearBufferedEventPlaintext(ctx context.Context, hash [32]byte) error {
	b.commits.WriteSoon(ctx, func(ctx context.Context) error {
		return b.EventBuffer.ClearBufferedEventPlaintext(ctx, hash)
	}, func(err error) {
		if err != nil {
			b.log.Error("the text of a handled message was not removed from the library's buffer", "error", Mask(err.Error()))
		}
	})
	return nil
}

// recentSessions is how many devices' sessions are kept in memory: at 2 kB each, 2 MB for everybody who is chatting now.
const recentSessions = 1000

// puttingKey is the context key of the list of sessions that a transaction has put.
type puttingKey struct{}

// sharedSessions keeps the state of the encryption with each device. What was put last is read from memory: it may not be
// committed yet, and encrypting from the state before it would undo it.
type sharedSessions struct {
	store.SessionStore
	commits Commits

	mu     sync.Mutex
	recent map[string][]byte // as the last transaction that ran has left them
}

// PutManySessions implements store.SessionStore. It is called for every message that is sent.
func (s *sharedSessions) PutManySessions(ctx context.Context, sessions map[string][]byte) error {
	var put []string
	err := s.commits.Write(ctx, func(ctx context.Context) error {
		put = nil
		return s.putting(&put, func() error {
			for address, session := range sessions {
				put = append(put, address)
				if err := s.put(ctx, address, session); err != nil {
					return err
				}
			}
			return nil
		})
	})
	if err != nil {
		s.forget(put)
	}
	return err
}

// PutSession implements store.SessionStore.
func (s *sharedSessions) PutSession(ctx context.Context, address string, session []byte) error {
	put, ok := ctx.Value(puttingKey{}).(*[]string)
	if !ok {
		return s.PutManySessions(ctx, map[string][]byte{address: session})
	}
	*put = append(*put, address)
	return s.put(ctx, address, session)
}

// put stores a session within a transaction.
func (s *sharedSessions) put(ctx context.Context, address string, session []byte) error {
	if err := s.SessionStore.PutSession(ctx, address, session); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.recent) >= recentSessions {
		clear(s.recent)
	}
	s.recent[address] = session
	return nil
}

// putting runs a function that puts sessions, and forgets them if it fails, before anything else runs.
func (s *sharedSessions) putting(put *[]string, fn func() error) error {
	failed := true
	defer func() {
		if failed {
			s.forget(*put)
		}
	}()
	err := fn()
	failed = err != nil
	return err
}

func (s *sharedSessions) forget(addresses []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range addresses {
		delete(s.recent, a)
	}
}

func (s *sharedSessions) forgetPeople(people []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.DeleteFunc(s.recent, func(address string, _ []byte) bool { return slices.Contains(people, personOf(address)) })
}

func (s *sharedSessions) get(address string) (session []byte, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	session, ok = s.recent[address]
	return session, ok
}

// GetSession implements store.SessionStore.
func (s *sharedSessions) GetSession(ctx context.Context, address string) ([]byte, error) {
	if session, ok := s.get(address); ok {
		return session, nil
	}
	return s.SessionStore.GetSession(ctx, address)
}

// HasSession implements store.SessionStore.
func (s *sharedSessions) HasSession(ctx context.Context, address string) (bool, error) {
	if _, ok := s.get(address); ok {
		return true, nil
	}
	return s.SessionStore.HasSession(ctx, address)
}

// GetManySessions implements store.SessionStore.
func (s *sharedSessions) GetManySessions(ctx context.Context, addresses []string) (map[string][]byte, error) {
	found := make(map[string][]byte, len(addresses))
	var rest []string
	for _, a := range addresses {
		if session, ok := s.get(a); ok {
			found[a] = session
		} else {
			rest = append(rest, a)
		}
	}
	others, err := s.SessionStore.GetManySessions(ctx, rest)
	if err != nil {
		return nil, err
	}
	maps.Copy(found, others)
	return found, nil
}

// DeleteSession implements store.SessionStore.
func (s *sharedSessions) DeleteSession(ctx context.Context, address string) error {
	return s.changing(func() error { return s.SessionStore.DeleteSession(ctx, address) }, personOf(address))
}

// DeleteAllSessions implements store.SessionStore.
func (s *sharedSessions) DeleteAllSessions(ctx context.Context, person string) error {
	return s.changing(func() error { return s.SessionStore.DeleteAllSessions(ctx, person) }, person)
}

// MigratePNToLID implements store.SessionStore.
func (s *sharedSessions) MigratePNToLID(ctx context.Context, pn, lid types.JID) error {
	migrate := func() error { return s.SessionStore.MigratePNToLID(ctx, pn, lid) }
	return s.changing(migrate, pn.SignalAddressUser(), lid.SignalAddressUser())
}

// changing forgets people around a rare change of the library's own.
func (s *sharedSessions) changing(change func() error, people ...string) error {
	s.forgetPeople(people)
	defer s.forgetPeople(people)
	return change()
}
