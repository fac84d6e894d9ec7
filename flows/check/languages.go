package check

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"layak/flows/match"
	"layak/flows/problem"
	"layak/flows/rules"
)

// Languages reads every text of a flow folder, and reports those written in another language than the one they stand under,
// and sentences that are the same in two languages. It knows Indonesian and English; files that cannot be read are left
// to others.
func Languages(fsys fs.FS, langs []string) problem.List {
	var out problem.List
	for _, name := range []string{rules.RulesFile, rules.CategoriesFile} {
		if root := read(fsys, name); root != nil {
			out = append(out, pairs(name, root, langs)...)
		}
	}
	texts := map[string]map[string]*yaml.Node{}
	for _, lang := range langs {
		name := "lang/" + lang + ".yaml"
		root := read(fsys, name)
		if root == nil {
			continue
		}
		texts[lang] = values(child(root, "texts"))
		for key, n := range texts[lang] {
			out = append(out, look(name, fmt.Sprintf("text %q", key), lang, langs[0], texts[langs[0]][key], n)...)
		}
	}
	return out
}

func read(fsys fs.FS, name string) *yaml.Node {
	data, err := problem.ReadFile(fsys, name)
	if err != nil {
		return nil
	}
	var root yaml.Node
	if yaml.Load(data, &root) != nil || len(root.Content) == 0 {
		return nil
	}
	if root.Kind == yaml.DocumentNode {
		return root.Content[0]
	}
	return &root
}

// values gives the values of a group of keys.
func values(n *yaml.Node) map[string]*yaml.Node {
	out := map[string]*yaml.Node{}
	if n != nil && n.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(n.Content); i += 2 {
			out[n.Content[i].Value] = n.Content[i+1]
		}
	}
	return out
}

func child(n *yaml.Node, key string) *yaml.Node { return values(n)[key] }

// pairs looks at every group of keys that are languages.
func pairs(file string, n *yaml.Node, langs []string) problem.List {
	var out problem.List
	if n.Kind == yaml.MappingNode {
		byLang := values(n)
		for _, lang := range langs {
			if text := byLang[lang]; text != nil {
				out = append(out, look(file, "this text", lang, langs[0], byLang[langs[0]], text)...)
			}
		}
	}
	for _, c := range n.Content {
		out = append(out, pairs(file, c, langs)...)
	}
	return out
}

// look compares a text with the language it stands under, and with the one in the first language.
func look(file, what, lang, firstLang string, first, n *yaml.Node) problem.List {
	if n.Kind != yaml.ScalarNode {
		return nil
	}
	if lang != firstLang && first != nil && first.Kind == yaml.ScalarNode {
		if same := sameText(file, what, lang, first, n); same != nil {
			return same
		}
	}
	return wrongLanguage(file, what, lang, n)
}

// sentence is how many words a text needs for its language to be told, or to be no mere name.
const sentence = 5

// languageNames are the languages that can be told apart.
var languageNames = map[string]string{"id": "Indonesian", "en": "English"}

// wrongLanguage reports a sentence that is plainly written in another language.
func wrongLanguage(file, what, lang string, n *yaml.Node) problem.List {
	text := plain(n.Value)
	if languageNames[lang] == "" || len(strings.Fields(text)) < sentence {
		return nil
	}
	got, sure := match.Language(text)
	if got == lang || !sure {
		return nil
	}
	return problem.List{{
		File: file, Line: n.Line, Column: n.Column, Kind: problem.OtherLanguage,
		Message:    fmt.Sprintf("%s stands under %s and reads like %s", what, languageNames[lang], languageNames[got]),
		Suggestion: "the two languages may be swapped",
	}}
}

// sameText reports a sentence that is the same in two languages.
func sameText(file, what, lang string, first, n *yaml.Node) problem.List {
	if strings.TrimSpace(first.Value) != strings.TrimSpace(n.Value) || len(strings.Fields(plain(n.Value))) < sentence {
		return nil
	}
	return problem.List{{
		File: file, Line: n.Line, Column: n.Column, Kind: problem.Untranslated,
		Message: fmt.Sprintf("%s is the same in both languages", what), Suggestion: fmt.Sprintf("translate it (%s)", lang),
	}}
}

// plain drops what is put in, and the marks around words.
func plain(text string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{{")
		b.WriteString(before)
		if !found {
			break
		}
		_, text, _ = strings.Cut(rest, "}}")
		b.WriteByte(' ')
	}
	fields := strings.FieldsFunc(b.String(), func(r rune) bool { return slices.Contains([]rune(" \n\t*_•·"), r) })
	return strings.Join(fields, " ")
}
