package desk

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"layak/bot"
	"layak/bot/editor"
	"layak/flows"
	"layak/flows/diff"
	"layak/flows/problem"
	"layak/flows/rules"
)

// checkView is what the check says of a draft.
type checkView struct {
	Notice   string
	Waiting  bool
	Empty    bool     // there is nothing to check
	Edits    []string // files
	Base     string
	Draft    string
	Harmful  problem.List
	Harmless problem.List
	Runs     bool // it can be published
	Seconds  float64
	Same     bool
	Changed  int
	Compared int
	Verdicts []verdictChange
	Later    []laterView
	Reasons  int
	Gone     []string
	Added    []string
	Texts    []diff.Part
	Parts    []diff.Part
	Words    string
}

// verdictChange is one line of what people would be told otherwise.
type verdictChange struct {
	Business, With string // With is "" where it holds whatever is answered
	Old, New       string
	Milder         bool
	N              int
}

// laterView is what people would be told otherwise from a day on.
type laterView struct {
	On       string
	Verdicts []verdictChange
}

// checkOf checks a draft and puts what was found into words.
func (d *Desk) checkOf(r *http.Request, s bot.Session, draft draft, folder flows.Folder, wait time.Duration) checkView {
	files := draft.on(folder)
	v := checkView{Base: draft.Base, Draft: editor.Exact(files), Edits: slices.Sorted(maps.Keys(draft.Edits))}
	live := d.cfg.Editor.Live()
	if len(draft.Edits) == 0 && folder.Digest() == live.Digest() {
		v.Empty = true
		return v
	}
	c, err := d.cfg.Editor.Check(r.Context(), files, wait)
	if errors.Is(err, editor.ErrChecking) {
		v.Waiting = true
		return v
	}
	if err != nil {
		v.Notice = err.Error()
		return v
	}
	v.Seconds, v.Words, v.Runs = c.Took.Seconds(), c.Words, c.Fit(true)
	v.Harmful = c.Problems.Harmful()
	for _, p := range c.Problems {
		if !slices.Contains(v.Harmful, p) {
			v.Harmless = append(v.Harmless, p)
		}
	}
	if c.Version == nil {
		return v
	}
	lang, report := d.lang(r, s), c.Report
	v.Same, v.Changed, v.Compared, v.Reasons = report.Same(), report.Changed, report.Compared, len(report.Reasons)
	before, after := c.Against.Flow().Pack, c.Version.Flow().Pack
	v.Verdicts = changesOf(report.Verdicts, lang, after, before)
	for _, day := range report.Later {
		v.Later = append(v.Later, laterView{day.On, changesOf(day.Verdicts, lang, after, before)})
	}
	for _, id := range report.Removed {
		v.Gone = append(v.Gone, before.Category(id).Title.In(lang))
	}
	for _, id := range report.Added {
		v.Added = append(v.Added, after.Category(id).Title.In(lang))
	}
	for _, p := range report.Parts {
		if p.Kind == "text" {
			v.Texts = append(v.Texts, p)
		} else {
			v.Parts = append(v.Parts, p)
		}
	}
	return v
}

// changesOf puts changes into words.
func changesOf(changes []diff.Change, lang string, after, before *rules.Pack) (out []verdictChange) {
	for _, c := range changes {
		out = append(out, verdictChange{
			Business: after.Category(c.Category).Title.In(lang), With: answersOf(c, lang, after, before),
			Old: c.Old, New: c.New, Milder: c.Milder(), N: c.Combinations,
		})
	}
	return out
}

// answersOf writes which answers a change speaks of.
func answersOf(c diff.Change, lang string, packs ...*rules.Pack) string {
	var parts []string
	seen := map[string]bool{}
	for _, pack := range packs {
		for _, id := range pack.Category(c.Category).Asks {
			if len(c.Answers[id]) == 0 || seen[id] {
				continue
			}
			seen[id] = true
			label := id
			for _, p := range packs {
				if f := p.Fact(id); f != nil {
					label = f.Label.In(lang)
					break
				}
			}
			var values []string
			for _, value := range c.Answers[id] {
				if hasText("value." + value) {
					value = text(lang, "value."+value)
				}
				values = append(values, value)
			}
			parts = append(parts, label+": "+strings.Join(values, " / "))
		}
	}
	return strings.Join(parts, "; ")
}
