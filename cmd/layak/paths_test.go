package main

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"
)

var updateGolden = flag.Bool("update-golden", false, "rewrite testdata/paths.txt; read the difference as if someone else had written it")

// An edit that gives anybody another verdict shows in the difference of testdata/paths.txt, and fails until that is
// reviewed: go test ./cmd/layak -run TestPaths -update-golden
func TestPathsOfTheBuiltInFlowAreReviewed(t *testing.T) {
	t.Parallel()
	var out, errs bytes.Buffer
	args := []string{"paths", "--lang", "en", "--as-of", "2026-11-23"}
	if code := run(t.Context(), args, strings.NewReader(""), &out, &errs, []string{"LAYAK_FLOW_DIR="}); code != exitOK {
		t.Fatalf("exit code %d: %s", code, errs.String())
	}
	const golden = "testdata/paths.txt"
	if *updateGolden {
		if err := os.WriteFile(golden, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	have, reviewed := strings.Split(out.String(), "\n"), strings.Split(string(want), "\n")
	for i := range max(len(have), len(reviewed)) {
		if i >= len(have) || i >= len(reviewed) || have[i] != reviewed[i] {
			t.Fatalf("%s:%d: the paths differ from the reviewed ones.\ngot  %s\nwant %s", golden, i+1, at(have, i), at(reviewed, i))
		}
	}
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(nothing)"
}
