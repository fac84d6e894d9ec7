package diff

import (
	"slices"
	"strconv"
	"strings"
)

// What became of a part.
const (
	Added   = "added"
	Removed = "removed"
	Changed = "changed"
)

// Part is one thing of the files that differs: a text, a state, an edge, a rule …
type Part struct {
	Kind   string  `json:"kind"`
	ID     string  `json:"id"`
	What   string  `json:"what"`             // added, removed or changed
	Fields []Field `json:"fields,omitempty"` // what of it differs
}

// Field is one property of a part. Lists carry what came and went instead of old and new.
type Field struct {
	Name string   `json:"name"`
	Old  string   `json:"old,omitempty"`
	New  string   `json:"new,omitempty"`
	Came []string `json:"came,omitempty"`
	Went []string `json:"went,omitempty"`
}

// Kinds lists the kinds of part, in the order they are shown.
var Kinds = []string{
	"flow", "state", "question", "edge", "option", "command", "kind of business", "group", "licence", "number", "rule", "invariant", "source",
	"telling apart", "text", "examples",
}

// item is one part with its properties.
type item struct {
	kind, id string
	fields   []field
}

// field is a property: one value, a set of values, or values whose order counts.
type field struct {
	name  string
	value string
	set   []string
	order []string
}

// parts compares two inventories.
func parts(before, after []item) []Part {
	type key struct{ kind, id string }
	index := func(list []item) map[key]item {
		m := make(map[key]item, len(list))
		for _, it := range list {
			m[key{it.kind, it.id}] = it
		}
		return m
	}
	was, is := index(before), index(after)
	out := []Part{}
	for _, it := range before {
		now, there := is[key{it.kind, it.id}]
		if !there {
			out = append(out, Part{Kind: it.kind, ID: it.id, What: Removed, Fields: shown(it, true)})
			continue
		}
		if fields := differing(it.fields, now.fields); len(fields) > 0 {
			out = append(out, Part{it.kind, it.id, Changed, fields})
		}
	}
	for _, it := range after {
		if _, there := was[key{it.kind, it.id}]; !there {
			out = append(out, Part{Kind: it.kind, ID: it.id, What: Added, Fields: shown(it, false)})
		}
	}
	slices.SortStableFunc(out, func(a, b Part) int { return slices.Index(Kinds, a.Kind) - slices.Index(Kinds, b.Kind) })
	return out
}

// shown gives the properties of a part that came or went: those that have a value.
func shown(it item, went bool) []Field {
	var out []Field
	for _, f := range it.fields {
		list := slices.Concat(f.set, f.order)
		if f.value == "" && len(list) == 0 {
			continue
		}
		d := Field{Name: f.name}
		if went {
			d.Old, d.Went = f.value, list
		} else {
			d.New, d.Came = f.value, list
		}
		out = append(out, d)
	}
	return out
}

func differing(before, after []field) []Field {
	var out []Field
	find := func(list []field, name string) field {
		for _, f := range list {
			if f.name == name {
				return f
			}
		}
		return field{name: name}
	}
	names := []string{}
	for _, f := range slices.Concat(before, after) {
		if !slices.Contains(names, f.name) {
			names = append(names, f.name)
		}
	}
	for _, name := range names {
		a, b := find(before, name), find(after, name)
		d := Field{Name: name}
		differs := a.value != b.value
		if differs {
			d.Old, d.New = a.value, b.value
		}
		d.Came, d.Went = without(b.set, a.set), without(a.set, b.set)
		d.Came, d.Went = append(d.Came, without(b.order, a.order)...), append(d.Went, without(a.order, b.order)...)
		common := func(list, other []string) []string {
			return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return !slices.Contains(other, s) })
		}
		if x, y := common(a.order, b.order), common(b.order, a.order); !slices.Equal(x, y) {
			d.Old, d.New, differs = strings.Join(x, ", "), strings.Join(y, ", "), true
			d.Name = "order of " + name
		}
		if differs || len(d.Came)+len(d.Went) > 0 {
			out = append(out, d)
		}
	}
	return out
}

// without returns what of list does not stand in other.
func without(list, other []string) []string {
	have := make(map[string]bool, len(other))
	for _, s := range other {
		have[s] = true
	}
	var out []string
	for _, s := range list {
		if !have[s] {
			out = append(out, s)
		}
	}
	return out
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return ""
}

func number(n int) string { return strconv.Itoa(n) }
