package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"layak/storage"
)

// With a database, the picture says how often each question was reached and what became of it.
func TestGraphShowsTheFunnel(t *testing.T) {
	t.Parallel()
	flow, err := loadFlow(DefaultConfig())
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "layak.db")
	fill := func(digest string) {
		t.Helper()
		s, err := storage.Open(t.Context(), path, storage.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, step := range []struct {
			question, what string
			n              int
		}{
			{"business", "reached", 120},
			{"business", "answered", 100},
			{"business", "dropped", 12},
			{"licence.nib", "reached", 60},
			{"licence.ojk", "reached", 6},
			{"recap", "reached", 40},
			{"recap", "back", 2},
		} {
			if _, err := s.DB().Exec(t.Context(), `INSERT INTO funnel (day, digest, question, what, n) VALUES (0, $1, $2, $3, $4)`, digest, step.question, step.what, step.n); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	draw := func() (picture, remark string) {
		t.Helper()
		var out, errs bytes.Buffer
		if code := run(t.Context(), []string{"graph", "--db", path}, strings.NewReader(""), &out, &errs, []string{"LAYAK_FLOW_DIR="}); code != exitOK {
			t.Fatalf("exit code %d: %s", code, errs.String())
		}
		return out.String(), errs.String()
	}
	fill("0123456789ab")
	if picture, remark := draw(); !strings.Contains(picture, "reached 120 ·") || !strings.Contains(remark, "those of all versions") {
		t.Errorf("counts of another version: %q and\n%s", remark, picture)
	}
	fill(flow.Digest[:12])
	picture, remark := draw()
	for _, want := range []string{"# reached 120 · answered 100 · dropped 12<", "# reached 66<", "# reached 40 · back 2<"} {
		if !strings.Contains(picture, want) {
			t.Errorf("the picture does not say %q:\n%s", want, picture)
		}
	}
	if remark != "" {
		t.Errorf("remark %q", remark)
	}
}
