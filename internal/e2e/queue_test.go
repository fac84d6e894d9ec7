package e2e

import (
	"fmt"
	"strings"
	"testing"

	"layak/internal/waserver"
)

// TestQueueOfMessages: everything that was written while the service was away is answered when it is back, in the order of
// each chat, nothing twice.
func TestQueueOfMessages(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t))
	people := rounds(40, 600) // five messages each
	replies := inTerminal(t, herbal...)
	var all []*waserver.Prospect
	for range people {
		all = append(all, w.person(waserver.ProspectOptions{}))
	}
	s := w.run()
	for _, p := range all { // everybody has been asked for their business
		say(t, p, herbal[0])
	}
	for _, p := range all {
		expect(t, p, replies[0])
	}
	w.settled()
	s.kill()
	messages := 0
	for i := 1; i < len(herbal); i++ {
		for _, p := range all {
			say(t, p, herbal[i])
			messages++
		}
	}
	for _, p := range all { // and something that must come last
		say(t, p, "ulang")
		messages++
	}
	seen := w.account.SendsSeen()
	s = w.run()
	if err := w.account.WaitQueueEmpty(waiting(t)); err != nil {
		t.Fatal(err)
	}
	w.until("every message is answered", func() bool { return w.count(`SELECT COUNT(*) FROM inbox WHERE state <> 'answered'`) == 0 })
	w.settled()
	restarted := inTerminal(t, append(herbal[:len(herbal):len(herbal)], "ulang")...)[len(herbal)]
	for i, p := range all {
		inOrder(t, fmt.Sprintf("person %d", i+1), p.Received(), append(replies[:len(replies):len(replies)], restarted))
		if n := repeats(t, p); n != 0 {
			t.Errorf("person %d got %d messages twice", i+1, n)
		}
	}
	if n := w.count(`SELECT COUNT(*) FROM inbox`); n != messages+people {
		t.Errorf("%d messages are stored, %d were written", n, messages+people)
	}
	if n := w.count(`SELECT COALESCE(SUM(n), 0) FROM verdict_count`); n != people {
		t.Errorf("%d verdicts for %d people", n, people)
	}
	t.Logf("%d messages waited, %d answers were sent", messages, w.account.SendsSeen()-seen)
	s.stop()
}

// inOrder checks what somebody got who wrote everything at once: questions that were answered already may be left out, the
// verdict and the last answer may not, and all in the order of the conversation.
func inOrder(t *testing.T, who string, got []waserver.Received, all []string) {
	t.Helper()
	next := 0
	var verdict bool
	for _, r := range got {
		for next < len(all) && all[next] != r.Text {
			next++
		}
		if next == len(all) {
			t.Fatalf("%s: not in order, or twice:\n%s", who, r.Text)
		}
		verdict = verdict || strings.Contains(r.Text, "*Hasil:")
		next++
	}
	if !verdict || next != len(all) {
		t.Fatalf("%s: the verdict is missing, or what came after it", who)
	}
}
