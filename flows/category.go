package flows

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"layak/flows/match"
	"layak/flows/rules"
)

// Faults of a flow that loading should have found.
var (
	errNoState = errors.New("the flow has no such state any more")
	errNoFact  = errors.New("there is no fact to ask for")
	errNoEdge  = errors.New("no edge takes this answer")
)

// setCategory records the business. Answers that the new business asks for too are kept; the others go, and the person
// is told. A description may also state licences plainly; those count as answers and are said back.
func (s *step) setCategory(id string, described bool) {
	before := s.c.Category()
	if s.c.Judged { // another business after a result starts with a clean sheet
		s.reset()
	}
	s.c.Misses, s.c.Editing, s.c.Return = 0, "", nil
	category := s.f.Pack.Category(id)
	var dropped []string
	for _, fact := range slices.Sorted(maps.Keys(s.c.Answers)) {
		v := s.c.Answers[fact]
		if fact == FactCategory || s.f.AsksItself(fact) {
			continue
		}
		if v.Stated || !slices.Contains(category.Asks, fact) {
			s.drop(fact)
			if f := s.f.Pack.Fact(fact); f != nil && !v.Stated {
				dropped = append(dropped, f.Label.In(s.c.Lang))
			}
		}
	}
	s.set(FactCategory, Value{Value: id})
	if described {
		s.say("business.found", nil)
	}
	if before != "" && before != id && len(dropped) > 0 {
		w := s.words()
		w.Names = strings.Join(dropped, ", ")
		s.say("business.dropped", w)
	}
	if described {
		s.stated(category)
	}
}

// stated takes licences that the description states plainly as answers.
func (s *step) stated(c *rules.Category) {
	text := " " + match.Normalize(s.text) + " "
	for _, id := range c.Asks {
		if _, answered := s.c.Answers[id]; answered {
			continue
		}
		f := s.f.Pack.Fact(id)
		value := statedValue(text, f)
		if value == "" {
			continue
		}
		s.set(id, Value{Value: value, Stated: true})
		if asked, _, _ := s.path(); !slices.Contains(asked, id) {
			// It cannot change the result now; it is kept for the case that it can later, and not mentioned.
			continue
		}
		w := s.words()
		w.Label, w.Names = f.Label.In(s.c.Lang), s.valueText(f, s.c.Answers[id])
		s.say("business.stated", w)
	}
}

// doubtful are words that make a statement about a licence something to ask about.
var doubtful = []string{
	" kayak", " kaya nya ", " sepertinya ", " mungkin ", " katanya ", " kata ", " semoga ", " insya", " rencana", " mau ", " akan ", " kalau ", " kalo ", " jika ",
	" maybe ", " probably ", " i think ", " hopefully ", " will ", " plan", " if ", " apakah ", " harus ", " perlu ", " must ", " need ", " sebagian ", " some ",
}

// statedValue returns the value that text plainly gives a fact, or "".
func statedValue(text string, f *rules.Fact) string {
	if strings.Contains(text, "?") {
		return ""
	}
	for _, d := range doubtful {
		if strings.Contains(text, d) {
			return ""
		}
	}
	found := ""
	for _, value := range []string{rules.No, rules.Yes} {
		for _, phrase := range f.Stated[value] {
			at := strings.Index(text, " "+match.Normalize(phrase)+" ")
			if at < 0 || value == rules.Yes && negatedBefore(text[:at]) {
				continue
			}
			if found != "" && found != value {
				if value == rules.Yes { // "belum berizin ojk" also holds "berizin ojk"
					return found
				}
				return ""
			}
			found = value
		}
	}
	return found
}

// negatedBefore reports whether one of the last words denies what follows.
func negatedBefore(text string) bool {
	words := strings.Fields(text)
	for _, w := range words[max(0, len(words)-3):] {
		switch w {
		case "tidak", "belum", "tanpa", "bukan", "tak", "gak", "nggak", "ga", "not", "no", "without", "never", "isn't", "aren't":
			return true
		}
	}
	return false
}
