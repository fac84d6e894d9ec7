package flows

import (
	"cmp"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"layak/flows/problem"
	"layak/flows/rules"
)

// textsInUse says where each text is used, by key, as far as flow.yaml tells.
func (l *loader) textsInUse() map[string]string {
	used := map[string]string{}
	for _, k := range engineTexts {
		used[k] = "the engine"
	}
	for _, s := range l.yaml.States {
		where := "state " + s.ID
		for _, k := range s.Say {
			used[k] = where
		}
		if s.Ask != nil && s.Ask.Text != "" {
			used[s.Ask.Text] = where
		}
		if s.Ask != nil {
			for _, c := range s.Ask.Choices {
				used[cmp.Or(c.Text, "option."+c.ID)] = where
			}
		}
		for _, e := range s.Edges {
			if e.Say != "" {
				used[e.Say] = where
			}
		}
	}
	return used
}

// texts checks that every text in use exists in every language, and that none is left over. The built-in folder, if any, has
// the wording of those that the program itself uses: a newer one uses more.
func (l *loader) texts(builtin fs.FS) {
	f := l.flow
	used := l.textsInUse()
	for i, s := range l.yaml.States {
		if s.Ask != nil && s.Ask.Text == "" {
			l.file.Add(problem.MissingKey, fmt.Sprintf("states[%d].ask", i), "the question has no wording").Try("write text: and its name in lang/*.yaml")
		}
	}
	l.samePlaceholders()
	l.sameLabels()
	for i, lang := range f.Langs {
		c := f.texts[lang]
		var have []string
		for k := range c.texts {
			have = append(have, k)
		}
		if l.catalogs[i].Broken || l.catalogs[i].Partly {
			continue
		}
		var wording *catalog
		for _, k := range slices.Sorted(maps.Keys(used)) {
			if !c.has(k) && !l.broken(i, k) {
				p := l.catalogs[i].Add(problem.MissingText, "texts", "text %q (used by %s) is missing", k, used[k])
				if wording == nil && builtin != nil {
					wording, _ = loadCatalog(builtin, lang)
				}
				if near := problem.Nearest(k, have); near != "" && used[near] == "" {
					p.Try("did you mean %q to be it?", near)
				} else if wording != nil && wording.has(k) && slices.Contains(engineTexts, k) {
					p.Try("a reload takes the built-in one; to word it yourself, add it from lang/%s.yaml of a fresh layak init: %s", lang, opening(wording.texts[k].source))
				} else {
					p.Try("write a line %s: and the text", k)
				}
			}
		}
		for _, k := range have {
			if !l.file.Partly && used[k] == "" {
				l.catalogs[i].Add(problem.UnusedText, "texts."+k+"#key", "text %q is not used by any state", k).Try("remove it, or correct its name")
			}
		}
	}
}

// opening is how a text begins.
func opening(text string) string {
	const most = 60
	line, _, more := strings.Cut(text, "\n")
	if r := []rune(line); len(r) > most {
		line, more = string(r[:most]), true
	}
	if more {
		line += "…"
	}
	return line
}

// samePlaceholders reports texts that put in other names in one language than in the first one.
func (l *loader) samePlaceholders() {
	first := l.flow.texts[l.flow.Langs[0]]
	for i, lang := range l.flow.Langs {
		c := l.flow.texts[lang]
		for _, k := range slices.Sorted(maps.Keys(c.texts)) {
			p := first.texts[k]
			if p == nil || slices.Equal(p.puts, c.texts[k].puts) || !l.catalogs[0].Has("texts."+k) || !l.catalogs[i].Has("texts."+k) {
				continue // also where one of them is a built-in text
			}
			missing, more := minus(p.puts, c.texts[k].puts), minus(c.texts[k].puts, p.puts)
			what := "puts in " + strings.Join(more, ", ") + ", which"
			who := "the one in language " + l.flow.Langs[0] + " does not"
			if len(missing) > 0 {
				what, who = "does not put in "+strings.Join(missing, ", ")+", which", "the one in language "+l.flow.Langs[0]+" does"
			}
			l.catalogs[i].Add(problem.PlaceholdersDiffer, "texts."+k, "text %q %s %s", k, what, who).Try("let both say the same")
		}
	}
}

// sameLabels reports options of one question that read the same in one language.
func (l *loader) sameLabels() {
	questions := [][]string{{"option." + rules.Yes, "option." + rules.No, "option." + rules.Unsure}}
	for _, id := range slices.Sorted(maps.Keys(l.flow.States)) {
		if s := l.flow.States[id]; s.Ask != nil && len(s.Ask.Choices) > 1 {
			var keys []string
			for _, c := range s.Ask.Choices {
				keys = append(keys, c.Text)
			}
			questions = append(questions, keys)
		}
	}
	for i, lang := range l.flow.Langs {
		told := map[string]bool{}
		for _, keys := range questions {
			first := map[string]string{}
			for _, k := range keys {
				p := l.flow.texts[lang].texts[k]
				if p == nil {
					continue
				}
				label := strings.ToLower(p.source)
				if before := first[label]; before != "" && before != k && !told[k] {
					told[k] = true
					l.catalogs[i].Add(problem.SameLabel, "texts."+k, "text %q reads the same as %q, an option of the same question, so that nobody can tell them apart", k, before).Try("word one of them otherwise")
				}
				first[label] = k
			}
		}
	}
}

// minus returns what a has and b has not.
func minus(a, b []string) (out []string) {
	for _, s := range a {
		if !slices.Contains(b, s) {
			out = append(out, s)
		}
	}
	return out
}

// broken reports whether a text exists but was already reported as unreadable.
func (l *loader) broken(lang int, key string) bool {
	return slices.ContainsFunc(l.catalogs[lang].Problems, func(p problem.Problem) bool { return strings.Contains(p.Message, fmt.Sprintf("text %q", key)) })
}

// borrow takes texts of the engine that are missing from the built-in folder.
func (l *loader) borrow(builtin fs.FS) {
	if builtin == nil {
		return
	}
	for _, lang := range l.flow.Langs {
		var from *catalog
		for _, k := range engineTexts {
			if l.flow.texts[lang].has(k) {
				continue
			}
			if from == nil {
				from, _ = loadCatalog(builtin, lang)
			}
			if p := from.texts[k]; p != nil {
				l.flow.texts[lang].texts[k] = p
				l.flow.Borrowed = append(l.flow.Borrowed, lang+"/"+k)
			}
		}
	}
}
