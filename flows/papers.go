package flows

import (
	"slices"
	"strings"

	"layak/flows/match"
	"layak/flows/rules"
)

// papers answers a question about licences from somebody whose business is not known yet: what it is, where the pack says
// so, and that the business decides which are needed. It reports whether the message was one. A message that says more than
// that counts only once it is clear that it names no business.
func (s *step) papers(noBusiness bool) bool {
	if s.in.Kind != InputText {
		return false
	}
	if asks, alone := match.AsksAboutPapers(s.text); !alone && !(asks && noBusiness) {
		return false
	}
	s.note("asks about licences")
	if f := s.paperNamed(); f != nil {
		s.said = append(s.said, firstSentence(f.Explain.In(s.c.Lang)))
	}
	s.say("talk.papers", nil)
	return true
}

// paperNamed returns the fact that has an explanation and whose label shares most names of papers with the message, or nil.
func (s *step) paperNamed() *rules.Fact {
	said := match.Tokens(s.text)
	var best *rules.Fact
	most := 0
	for _, f := range s.f.Pack.Facts {
		if len(f.Explain) == 0 {
			continue
		}
		label := match.Tokens(f.Label.In(s.c.Lang))
		n := 0
		for _, w := range label {
			if match.NamesPaper(w) && slices.Contains(said, w) {
				n++
			}
		}
		if n > most {
			best, most = f, n
		}
	}
	return best
}

// firstSentence leaves out what only makes sense once the business is known.
func firstSentence(text string) string {
	if at := strings.Index(text, ". "); at >= 0 {
		return text[:at+1]
	}
	return text
}
