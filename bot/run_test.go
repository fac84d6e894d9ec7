package bot_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"layak/bot"
	"layak/bot/bottest"
)

// Stop: channels first, then turns, then the send in flight, then connections.
func TestStopOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &world{t: t, store: bottest.NewStore()}
		w.cfg = bot.Config{Store: w.store, Engine: slowEngine{echoEngine{}, 6 * time.Second}}
		w.start()
		w.ch.SetLatency(7 * time.Second)
		w.says("ana", "hi")
		time.Sleep(6500 * time.Millisecond) // ana's answer is being sent
		w.says("budi", "hi")                // budi's turn has begun
		w.cancel()
		synctest.Wait()
		if err := w.ch.Deliver(canceled(), w.message("cara", "hi")); err == nil {
			t.Error("a message was taken after the stop began")
		}
		if w.ch.Closed() {
			t.Error("closed while a turn runs")
		}
		stopAt := time.Now()
		if err := <-w.stopped; err != nil {
			t.Errorf("Run returned %v", err)
		}
		if took := time.Since(stopAt); took > 20*time.Second {
			t.Errorf("the stop took %v", took)
		}
		w.shown("ana", "hello [hi] business?")
		if !w.ch.Closed() {
			t.Error("not closed")
		}
		lines, _ := w.store.Transcript(t.Context(), w.key("budi"))
		if len(lines) == 0 || lines[0].State == bot.LinePending {
			t.Errorf("budi's turn did not finish: %+v", lines)
		}
		// After the next start the rest is sent.
		w.cfg.Engine = echoEngine{}
		w.start()
		time.Sleep(3 * time.Minute)
		w.says("cara", "hi")
		if got := len(w.ch.Shown("")); got < 1 {
			t.Errorf("%d messages after the next start", got)
		}
		w.stop()
	})
}

// What does not end by itself is cut off: turns after 10 s, the send after 10 s more.
func TestStopIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &world{t: t, store: bottest.NewStore()}
		w.cfg = bot.Config{Store: w.store, Engine: echoEngine{}}
		w.start()
		w.ch.SetLatency(time.Minute)
		w.says("ana", "hi")
		begin := time.Now()
		w.stop()
		if took := time.Since(begin); took != 10*time.Second {
			t.Errorf("cut off after %v, want 10s", took)
		}
		w.start()
		synctest.Wait()
		w.shown("ana", "hello [hi] business?") // at once: the attempt was recorded
		w.cfg.Engine = slowEngine{echoEngine{}, time.Hour}
		w.stop()
		w.start()
		w.says("ana", "shop")
		begin = time.Now()
		w.stop()
		if took := time.Since(begin); took != 10*time.Second {
			t.Errorf("turn cut off after %v, want 10s", took)
		}
	})
}

func TestChannelFailureEndsTheBot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &world{t: t, store: bottest.NewStore()}
		w.cfg = bot.Config{Store: w.store, Engine: echoEngine{}}
		w.start()
		w.says("ana", "hi")
		banned := errors.New("logged out")
		w.ch.End(banned)
		if err := <-w.stopped; !errors.Is(err, banned) || !w.ch.Closed() {
			t.Errorf("Run returned %v, closed %t", err, w.ch.Closed())
		}
		w.start()
		w.ch.End(nil)
		if err := <-w.stopped; err != nil {
			t.Errorf("Run returned %v after the only channel ended", err)
		}
	})
}

func TestStartFailsWithoutTheStore(t *testing.T) {
	store := bottest.NewStore()
	store.FailNext("Waiting", 1)
	b := bot.New(bot.Config{Store: store, Engine: echoEngine{}, Channels: []bot.Channel{bottest.NewChannel("test")}})
	if err := b.Run(t.Context()); !errors.Is(err, bottest.ErrInjected) {
		t.Errorf("Run returned %v", err)
	}
}

func canceled() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}
