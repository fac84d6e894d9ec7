package check

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"layak/flows"
	"layak/flows/problem"
	"layak/flows/rules"
)

// unread reports YAML files that nothing reads, which are often misnamed ones, and a folder without a single example.
func unread(fsys fs.FS, langs []string) problem.List {
	known := []string{flows.FlowFile, rules.RulesFile, rules.CategoriesFile, "config.yaml"}
	for _, lang := range langs {
		known = append(known, "lang/"+lang+".yaml")
	}
	var out problem.List
	examples := false
	_ = fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		ext := path.Ext(name)
		switch {
		case err != nil || d.IsDir() || ext != ".yaml" && ext != ".yml":
			return nil
		case path.Dir(name) == "nlu":
			examples = true
			return nil
		case slices.Contains(known, name):
			return nil
		case !exists(fsys, name): // a link that leads nowhere: so some editors mark a file that is being edited
			return nil
		}
		p := problem.Problem{File: name, Kind: problem.UnreadFile, Message: "nothing reads this file", Suggestion: "remove it, or move it out of the flow folder"}
		if lang, ok := strings.CutPrefix(name, "lang/"); ok {
			p.Suggestion = fmt.Sprintf("add %s to languages in %s, or remove it", strings.TrimSuffix(lang, ext), flows.FlowFile)
		}
		if near := problem.Nearest(name, known); near != "" && !exists(fsys, near) {
			p.Suggestion = fmt.Sprintf("is it meant to be %s?", near)
		}
		out = append(out, p)
		return nil
	})
	if !examples {
		out = append(out, problem.Problem{
			File: "nlu", Kind: problem.NoExamples, Message: "there are no examples of what people write, so that only the synonyms of categories.yaml are understood",
			Suggestion: "write some to nlu/examples.yml",
		})
	}
	return out
}

func exists(fsys fs.FS, name string) bool {
	_, err := fs.Stat(fsys, name)
	return err == nil
}
