package check_test

import (
	"regexp"
	"strings"
	"testing"

	"layak/flows"
	"layak/flows/check"
	flowdefault "layak/flows/default"
)

// A category that many places name and that was removed: each place is named, and what to do is said at the first.
func TestARemovedCategoryIsExplainedOnce(t *testing.T) {
	files := folder(t, flowdefault.Files)
	text := string(files["categories.yaml"].Data)
	files["categories.yaml"].Data = []byte(regexp.MustCompile(`(?m)^  - id: p2p_lending\n(    .*\n)+`).ReplaceAllString(text, ""))
	_, problems := check.Folder(t.Context(), files, flows.Options{Builtin: flowdefault.Files}, fixtureDay)
	named, told := 0, ""
	for _, p := range problems {
		if strings.Contains(p.Message, `category "p2p_lending" does not exist`) {
			named++
			told += p.Suggestion
		}
	}
	if named < 10 || strings.Count(told, "write it in categories.yaml (again), or take it out here and at the ") != 1 {
		t.Errorf("named %d times, told: %s\n%s", named, told, problems.Error())
	}
}
