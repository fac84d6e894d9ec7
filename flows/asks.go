package flows

import (
	"slices"
	"strings"

	"layak/flows/match"
	"layak/flows/rules"
)

// asksBack answers somebody who asks something about the question that stands, which is no answer to it and no mistake: what
// a word means, why it is asked, how one gets it, which papers there are. The fact is the one asked for; nil where none is. It reports whether
// the message was such a question.
func (s *step) asksBack(asked *rules.Fact) bool {
	if s.in.Kind != InputText {
		return false
	}
	kind, words := match.AsksBack(s.text)
	if kind == match.AskNothing || kind == match.AskHow && asked == nil || match.SmallTalk(s.text) != match.TalkNone {
		return false
	}
	about := s.factsNamed(words, asked)
	switch kind {
	case match.AskList:
		s.note("asks which papers are needed")
		s.sayPapers()
		return true
	case match.AskReason:
		s.note("asks why")
		if asked != nil && !slices.Contains(about, asked) && len(about) > 0 {
			for _, f := range about[:min(len(about), maxExplained)] {
				s.explainFact(f, asked)
			}
			s.sayPapers() // whether it is among those asked for
			return true
		}
		for _, f := range about {
			s.explainFact(f, asked)
		}
		s.say("talk.reason", nil)
		return true
	}
	s.note("asks %s: %s", kind, strings.Join(words, " "))
	explained := false
	for _, f := range about[:min(len(about), maxExplained)] {
		explained = s.explainFact(f, asked) || explained
	}
	switch {
	case kind == match.AskHow:
		s.say("talk.how", nil)
	case !explained:
		s.say("talk.unknown", nil)
	}
	return true
}

// maxExplained is how many licences one reply explains.
const maxExplained = 2

// explainFact says what a licence is, where the pack says so. Of one that is not asked for the first sentence must do.
func (s *step) explainFact(f, asked *rules.Fact) bool {
	if f == nil || len(f.Explain) == 0 {
		return false
	}
	text := f.Explain.In(s.c.Lang)
	if f != asked {
		text = firstSentence(text)
	}
	s.said = append(s.said, text)
	return true
}

// factsNamed returns the facts that words are about: the one asked for where they name nothing else than it, else those that
// have an explanation and share a word with it. Of several that share a word the one that this business asks for is meant.
func (s *step) factsNamed(words []string, asked *rules.Fact) []*rules.Fact {
	var about []*rules.Fact
	add := func(f *rules.Fact) {
		if f != nil && !slices.Contains(about, f) {
			about = append(about, f)
		}
	}
	named := false
	for _, w := range words {
		switch {
		case asked != nil && s.speaksOf(asked, w, false):
			named = true
			add(asked)
		case match.SaysLittle(w):
		default:
			named = true
			add(s.factNamed(w))
		}
	}
	if !named {
		add(asked)
	}
	return about
}

// factNamed returns the fact that explains a word, or nil.
func (s *step) factNamed(word string) *rules.Fact {
	var facts []*rules.Fact
	if c := s.f.Pack.Category(s.c.Category()); c != nil {
		for _, id := range c.Asks {
			facts = append(facts, s.f.Pack.Fact(id))
		}
	}
	facts = append(facts, s.f.Pack.Facts...)
	for _, alsoExplained := range []bool{false, true} {
		for _, f := range facts {
			if f != nil && len(f.Explain) > 0 && s.speaksOf(f, word, alsoExplained) {
				return f
			}
		}
	}
	return nil
}

// speaksOf reports whether a fact's label or question holds a word, or its explanation where that counts too.
func (s *step) speaksOf(f *rules.Fact, word string, explained bool) bool {
	for _, lang := range s.f.Langs {
		text := f.Label.In(lang) + " " + f.Question.In(lang)
		if explained {
			text += " " + f.Explain.In(lang)
		}
		if slices.Contains(match.Tokens(text), word) {
			return true
		}
	}
	return false
}

// sayPapers lists what is asked about this business.
func (s *step) sayPapers() {
	c := s.f.Pack.Category(s.c.Category())
	if c == nil {
		s.say("talk.papers", nil)
		return
	}
	var labels []string
	for _, id := range c.Asks {
		labels = append(labels, s.f.Pack.Fact(id).Label.In(s.c.Lang))
	}
	w := s.words()
	w.Names = strings.Join(labels, ", ")
	s.say("talk.list", w)
}

// papersWords are the words whose edge leads to what has to be prepared.
var papersWords = []string{"dokumen", "syarat", "checklist", "documents", "papers", "requirements"}

// asksAfterwards answers a question after the result: which papers are needed, and what one of them is.
func (s *step) asksAfterwards(state *State) (bool, error) {
	if s.in.Kind != InputText {
		return false, nil
	}
	kind, words := match.AsksBack(s.text)
	if kind == match.AskNothing {
		return false, nil
	}
	if kind == match.AskList {
		for i := range state.Edges {
			e := &state.Edges[i]
			if e.On == OnWords && slices.ContainsFunc(papersWords, func(w string) bool { return match.NewWhole(w).In(e.words) }) {
				s.note("asks which papers are needed")
				s.c.Misses = 0
				return true, s.take(e)
			}
		}
		return false, nil
	}
	explained := false
	for _, f := range s.factsNamed(words, nil) {
		explained = s.explainFact(f, nil) || explained
	}
	if explained {
		s.c.Misses = 0
	}
	return explained, nil
}
