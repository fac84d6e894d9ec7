package flowdefault

import (
	"slices"
	"strings"
	"testing"
	"time"

	"layak/flows"
	"layak/flows/flowtest"
)

// outOfReach is what no conversation can come by, with the reason.
var outOfReach = map[string]string{
	"crypto-ojk-yes": "a chat does not ask for a licence that cannot change the result; `layak decide` takes it",
	"mlm-siupl-yes":  "as crypto-ojk-yes",
}

// The transcripts hold, and together come by every state, edge, rule and category.
func TestTranscripts(t *testing.T) {
	f, problems := flows.Load(Files, flows.Options{Trained: Model, ExpireAfter: flowtest.ExpireAfter})
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	scripts, problems := flowtest.Read(Files)
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	cover := &flowtest.Coverage{}
	for _, r := range flowtest.Run(t.Context(), f, scripts, cover, time.Now) {
		for _, d := range r.Differ {
			t.Errorf("%s:%d: %s\n> %s\n%s\n(`go run ./cmd/layak test flows/default --update` rewrites it; read the difference)", r.Script.File, d.Line, r.Chat.Name, d.Said, strings.Join(d.Diff, "\n"))
		}
	}
	for _, k := range cover.Report(f) {
		for _, id := range k.Missing {
			if word, _, _ := strings.Cut(id, " "); outOfReach[word] == "" {
				t.Errorf("%s: no transcript comes by %s", k.Name, id)
			}
		}
	}
	for id := range outOfReach {
		if !slices.ContainsFunc(cover.Report(f), func(k flowtest.Kind) bool {
			return slices.ContainsFunc(k.Missing, func(m string) bool { return m == id || strings.HasPrefix(m, id+" ") })
		}) {
			t.Errorf("%s is said to be out of reach, and a transcript comes by it", id)
		}
	}
}
