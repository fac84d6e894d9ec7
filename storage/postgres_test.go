package storage_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"layak/bot"
	"layak/flows"
	"layak/storage"
	"layak/storage/pgtest"
	"layak/storage/storagetest"
)

func TestConformanceOnPostgres(t *testing.T) {
	pgtest.New(t) // skips the test as a whole where there is no Postgres
	storagetest.Run(t, func(t *testing.T) bot.Store { return open(t, pgtest.New(t)) })
}

func TestBotOnPostgres(t *testing.T) { fiftyPeople(t, pgtest.New(t)) }

func TestAuditIsAppendOnlyOnPostgres(t *testing.T) { auditIsAppendOnly(t, open(t, pgtest.New(t))) }

func TestTablesOfOthersOnPostgres(t *testing.T) { tablesOfOthers(t, open(t, pgtest.New(t))) }

// BenchmarkTurnOnPostgres is BenchmarkTurn on a server of this machine whose commits wait for the disk.
func BenchmarkTurnOnPostgres(b *testing.B) { benchmarkTurn(b, open(b, pgtest.NewDurable(b))) }

func TestPasswordsStayOutOfErrors(t *testing.T) {
	for _, dsn := range []string{
		"postgres://layak:hunter2@127.0.0.1:1/layak", "postgresql://layak:hunter2@127.0.0.1:1/layak?sslmode=disable",
		"postgres://layak:hun%ter2@host/layak", "postgres://layak:hun/ter2@host/layak", "postgres://layak:x:hunter2@:ter2/layak",
		"postgres://layak:hunter2@host:ter2/layak", "postgres://layak:hunter2@host/layak?sslmode=hunter2",
		"postgres://layak:hunter2@host/layak?connect_timeout=hunter2", "postgres://layak@host:bad/layak?password=hunter2",
		"postgres://layak:hunter2\x7f@host/layak",
	} {
		s, err := storage.Open(t.Context(), dsn, storage.Options{})
		if err == nil {
			_ = s.Close()
			t.Errorf("%q opened", dsn)
			continue
		}
		if strings.Contains(err.Error(), "ter2") {
			t.Errorf("a password is in the error: %v", err)
		}
	}
}

// twice opens one database as two processes do.
func twice(t *testing.T, settings ...string) [2]*storage.Store {
	dsn := pgtest.New(t, settings...)
	return [2]*storage.Store{open(t, dsn), open(t, dsn)}
}

// isolations are the ways in which transactions can meet: ours, and the strictest, in which they fail all the time.
func isolations(t *testing.T, run func(t *testing.T, stores [2]*storage.Store)) {
	for _, level := range []string{"read committed", "serializable"} {
		t.Run(strings.ReplaceAll(level, " ", "_"), func(t *testing.T) {
			run(t, twice(t, "default_transaction_isolation = '"+level+"'"))
		})
	}
}

func said(address, id string) bot.Inbound {
	return bot.Inbound{
		Channel: "test", Address: address, Sender: address, MessageID: id, ReceivedAt: time.Now(),
		Input: flows.Input{Kind: flows.InputText, Text: "hi", At: time.Now()},
	}
}

func count(t *testing.T, s *storage.Store, query string, args ...any) (n int) {
	t.Helper()
	if err := s.DB().QueryRow(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// Two processes open a new database at the same time.
func TestPostgresIsUpgradedOnce(t *testing.T) {
	dsn := pgtest.New(t)
	var all sync.WaitGroup
	for range 6 {
		all.Go(func() {
			s, err := storage.Open(context.Background(), dsn, storage.Options{})
			if err != nil {
				t.Error(err)
				return
			}
			_ = s.Close()
		})
	}
	all.Wait()
}

// The same messages come in through two processes, of people nobody knew and who turn out to have two addresses.
func TestPostgresAcceptRace(t *testing.T) {
	isolations(t, func(t *testing.T, stores [2]*storage.Store) {
		const people, each = 8, 6
		var mu sync.Mutex
		fresh := map[string]int{}
		var all sync.WaitGroup
		for person := range people {
			for process, s := range stores {
				all.Go(func() {
					pn, lid := fmt.Sprint("pn", person), fmt.Sprint("lid", person)
					for n := range each {
						in := said(pn, fmt.Sprint("IN", person, "-", n))
						switch n % 3 { // in different order in each process
						case process:
							in.Address, in.Alt = lid, pn
						case 2:
							in.Alt = lid
						}
						in.Sender = in.Address
						a, err := s.Accept(t.Context(), in)
						if err != nil {
							t.Error(err)
							return
						}
						if a.Fresh {
							mu.Lock()
							fresh[in.MessageID]++
							mu.Unlock()
						}
					}
				})
			}
		}
		all.Wait()
		if n := count(t, stores[0], `SELECT COUNT(*) FROM contact`); n != people {
			t.Errorf("%d people, want %d", n, people)
		}
		// Before a message told that both addresses are one person, the same id under each was not known to be one message.
		if n := count(t, stores[0], `SELECT COUNT(*) FROM inbox`); n != people*each {
			t.Errorf("%d messages, want %d", n, people*each)
		}
		if len(fresh) != people*each {
			t.Errorf("%d messages were fresh, want %d", len(fresh), people*each)
		}
		if n := count(t, stores[0], `SELECT COUNT(*) FROM contact_alias`); n != 2*people {
			t.Errorf("%d addresses, want %d", n, 2*people)
		}
	})
}

// Two processes answer and send everything at the same time: each message is answered once, each answer claimed once.
func TestPostgresTurnRace(t *testing.T) {
	isolations(t, func(t *testing.T, stores [2]*storage.Store) {
		const people, each = 6, 5
		ctx := t.Context()
		keys := make([]bot.ChatKey, people)
		for i := range keys {
			for n := range each {
				a, err := stores[0].Accept(ctx, said(fmt.Sprint("person", i), fmt.Sprint("IN", i, "-", n)))
				if err != nil {
					t.Fatal(err)
				}
				keys[i] = a.Chat
			}
		}
		var mu sync.Mutex
		claimed := map[string]int{}
		var all sync.WaitGroup
		for process, s := range stores {
			for i, key := range keys {
				all.Go(func() {
					for {
						chat, err := s.Load(ctx, key)
						if err != nil {
							t.Error(err)
							return
						}
						if len(chat.Pending) == 0 {
							return
						}
						rec := bot.TurnRecord{
							Chat: key, Base: chat.Conversation.Version, Next: chat.Conversation, At: time.Now(),
							Answered: []bot.PendingID{chat.Pending[0].ID},
							Out:      []bot.Outbound{{MessageID: fmt.Sprint("OUT", process, i, "-", rand.Int64())}},
							HandOff:  &bot.HandOff{Reason: flows.HandOffAsked},
						}
						if err := s.Commit(ctx, rec); err != nil && !errors.Is(err, bot.ErrConflict) {
							t.Error(err)
							return
						}
					}
				})
			}
			all.Go(func() {
				for count(t, s, `SELECT COUNT(*) FROM outbox WHERE state = 'sent'`) < people*each {
					out, err := s.Claim(ctx, "test", time.Now(), time.Minute, 3)
					if err != nil {
						t.Error(err)
						return
					}
					for _, o := range out {
						mu.Lock()
						claimed[o.MessageID]++
						mu.Unlock()
						if err := s.Settle(ctx, o.ID, bot.Attempt{Outcome: bot.OutcomeSent, At: time.Now()}); err != nil {
							t.Error(err)
							return
						}
					}
				}
			})
		}
		all.Wait()
		if len(claimed) != people*each {
			t.Errorf("%d answers to %d messages", len(claimed), people*each)
		}
		for id, n := range claimed {
			if n != 1 {
				t.Errorf("%s was claimed %d times", id, n)
			}
		}
		for _, key := range keys {
			lines, err := stores[0].Transcript(ctx, key)
			if err != nil || len(lines) != 2*each {
				t.Errorf("%d lines, want %d (%v)", len(lines), 2*each, err)
			}
			if cases, err := stores[0].Cases(ctx, key); err != nil || len(cases) != 1 {
				t.Errorf("%d cases, want one (%v)", len(cases), err)
			}
		}
	})
}

// Somebody writes from the business phone while the other process composes, claims and takes messages in: what was
// claimed before is sent, everything else is withdrawn, and the person's messages are left to the phone.
func TestPostgresTakeoverRace(t *testing.T) {
	isolations(t, func(t *testing.T, stores [2]*storage.Store) {
		ctx := t.Context()
		bots, phone := stores[0], stores[1]
		var after int
		for round := range 25 {
			address := fmt.Sprint("person", round)
			a, err := bots.Accept(ctx, said(address, "1"))
			if err != nil {
				t.Fatal(err)
			}
			chat, err := bots.Load(ctx, a.Chat)
			if err != nil {
				t.Fatal(err)
			}
			rec := bot.TurnRecord{
				Chat: a.Chat, Next: chat.Conversation, At: time.Now(), Answered: []bot.PendingID{chat.Pending[0].ID},
				Out: []bot.Outbound{{MessageID: address + "-1"}, {MessageID: address + "-2"}},
			}
			hand := said(address, "by hand")
			hand.FromMe, hand.Sender = true, "me"
			var claimed []bot.Outbound
			var all sync.WaitGroup
			all.Go(func() {
				if _, err := phone.Accept(ctx, hand); err != nil {
					t.Error(err)
				}
			})
			all.Go(func() {
				if err := bots.Commit(ctx, rec); err != nil && !errors.Is(err, bot.ErrConflict) {
					t.Error(err)
				}
				var err error
				if claimed, err = bots.Claim(ctx, "test", time.Now(), time.Hour, 1); err != nil {
					t.Error(err)
				}
			})
			all.Go(func() {
				if _, err := bots.Accept(ctx, said(address, "2")); err != nil {
					t.Error(err)
				}
			})
			all.Wait()
			for _, s := range stores {
				late, err := s.Claim(ctx, "test", time.Now().Add(time.Minute), time.Hour, 10)
				if err != nil || len(late) > 0 {
					t.Errorf("after the takeover %d messages are sent (%v)", len(late), err)
				}
			}
			if len(claimed) == 0 {
				after++
			} else if err := bots.Settle(ctx, claimed[0].ID, bot.Attempt{Outcome: bot.OutcomeSent, At: time.Now()}); err != nil {
				t.Error(err)
			}
			chat, err = bots.Load(ctx, a.Chat)
			if err != nil || chat.Owner != bot.OwnerPhone || chat.Fence != 1 || len(chat.Pending) > 0 {
				t.Errorf("chat %+v, %v; want it the phone's with nothing pending", chat, err)
			}
			late, err := bots.Claim(ctx, "test", time.Now().Add(time.Minute), time.Hour, 10)
			if err != nil || len(late) > 0 {
				t.Errorf("the second message was not withdrawn (%v)", err)
			}
			cases, err := bots.Cases(ctx, a.Chat)
			if err != nil || len(cases) != 1 || !slices.Contains(cases[0].Reasons, flows.HandOffTakeover) {
				t.Errorf("cases %+v, %v", cases, err)
			}
		}
		t.Logf("the phone was first in %d of 25 rounds", after)
	})
}

// One of two agents in different processes gets the chat.
func TestPostgresOwnerRace(t *testing.T) {
	stores := twice(t)
	a, err := stores[0].Accept(t.Context(), said("ana", "1"))
	if err != nil {
		t.Fatal(err)
	}
	for round := range 20 {
		var all sync.WaitGroup
		won := make([]bool, 2)
		for i, s := range stores {
			all.Go(func() {
				_, err := s.SetOwner(t.Context(), a.Chat, "", fmt.Sprint("agent", i), time.Now())
				if won[i] = err == nil; err != nil && !errors.Is(err, bot.ErrConflict) {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if won[0] == won[1] {
			t.Fatalf("round %d: winners %v", round, won)
		}
		owner := "agent0"
		if won[1] {
			owner = "agent1"
		}
		if _, err := stores[0].SetOwner(t.Context(), a.Chat, owner, "", time.Now()); err != nil {
			t.Fatal(err)
		}
	}
}

// A standby that opens the database leaves alone what the service is sending.
func TestOpeningPostgresEndsNoLease(t *testing.T) {
	dsn := pgtest.New(t)
	s := open(t, dsn)
	a, err := s.Accept(t.Context(), said("ana", "1"))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	if err := s.Commit(t.Context(), bot.TurnRecord{Chat: a.Chat, At: now, Out: []bot.Outbound{{MessageID: "1"}}}); err != nil {
		t.Fatal(err)
	}
	if out, err := s.Claim(t.Context(), "test", now, time.Hour, 10); err != nil || len(out) != 1 {
		t.Fatalf("claimed %+v, %v", out, err)
	}
	if out, err := open(t, dsn).Claim(t.Context(), "test", now, time.Hour, 10); err != nil || len(out) != 0 {
		t.Errorf("another process claimed %+v, %v", out, err)
	}
}

// What the server cuts off, or a restart of it, costs at most what was under way.
func TestPostgresConnectionsAreReplaced(t *testing.T) {
	dsn := pgtest.New(t)
	s := open(t, dsn)
	for i := range 5 {
		if err := turn(t.Context(), s, i); err != nil {
			t.Fatal(err)
		}
		if err := pgtest.Exec(dsn, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Accept(t.Context(), said("ana", fmt.Sprint(i))); err != nil {
			t.Errorf("after the connections were cut: %v", err)
		}
	}
}

// While a takeover is being stored, nothing of that chat is claimed; other chats go on.
func TestPostgresClaimPassesOverATakeoverUnderWay(t *testing.T) {
	stores := twice(t)
	ctx, now := t.Context(), time.Now()
	for _, address := range []string{"ana", "budi"} {
		a, err := stores[0].Accept(ctx, said(address, "1"))
		if err != nil {
			t.Fatal(err)
		}
		if err := stores[0].Commit(ctx, bot.TurnRecord{Chat: a.Chat, At: now, Out: []bot.Outbound{{MessageID: "to " + address}}}); err != nil {
			t.Fatal(err)
		}
	}
	claim := func(want ...string) {
		t.Helper()
		out, err := stores[0].Claim(ctx, "test", now, time.Hour, 10)
		var got []string
		for _, o := range out {
			got = append(got, o.MessageID)
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("claimed %q (%v), want %q", got, err, want)
		}
	}
	hand := said("ana", "by hand")
	hand.FromMe = true
	if err := stores[1].DB().DoTxn(ctx, nil, func(inside context.Context) error {
		if _, err := stores[1].Accept(inside, hand); err != nil {
			return err
		}
		done := make(chan struct{})
		go func() { claim("to budi"); close(done) }() // another goroutine: this one is in a transaction
		<-done
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	claim()
}
