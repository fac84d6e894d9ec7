package flows

import (
	"strconv"
	"strings"

	"layak/flows/match"
	"layak/flows/rules"
)

// putQuestion makes the question of the current place the one that stands, and says it.
func (s *step) putQuestion() {
	state := s.f.States[s.c.Place.State]
	if state == nil || state.Ask == nil {
		s.ask = nil
		return
	}
	q := state.Ask
	s.ask = &Asked{ID: q.ID, Kind: q.Kind, Options: s.options(q)}
	w := s.words()
	w.N, w.Of = s.progress(q)
	w.List = numbered(s.ask.Options)
	if q.Kind == AskChoice && q.Fact == "" && !q.Facts {
		w.Lines = s.recapLines()
	}
	fact := s.f.Pack.Fact(s.c.Place.Fact)
	if fact == nil && q.Fact != FactCategory {
		fact = s.f.Pack.Fact(q.Fact)
	}
	if fact != nil {
		if q.Facts {
			s.ask.ID = fact.ID
		}
		w.Question, w.Label = fact.Question.In(s.c.Lang), fact.Label.In(s.c.Lang)
		if len(fact.Numbers) > 0 {
			w.Example = s.f.Pack.Example(fact.ID)
		}
	}
	if len(q.Choices) > 0 && q.Fact == FactCategory && len(s.c.Place.Offer) > 0 {
		if c := s.f.Pack.Category(s.c.Place.Offer[0]); c != nil {
			w.Names = c.Short.In(s.c.Lang)
		}
	}
	if q.ID == "resume" && s.c.Return != nil {
		w.Topic = s.topic(*s.c.Return)
	}
	if conf := s.f.Pack.Confusion(s.c.Place.Offer); conf != nil && q.Options == "candidates" {
		w.Question = conf.Ask.In(s.c.Lang)
	}
	var lines []string
	add := func(key string) {
		if text := s.render(key, w); text != "" {
			lines = append(lines, text)
		}
	}
	if w.Of > 1 {
		add("progress")
	}
	add(q.Text)
	if q.Kind == AskChoice && len(s.ask.Options) > 0 {
		lines = append(lines, w.List)
	}
	if w.Example != "" {
		add("licence.hint")
	}
	s.said = append(s.said, strings.Join(lines, "\n"))
}

// progress returns the number of the question and the most there can be.
func (s *step) progress(q *Question) (n, of int) {
	asked, _, left := s.path()
	if !q.Facts {
		return 1, 0
	}
	for i, f := range asked {
		if f == s.c.Place.Fact { // asked once more, after back or change
			return 2 + i, 1 + len(asked) + left
		}
	}
	return 2 + len(asked), 1 + len(asked) + left
}

// topic names the question of a place, for someone who comes back.
func (s *step) topic(p Place) string {
	if f := s.f.Pack.Fact(p.Fact); f != nil {
		return f.Label.In(s.c.Lang)
	}
	return s.render("recap.business", nil)
}

// askAgain repeats the question that stands.
func (s *step) askAgain() error {
	if arrived, err := s.arrive(); arrived {
		return err
	}
	s.putQuestion()
	return nil
}

// numbered writes options as a numbered list.
func numbered(options []Option) string {
	var b strings.Builder
	for i, o := range options {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(strconv.Itoa(i + 1))
		b.WriteString(". ")
		b.WriteString(o.Label)
	}
	return b.String()
}

// listWords carries the list of groups, for texts that show it.
func (s *step) listWords() *words {
	w := s.words()
	if state := s.f.States[s.c.Place.State]; state != nil && state.Ask != nil {
		w.List = numbered(s.options(state.Ask))
	}
	return w
}

// other is the option that says none of the list fits.
const other = "other"

// options lists what can be chosen at a question, in order.
func (s *step) options(q *Question) []Option {
	lang := s.c.Lang
	var out []Option
	add := func(id, label string) { out = append(out, Option{id, label}) }
	switch {
	case q.Kind == AskText && q.Fact == FactCategory:
		for _, g := range s.f.Pack.Groups {
			add(g.ID, g.Title.In(lang))
		}
		add(other, s.render("option.other", nil))
	case q.Options == "candidates" || q.Options == "group":
		for _, id := range s.c.Place.Offer {
			if c := s.f.Pack.Category(id); c != nil {
				add(id, c.Title.In(lang))
			}
		}
		add(other, s.render("option.other", nil))
	case q.Options == "answers":
		lines := s.recapLines()
		for i, fact := range s.answered() {
			add(fact, lines[i])
		}
	case q.Facts, q.Kind == AskChoice && len(q.Choices) == 0:
		if f := s.askedFact(q); f != nil {
			for _, v := range f.Values {
				if v.Title == nil {
					add(v.ID, s.render("option."+v.ID, nil))
				} else {
					add(v.ID, v.Title.In(lang))
				}
			}
		}
	default:
		for _, c := range q.Choices {
			add(c.ID, s.render(c.Text, nil))
		}
	}
	return out
}

// askedFact is the fact of the pack that a question asks for, the one the pack chose where it chooses; nil when there is none.
func (s *step) askedFact(q *Question) *rules.Fact {
	id := q.Fact
	if q.Facts {
		id = s.c.Place.Fact
	}
	return s.f.Pack.Fact(id)
}

// matchOptions gives the options of a question with every word that picks them, in every language.
func (s *step) matchOptions(q *Question) []match.Option {
	var out []match.Option
	for _, o := range s.options(q) {
		m := match.Option{ID: o.ID, Labels: []string{o.Label}}
		if c := s.f.Pack.Category(o.ID); c != nil {
			for _, lang := range s.f.Langs {
				m.Labels = append(m.Labels, c.Title.In(lang), c.Short.In(lang))
			}
		}
		if g := s.f.Pack.Group(o.ID); g != nil {
			for _, lang := range s.f.Langs {
				m.Labels = append(m.Labels, g.Title.In(lang))
			}
		}
		for _, c := range q.Choices {
			if c.ID == o.ID {
				m.Synonyms = append(m.Synonyms, c.Synonyms...)
				for _, lang := range s.f.Langs {
					m.Labels = append(m.Labels, s.f.texts[lang].say(c.Text, &words{}))
				}
			}
		}
		if f := s.askedFact(q); f != nil {
			for _, v := range f.Values {
				if v.ID == o.ID && v.Title != nil {
					for _, lang := range s.f.Langs {
						m.Labels = append(m.Labels, v.Title.In(lang))
						m.Synonyms = append(m.Synonyms, v.Synonyms[lang]...)
					}
				}
			}
		}
		if o.ID == other {
			for _, lang := range s.f.Langs {
				m.Labels = append(m.Labels, s.f.texts[lang].say("option.other", &words{}))
			}
			m.Synonyms = append(m.Synonyms, "lainnya", "yang lain", "tidak ada", "bukan semuanya", "none", "none of these", "other")
		}
		out = append(out, m)
	}
	return out
}

// answered lists the facts answered so far in the order of the recap: the business, then what was asked.
func (s *step) answered() []string {
	var out []string
	if s.c.Category() != "" {
		out = append(out, FactCategory)
	}
	for _, id := range s.f.Order {
		if q := s.f.States[id].Ask; q != nil && q.Fact != "" && q.Fact != FactCategory {
			if _, ok := s.c.Answers[q.Fact]; ok {
				out = append(out, q.Fact)
			}
		}
	}
	asked, _, _ := s.path()
	for _, f := range asked {
		if !contains(out, f) {
			out = append(out, f)
		}
	}
	return out
}

func contains(list []string, s string) bool {
	for _, have := range list {
		if have == s {
			return true
		}
	}
	return false
}

// recapLines says each answer in one line, in the order of answered.
func (s *step) recapLines() []string {
	var lines []string
	for _, id := range s.answered() {
		w := s.words()
		if id == FactCategory {
			lines = append(lines, s.render("recap.business", w)+": "+w.Title)
			continue
		}
		f, v := s.f.Pack.Fact(id), s.c.Answers[id]
		w.Label = f.Label.In(s.c.Lang)
		lines = append(lines, w.Label+": "+s.valueText(f, v))
	}
	return lines
}

// valueText says one answer.
func (s *step) valueText(f *rules.Fact, v Value) string {
	w := s.words()
	w.Number = v.Number
	switch {
	case v.Number != "":
		return s.render("value.number", w)
	case v.Said == saidInProgress:
		return s.render("value.in_progress", w)
	case v.Said == saidPartly:
		return s.render("value.partly", w)
	}
	for _, have := range f.Values {
		if have.ID == v.Value && have.Title != nil {
			return have.Title.In(s.c.Lang)
		}
	}
	return s.render("value."+v.Value, w)
}
