package check_test

import (
	"testing"

	"layak/flows"
	"layak/flows/check"
	flowdefault "layak/flows/default"
)

// BenchmarkCheck loads the default folder and proves it over all combinations: 0.2 s where this was written, 3 s at most.
func BenchmarkCheck(b *testing.B) {
	for b.Loop() {
		if _, problems := check.Folder(b.Context(), flowdefault.Files, flows.Options{Trained: flowdefault.Model}, fixtureDay); len(problems) > 0 {
			b.Fatal(problems.Error())
		}
	}
}
