package desk

import (
	"context"
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"layak/bot"
)

// slowSource is a store with one kind of news. It takes its time to answer, and answers with what it has then.
type slowSource struct{ last atomic.Int64 }

func (s *slowSource) LastEvent(context.Context) (int64, error) {
	time.Sleep(time.Millisecond)
	return s.last.Load(), nil
}

func (s *slowSource) Events(_ context.Context, after int64, _ int) (news []bot.Event, err error) {
	time.Sleep(time.Millisecond)
	for id := after + 1; id <= s.last.Load(); id++ {
		news = append(news, bot.Event{ID: id})
	}
	return news, nil
}

// What happens just after the first browser joined is told, however long the hub's first look takes.
func TestNothingIsMissedWhileTheHubBegins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		done := make(chan struct{})
		source := &slowSource{}
		source.last.Store(7)
		h := newHub(source, slog.New(slog.DiscardHandler), done)
		c, err := h.join(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		source.last.Add(1)
		select {
		case e := <-c.events:
			if e.ID != 8 {
				t.Errorf("event %d, want 8", e.ID)
			}
		case <-time.After(time.Minute):
			t.Error("the event is lost")
		}
		close(done)
		h.wait()
	})
}
