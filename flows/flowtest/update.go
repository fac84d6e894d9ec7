package flowtest

import (
	"context"
	"strings"

	"layak/flows"
)

// Update holds the conversations of a script and returns its text with < and ! lines as things are now. Comments stay, and
// so do lines with a … that still agree. A message without any expectation gets its whole answer.
func Update(ctx context.Context, f *flows.Flow, s *Script) (text string, changed bool) {
	engine := flows.NewEngine(f, RetentionDays)
	var out []string
	upTo := 0
	for _, c := range s.Chats {
		play(ctx, engine, c, &Coverage{}, func(t *Turn, seen outcome) {
			out = append(out, s.lines[upTo:t.from]...)
			if seen.err != nil || len(t.wants) > 0 && seen.diff(t) == nil {
				out = append(out, s.lines[t.from:t.to]...)
			} else {
				out = append(out, seen.rewrite(t)...)
			}
			upTo = t.to
		})
	}
	out = append(out, s.lines[upTo:]...)
	text = strings.Join(out, "\n") + "\n"
	return text, text != strings.Join(s.lines, "\n")+"\n"
}

// rewrite gives the expected lines of a turn as things are now.
func (o outcome) rewrite(t *Turn) []string {
	text, happens, stands := t.split()
	var out []string
	emit := func(mark, line string) { out = append(out, strings.TrimRight(mark+" "+line, " ")) }
	lay := func(wants []want, lines []string, mark string) {
		pairs, _ := compare(texts(wants), lines)
		for _, p := range pairs {
			if p.want >= 0 && p.how != absorbed {
				out = append(out, wants[p.want].comments...)
			}
			switch p.how {
			case kept, passed:
				emit(mark, wants[p.want].text)
			case replaced, added:
				emit(mark, lines[p.have])
			}
		}
	}
	switch {
	case len(text) > 0:
		lay(text, o.text, "<")
	case len(t.wants) == 0 && len(o.text) == 0:
		emit("!", "silent")
	case len(t.wants) == 0:
		lay(nil, o.text, "<")
	}
	lay(happens, o.effects, "!")
	for _, w := range stands {
		out = append(out, w.comments...)
		_, now, _ := claim(w.text, o.turn)
		if lineMatches(w.text, now) {
			now = w.text
		}
		if now != "silent answers" {
			emit("!", now)
		}
	}
	return out
}
