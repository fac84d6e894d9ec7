package flows_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"layak/flows"
)

var updateRecorded = flag.Bool("update", false, "write what the engine answers now into testdata/recorded; read the difference as if somebody else had written it")

// recordedTurn is one message with everything that came of it. A recording is a list of them. To add one, write a file with
// the inputs alone, and run the test with -update.
type recordedTurn struct {
	ID      string         `json:"id,omitempty"` // of the message, where a later one speaks of it
	Input   flows.Input    `json:"input"`
	Said    []string       `json:"said"` // the reply, line by line
	Options []string       `json:"options,omitempty"`
	Ask     string         `json:"ask,omitempty"`
	Began   bool           `json:"began,omitempty"`
	Effects []string       `json:"effects,omitempty"`
	Next    map[string]any `json:"next"` // the conversation as it is stored
}

// TestRecordedConversations replays conversations that were recorded with an earlier engine. Each message is answered from
// the conversation as that engine stored it, so a change in any line of an answer, in what else happens, or in what is stored
// and how that is read again shows. Whether it is meant is a decision, for the changelog; -update records it.
func TestRecordedConversations(t *testing.T) {
	files, err := filepath.Glob("testdata/recorded/*.json")
	if err != nil || len(files) < 40 {
		t.Fatalf("%d recordings: %v", len(files), err)
	}
	engine := flows.NewEngine(defaultFlow(), 90)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var turns []recordedTurn
			if err := json.Unmarshal(data, &turns); err != nil {
				t.Fatal(err)
			}
			stored := map[string]any{"id": "chat"}
			for i := range turns {
				before := turns[i]
				now := replay(t, engine, stored, before)
				if diff := cmp.Diff(before, now); diff != "" && !*updateRecorded {
					t.Errorf("%s, message %d, %q (-recorded +now):\n%s", file, i+1, before.Input.Text+before.Input.Choice+before.Input.Media, diff)
				}
				stored = before.Next
				if *updateRecorded {
					turns[i], stored = now, now.Next
				}
			}
			if *updateRecorded {
				var out bytes.Buffer
				enc := json.NewEncoder(&out)
				enc.SetEscapeHTML(false)
				enc.SetIndent("", " ")
				if err := enc.Encode(turns); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, out.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// replay answers a recorded message from a stored conversation.
func replay(t *testing.T, engine *flows.Engine, stored map[string]any, r recordedTurn) recordedTurn {
	t.Helper()
	var c flows.Conversation
	convert(t, stored, &c)
	if c.Place.State != "" {
		c.FlowDigest = engine.Flow().Digest // which every edit of a text changes
	}
	in := r.Input
	in.ID = r.ID
	turn, err := engine.Step(context.Background(), c, in)
	if err != nil {
		t.Fatalf("%q: %v", in.Text, err)
	}
	now := recordedTurn{ID: r.ID, Input: r.Input, Said: []string{}, Began: turn.Began}
	for _, reply := range turn.Replies {
		now.Said = append(now.Said, strings.Split(reply.Text, "\n")...)
		for _, o := range reply.Options {
			now.Options = append(now.Options, o.ID)
		}
	}
	if turn.Ask != nil {
		now.Ask = fmt.Sprintf("%s (%s)", turn.Ask.ID, turn.Ask.Kind)
	}
	for _, e := range turn.Effects {
		if d, ok := e.(flows.Decided); ok {
			var rules []string
			for _, reason := range d.Verdict.Reasons {
				rules = append(rules, reason.Rule)
			}
			now.Effects = append(now.Effects, fmt.Sprintf("verdict %s %s: %s", d.Verdict.Verdict, d.Verdict.Category, strings.Join(rules, ", ")))
			continue
		}
		now.Effects = append(now.Effects, strings.TrimSuffix(strings.TrimPrefix(fmt.Sprintf("%T %v", e, e), "flows."), " {}"))
	}
	convert(t, turn.Next, &now.Next)
	delete(now.Next, "digest")
	return now
}

// convert writes from as JSON and reads it into to.
func convert(t *testing.T, from, to any) {
	t.Helper()
	data, err := json.Marshal(from)
	if err == nil {
		err = json.Unmarshal(data, to)
	}
	if err != nil {
		t.Fatal(err)
	}
}
