package versions

import (
	"fmt"
	"strings"
	"time"

	"layak/flows/diff"
)

// shownChanges is how many changes one line names.
const shownChanges = 4

// Changes says in one line what differs between two versions: what of the files, and how many combinations of answers get
// another verdict. It is empty when nothing differs.
func Changes(before, after *Version, at time.Time) string {
	files := before.Files.Changed(after.Files)
	if len(files) == 0 {
		return ""
	}
	was, is := diff.Side{Flow: before.Flow()}, diff.Side{Flow: after.Flow()}
	report := diff.Flows(was, is, at)
	report.Ahead(was, is)
	var parts []string
	for i, p := range report.Parts {
		if i == shownChanges {
			parts = append(parts, fmt.Sprintf("%d more", len(report.Parts)-i))
			break
		}
		part := p.Kind
		if p.ID != "" {
			part += " " + p.ID
		}
		if p.What != diff.Changed {
			part += " (" + p.What + ")"
		}
		parts = append(parts, part)
	}
	text := strings.Join(files, ", ")
	if len(parts) > 0 {
		text += ": " + strings.Join(parts, ", ")
	}
	text += "."
	switch n := report.Changed; {
	case n == 1:
		text += " 1 combination of answers gets another verdict."
	case n > 1:
		text += fmt.Sprintf(" %d combinations of answers get another verdict.", n)
	}
	for _, d := range report.Later {
		n := 0
		for _, c := range d.Verdicts {
			n += c.Combinations
		}
		text += fmt.Sprintf(" From %s on %s of answers get another verdict.", d.On, Count(n, "combination"))
	}
	return text
}
