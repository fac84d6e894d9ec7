// Package check proves things about a whole flow that reading its files one by one cannot show.
package check

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"layak/flows"
	"layak/flows/rules"
)

// Flow walks every combination of facts of a loaded flow, and returns what is wrong, one finding a line.
func Flow(_ context.Context, f *flows.Flow, at time.Time) []string {
	var out []string
	for _, v := range f.Pack.Prove(at) {
		out = append(out, fmt.Sprintf("%s: invariant %s is broken: %s%s gives %s", rules.RulesFile, v.Invariant.ID, v.Category, answers(v.Facts), v.Verdict))
	}
	for _, v := range f.Pack.Uncovered(at, 20) {
		out = append(out, fmt.Sprintf("%s: no rule covers %s%s; add one, so that the person gets a reason", rules.RulesFile, v.Category, answers(v.Facts)))
	}
	for _, r := range f.Pack.Unused(at) {
		out = append(out, fmt.Sprintf("%s: rule %s can never match: no category asks for answers that meet its condition", rules.RulesFile, r.ID))
	}
	return out
}

// answers writes facts in a stable order.
func answers(facts map[string]string) string {
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(facts)) {
		parts = append(parts, k+" "+facts[k])
	}
	if len(parts) == 0 {
		return ""
	}
	return " with " + strings.Join(parts, ", ")
}
