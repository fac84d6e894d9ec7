package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"layak/bot"
	"layak/flows"
	"layak/storage"
)

// liveChats is how many conversations are under way in the benchmarks.
const liveChats = 10_000

// BenchmarkReload reads, checks, keeps and publishes an edited flow while 10,000 conversations are under way and people go on
// writing, with the examples unchanged: 0.2 s of processor time, 0.48 s on two cores that other work with a load of 13 shared.
// Turns took 1.8 ms (median) and 6 ms (95 of 100) without a reload there, 1.8 ms and 28 ms during one.
func BenchmarkReload(b *testing.B) {
	benchmarkReload(b, "lang/id.yaml", func(text string, n int) string {
		return strings.Replace(text, "Saya Layak", fmt.Sprintf("Saya Layak %d", n), 1)
	})
}

// BenchmarkReloadTrains is BenchmarkReload after an edit of the examples, so that the classifier has to be trained: 2.3 s of
// processor time, nearly all of it on one core, and 3.1 s beside people who write without a pause. Turns took 2 ms with and
// without it.
func BenchmarkReloadTrains(b *testing.B) {
	benchmarkReload(b, "nlu/none.yml", func(text string, n int) string {
		return strings.Replace(text, "    - ", fmt.Sprintf("    - coba nomor %d\n    - ", n), 1)
	})
}

func benchmarkReload(b *testing.B, file string, edit func(text string, n int) string) {
	b.Setenv("XDG_CACHE_HOME", b.TempDir())
	ctx := b.Context()
	dir := filepath.Join(b.TempDir(), "mybot")
	if code := run(ctx, []string{"init", dir}, strings.NewReader(""), os.Stderr, os.Stderr, nil); code != 0 {
		b.Fatalf("init: exit code %d", code)
	}
	cfg := DefaultConfig()
	cfg.Flow.Dir = filepath.Join(dir, "flow")
	store, err := storage.Open(ctx, filepath.Join(dir, "layak.db"), storage.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	folder, err := compileFolder(ctx, cfg, nil)
	if err != nil {
		b.Fatal(err)
	}
	flow, _, err := newPublisher(ctx, cfg, store, folder, nil, newLog(os.Stderr, false, 8))
	if err != nil {
		b.Fatal(err)
	}
	if err := flow.Begin(ctx, folder, false); err != nil {
		b.Fatal(err)
	}
	w := &writers{store: store, turns: bot.Turns{
		Store: store, Engine: flow.Engine, FreeText: flow.Engine.FreeText, Alone: flow.Engine.Alone,
		NewMessageID: func(string) string { return fmt.Sprint("OUT", outbound.Add(1)) },
	}}
	w.fill(b, folder.Digest())
	path := filepath.Join(cfg.Flow.Dir, file)
	text, err := os.ReadFile(path)
	if err != nil {
		b.Fatal(err)
	}

	reloads := 0
	idle := w.during(b, func() { <-time.After(2 * time.Second) })
	var busy []time.Duration
	var total time.Duration
	for b.Loop() {
		reloads++
		if err := os.WriteFile(path, []byte(edit(string(text), reloads)), 0o644); err != nil {
			b.Fatal(err)
		}
		busy = append(busy, w.during(b, func() {
			begin := time.Now()
			if err := flow.Reload(ctx, "sari", ""); err != nil {
				b.Fatal(err)
			}
			total += time.Since(begin)
		})...)
	}
	b.ReportMetric(float64(total.Milliseconds())/float64(reloads), "ms/reload")
	for name, took := range map[string][]time.Duration{"quiet": idle, "reloading": busy} {
		slices.Sort(took)
		b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-median-turn-"+name)
		b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "ms-p95-turn-"+name)
	}
}

// outbound numbers messages.
var outbound atomic.Int64

// writers are people in the midst of a conversation.
type writers struct {
	store *storage.Store
	turns bot.Turns
	n     int
}

func (w *writers) message(who int, text string) bot.Inbound {
	w.n++
	now := time.Now().UTC()
	address := fmt.Sprintf("%d@s.whatsapp.net", 6281200000000+who)
	return bot.Inbound{
		Channel: "bench", Address: address, Sender: address, MessageID: fmt.Sprint("IN", w.n), ReceivedAt: now,
		Input: flows.Input{Kind: flows.InputText, Text: text, At: now},
	}
}

// fill lets everybody stand at the question for a licence.
func (w *writers) fill(b *testing.B, digest string) {
	b.Helper()
	var chats []bot.ChatKey
	err := w.store.Write(b.Context(), func(ctx context.Context) error {
		for i := range liveChats {
			a, err := w.store.Accept(ctx, w.message(i, "jual obat herbal"))
			if err != nil {
				return err
			}
			chats = append(chats, a.Chat)
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	err = w.store.Write(b.Context(), func(ctx context.Context) error {
		for _, key := range chats {
			next := flows.Conversation{
				ID: string(key), FlowID: "eligibility", FlowDigest: digest, Place: flows.Place{State: "licence", Fact: "licence.bpom_tr"},
				Status: flows.Active, Lang: "id", Answers: map[string]flows.Value{flows.FactCategory: {Value: "herbal_medicine"}},
				StartedAt: time.Now(), UpdatedAt: time.Now(),
			}
			chat, err := w.store.Load(b.Context(), key)
			if err != nil {
				return err
			}
			if err := w.store.Commit(ctx, bot.TurnRecord{Chat: key, Next: next, Answered: []bot.PendingID{chat.Pending[0].ID}, At: time.Now()}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

// during lets people write, one after the other, while something is done, and returns how long each turn took.
func (w *writers) during(b *testing.B, do func()) (took []time.Duration) {
	b.Helper()
	over := make(chan struct{})
	go func() { defer close(over); do() }()
	for i := 0; ; i++ {
		select {
		case <-over:
			return took
		default:
		}
		begin := time.Now()
		a, err := w.store.Accept(b.Context(), w.message(w.n%liveChats, "status"))
		if err != nil {
			b.Fatal(err)
		}
		if _, err := w.turns.Answer(b.Context(), a.Chat); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(begin))
	}
}
