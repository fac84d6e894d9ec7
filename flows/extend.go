package flows

import (
	"io/fs"
	"maps"
	"slices"

	"layak/flows/problem"
)

// extendsBuiltin is what `extends:` takes: a flow of few files leaves the rest to the built-in one.
const extendsBuiltin = "builtin"

// extend lends a flow that asks for it the command words and texts of the built-in folder which it does not have itself, in
// the languages both speak. A text that only the built-in states use is not lent, so that none is left over.
func (l *loader) extend(base fs.FS) {
	switch l.yaml.Extends {
	case "":
		return
	case extendsBuiltin:
	default:
		l.file.Unknown(problem.UnknownFlow, "extends", "flow to extend", l.yaml.Extends, []string{extendsBuiltin})
		return
	}
	if base == nil {
		l.file.Add(problem.UnknownFlow, "extends", "the built-in flow is not at hand here").Try("write the texts and commands out")
		return
	}
	var lender flowYAML
	problem.Read(base, FlowFile, &lender)
	if l.yaml.Commands == nil {
		l.yaml.Commands = map[string]map[string][]string{}
	}
	for command, byLang := range lender.Commands {
		own := l.yaml.Commands[command]
		if own == nil {
			own = map[string][]string{}
			l.yaml.Commands[command] = own
		}
		for _, lang := range l.flow.Langs {
			if len(own[lang]) == 0 {
				own[lang] = slices.Clone(byLang[lang])
			}
		}
	}
	used := l.textsInUse()
	for _, lang := range l.flow.Langs {
		if !slices.Contains(lender.Languages, lang) {
			continue
		}
		from, _ := loadCatalog(base, lang)
		own := l.flow.texts[lang].texts
		for _, key := range slices.Sorted(maps.Keys(from.texts)) {
			if own[key] == nil && used[key] != "" {
				own[key] = from.texts[key]
			}
		}
	}
}
