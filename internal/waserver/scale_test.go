package waserver_test

import (
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.mau.fi/whatsmeow/types/events"

	"layak/internal/waserver"
)

// BenchmarkQueue delivers 3,000 messages of 2,000 new people that waited for the bot; it also exhausts the one-time keys
// of the bot's first upload. Two shared cores: 4.7 s, nearly all of it the client's; queueing them took 2.7 s.
func BenchmarkQueue(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		srv := newServer(b)
		account := srv.NewAccount("628110000001")
		path := filepath.Join(b.TempDir(), "bot.db")
		first := startBot(b, srv, path)
		first.scan(account)
		await[*events.Connected](first, 0, nil)
		first.pushName()
		first.stop()
		ctx := b.Context()
		if err := account.WaitOffline(ctx); err != nil {
			b.Fatal(err)
		}
		for i := range 3000 {
			p := srv.NewProspect(fmt.Sprintf("62813%07d", i%2000), waserver.ProspectOptions{})
			if _, err := p.Send(ctx, fmt.Sprint(i)); err != nil {
				b.Fatal(err)
			}
		}
		b.StartTimer()
		second := startBot(b, srv, path)
		second.connect()
		if err := account.WaitQueueEmpty(ctx); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkTalk lets 200 people send 5 messages each to an echo bot, all at the same time. Two shared cores: 275 round
// trips/s with first contacts, 344 without; a third of the CPU time is this server's, most of that the ratchets.
func BenchmarkTalk(b *testing.B) {
	srv := newServer(b)
	account := srv.NewAccount("628110000001")
	bot := linkedBot(b, srv, account)
	ctx := b.Context()
	echo := make(chan *events.Message, 10_000)
	bot.refuse(func(evt any) bool {
		if m, ok := evt.(*events.Message); ok {
			echo <- m
		}
		return false
	})
	var answering sync.WaitGroup
	defer answering.Wait()
	defer close(echo)
	answering.Go(func() {
		for m := range echo {
			if _, err := bot.say(ctx, m.Info.Chat, m.Message.GetConversation()); err != nil {
				b.Error(err)
			}
		}
	})
	const people, rounds = 200, 5
	started, trips := time.Now(), 0
	for b.Loop() {
		var talking sync.WaitGroup
		for i := range people {
			p := srv.NewProspect(fmt.Sprintf("62812%07d", i), waserver.ProspectOptions{})
			talking.Go(func() {
				for round := range rounds {
					want := fmt.Sprint(i, " ", round)
					if _, err := p.Send(ctx, want); err != nil {
						b.Error(err)
						return
					}
					if got, err := p.Next(ctx); err != nil || got.Text != want {
						b.Errorf("got %q, %v, want %q", got.Text, err, want)
						return
					}
				}
			})
		}
		talking.Wait()
		trips += people * rounds
	}
	b.ReportMetric(float64(trips)/time.Since(started).Seconds(), "trips/s")
}
