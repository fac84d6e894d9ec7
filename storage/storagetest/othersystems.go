package storagetest

import (
	"errors"
	"time"

	"layak/bot"
	"layak/flows"
)

// hookQueue: what other systems are to be told is queued once, tried again, given up, and tried once more.
func hookQueue(s *desk) {
	q, ok := s.store.(bot.HookQueue)
	if !ok {
		s.Fatalf("%T does not implement bot.HookQueue", s.store)
	}
	f := s.store.(bot.Followers)
	from, err := f.Follow(s.ctx, "hooks")
	s.ok(err)
	key := s.says("pn", "a person please")
	t := s.turn(key)
	t.HandOff = &bot.HandOff{Reason: flows.HandOffAsked}
	t.Hooks = []bot.Hook{{Target: "one", Kind: "verdict", Body: `{"n": 1}`}}
	s.ok(s.store.Commit(s.ctx, t))
	id := s.openCase(key).ID
	last, err := s.desk.LastEvent(s.ctx)
	s.ok(err)
	more := []bot.Hook{{Target: "one", Kind: "case_opened", Case: id, Chat: key, Body: `{"n": 2}`}, {Target: "other", Kind: "sync", Body: "{}"}}
	s.ok(q.QueueHooks(s.ctx, "hooks", from, last, more, s.tick()))
	if err := q.QueueHooks(s.ctx, "hooks", from, last, more, s.tick()); !errors.Is(err, bot.ErrConflict) {
		s.Errorf("queued from an old place: %v, want a conflict", err)
	}
	due, next, err := q.DueHooks(s.ctx, "one", s.tick(), 0)
	s.ok(err)
	if len(due) != 2 || due[0].Kind != "verdict" || due[0].Case != id || due[0].Chat != key || due[0].Body != `{"n": 1}` ||
		due[1].Kind != "case_opened" || next.IsZero() || due[0].CreatedAt.IsZero() {
		s.Fatalf("due %+v, next %s", due, next)
	}
	s.ok(q.HookDone(s.ctx, due[1].ID))
	again := s.now.Add(time.Hour)
	s.ok(q.HookFailed(s.ctx, due[0].ID, "no answer", again))
	now, next, err := q.DueHooks(s.ctx, "one", s.tick(), 10)
	s.ok(err)
	s.equal("due too early", len(now), 0)
	s.equal("next", next, again)
	n, err := q.WaitingHooks(s.ctx)
	s.ok(err)
	s.equal("waiting", n, 2)

	s.ok(q.HookFailed(s.ctx, due[0].ID, "still no answer", time.Time{}))
	dead, err := q.DeadHooks(s.ctx, 0)
	s.ok(err)
	if len(dead) != 1 || dead[0].ID != due[0].ID || dead[0].Attempts != 2 || dead[0].Err != "still no answer" {
		s.Fatalf("dead %+v", dead)
	}
	for id, want := range map[int64]int{dead[0].ID + 1000: 0, 0: 1} {
		n, err := q.RetryHooks(s.ctx, id, s.tick())
		s.ok(err)
		s.equal("tried again", n, want)
	}
	due, _, err = q.DueHooks(s.ctx, "one", s.tick(), 0)
	s.ok(err)
	s.equal("due once more", len(due), 1)

	s.says("pn", "delete my data")
	t = s.turn(key)
	t.Forget = true
	t.Hooks = []bot.Hook{{Target: "one", Kind: "verdict", Body: `{"n": 3}`}}
	s.ok(s.store.Commit(s.ctx, t))
	due, next, err = q.DueHooks(s.ctx, "one", s.tick(), 0)
	s.ok(err)
	if len(due) > 0 || !next.IsZero() {
		s.Errorf("left of a forgotten person: %+v", due)
	}
}

// bridges: a chat has one mirror, which ends with the person.
func bridges(s *desk) {
	b, ok := s.store.(bot.Bridges)
	if !ok {
		s.Fatalf("%T does not implement bot.Bridges", s.store)
	}
	key := s.says("pn", "hello")
	got, err := b.Bridge(s.ctx, "there", key)
	s.ok(err)
	s.equal("no mirror", got, bot.Bridge{})
	want := bot.Bridge{Person: "p1", Conversation: "7"}
	s.ok(b.SetBridge(s.ctx, "there", key, bot.Bridge{Person: "p0", Conversation: "6"}, s.tick()))
	s.ok(b.SetBridge(s.ctx, "there", key, want, s.tick()))
	got, err = b.Bridge(s.ctx, "there", key)
	s.ok(err)
	s.equal("mirror", got, want)
	chat, err := b.BridgedChat(s.ctx, "there", "7")
	s.ok(err)
	s.equal("mirrored chat", chat, key)
	for _, place := range [][2]string{{"there", "6"}, {"elsewhere", "7"}} {
		if _, err := b.BridgedChat(s.ctx, place[0], place[1]); !errors.Is(err, bot.ErrNoChat) {
			s.Errorf("chat of %v: %v", place, err)
		}
	}
	if err := b.SetBridge(s.ctx, "there", "unknown", want, s.tick()); !errors.Is(err, bot.ErrNoChat) {
		s.Errorf("mirror of nobody: %v", err)
	}
	for range 2 {
		s.ok(b.SetMirrored(s.ctx, "there", "in 1", s.tick()))
	}
	done, err := b.Mirrored(s.ctx, "there", []string{"in 1", "in 2"})
	s.ok(err)
	s.equal("mirrored", done, map[string]bool{"in 1": true})
	done, err = b.Mirrored(s.ctx, "there", nil)
	s.ok(err)
	s.equal("nothing asked", len(done), 0)

	t := s.turn(key)
	t.Forget = true
	s.ok(s.store.Commit(s.ctx, t))
	if _, err := b.BridgedChat(s.ctx, "there", "7"); !errors.Is(err, bot.ErrNoChat) {
		s.Errorf("the mirror of a forgotten person: %v", err)
	}
}
