package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"layak/internal/waserver"
)

// herbal is a conversation that takes every step: greeting, business, two licences, recap, verdict.
var herbal = []string{"halo", "jual obat herbal kapsul", "sudah", "sudah", "ya benar"}

// asked keeps what inTerminal found out.
var asked sync.Map

// inTerminal is what `layak chat` answers to the same messages, one text each.
func inTerminal(t *testing.T, messages ...string) (replies []string) {
	t.Helper()
	key := strings.Join(messages, "\n")
	if known, ok := asked.Load(key); ok {
		return known.([]string)
	}
	var in strings.Builder
	for _, m := range messages {
		line, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		in.Write(append(line, '\n'))
	}
	cmd := exec.CommandContext(waiting(t), program(t), "chat", "--json")
	cmd.Dir = t.TempDir()
	cmd.Env = os.Environ()
	cmd.Stdin = strings.NewReader(in.String())
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		var turn struct{ Replies []struct{ Text string } }
		if err := json.Unmarshal([]byte(line), &turn); err != nil {
			t.Fatal(err)
		}
		if len(turn.Replies) != 1 {
			t.Fatalf("%d replies in %s", len(turn.Replies), line)
		}
		replies = append(replies, turn.Replies[0].Text)
	}
	if len(replies) != len(messages) {
		t.Fatalf("%d replies to %d messages", len(replies), len(messages))
	}
	asked.Store(key, replies)
	return replies
}

// say sends a text and returns its ID.
func say(t *testing.T, p *waserver.Prospect, text string) string {
	t.Helper()
	id, err := p.Send(waiting(t), text)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// hear waits for the next message.
func hear(t *testing.T, p *waserver.Prospect) waserver.Received {
	t.Helper()
	got, err := p.Next(waiting(t))
	if err != nil {
		t.Fatalf("no answer: %v; so far\n%s", err, transcript(p))
	}
	return got
}

// expect waits for the next message and compares its text.
func expect(t *testing.T, p *waserver.Prospect, want string) waserver.Received {
	t.Helper()
	got := hear(t, p)
	if got.Text != want {
		t.Fatalf("got\n%s\nwant\n%s", got.Text, want)
	}
	return got
}

// converse says each message and waits for its answer before the next.
func converse(t *testing.T, p *waserver.Prospect, messages, replies []string) {
	t.Helper()
	for i, m := range messages {
		say(t, p, m)
		expect(t, p, replies[i])
	}
}

// transcript is everything that somebody got, for the text of a failure.
func transcript(p *waserver.Prospect) string {
	var b strings.Builder
	for _, r := range p.Received() {
		b.WriteString(r.ID + ": " + r.Text + "\n")
	}
	return b.String()
}

// heardExactly checks everything somebody got, from the beginning.
func heardExactly(t *testing.T, p *waserver.Prospect, want []string) {
	t.Helper()
	got := p.Received()
	for i := range max(len(got), len(want)) {
		switch {
		case i >= len(got):
			t.Fatalf("%d messages came, want %d; missing\n%s", len(got), len(want), want[i])
		case i >= len(want):
			t.Fatalf("%d messages came, want %d; one too many:\n%s", len(got), len(want), got[i].Text)
		case got[i].Text != want[i]:
			t.Fatalf("message %d is\n%s\nwant\n%s", i+1, got[i].Text, want[i])
		}
	}
}

// repeats returns how many messages came again, and checks that each of them is one that came before.
func repeats(t *testing.T, p *waserver.Prospect) int {
	t.Helper()
	texts := map[string]string{}
	for _, r := range p.Received() {
		texts[r.ID] = r.Text
	}
	again := p.Repeats()
	for _, r := range again {
		if text, ok := texts[r.ID]; !ok || text != r.Text {
			t.Errorf("%s was repeated with another text:\n%s\nbefore:\n%s", r.ID, r.Text, text)
		}
	}
	return len(again)
}
