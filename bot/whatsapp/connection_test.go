package whatsapp

import (
	"testing"

	"go.mau.fi/whatsmeow/types/events"
)

// TestNothingIsSentBeforeItIsCaughtUp: what WhatsApp kept for us comes first, whichever of the two events is told first.
func TestNothingIsSentBeforeItIsCaughtUp(t *testing.T) {
	c := New(Config{})
	login := func() { c.setConnected(true) }
	delivered := func() { c.observe(&events.OfflineSyncCompleted{}) }
	for i, order := range [][]func(){{login, delivered}, {delivered, login}} {
		order[0]()
		if c.isReady() {
			t.Errorf("order %d: ready after half of it", i)
		}
		order[1]()
		if !c.isReady() || c.WaitConnected(t.Context()) != nil {
			t.Errorf("order %d: not ready", i)
		}
		c.setConnected(false)
		if c.isReady() {
			t.Errorf("order %d: ready without a connection", i)
		}
	}
	login()
	c.setCaughtUp(2) // the patience of an earlier login ends
	if c.isReady() {
		t.Error("ready by an earlier login")
	}
	c.setCaughtUp(3)
	if !c.isReady() {
		t.Error("its own patience ended, and it is not ready")
	}
}
