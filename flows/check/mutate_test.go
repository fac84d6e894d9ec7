package check_test

import (
	"slices"
	"strings"
	"testing"
)

// mutation is one wrong edit of the default folder.
type mutation struct {
	name, file string
	edit       func(t testing.TB, text string) string
	why        string // for one that nothing catches: why that is right
}

// because explains a mutation that nothing notices.
func because(why string, m mutation) mutation {
	m.why = why
	return m
}

// put replaces a text that stands in the file, the first time it stands there.
func put(name, file, old, fresh string) mutation {
	return mutation{name: name, file: file, edit: func(t testing.TB, text string) string {
		if !strings.Contains(text, old) {
			t.Fatalf("%s does not hold %q", file, old)
		}
		return strings.Replace(text, old, fresh, 1)
	}}
}

// inItem is put within the item of a list that begins with "- id: ".
func inItem(name, file, id, old, fresh string) mutation {
	return mutation{name: name, file: file, edit: func(t testing.TB, text string) string {
		from, to := item(t, text, id)
		part := text[from:to]
		if !strings.Contains(part, old) {
			t.Fatalf("%s of %s does not hold %q", id, file, old)
		}
		return text[:from] + strings.Replace(part, old, fresh, 1) + text[to:]
	}}
}

// drop takes out the first line that holds a text.
func drop(name, file, holds string) mutation {
	return mutation{name: name, file: file, edit: func(t testing.TB, text string) string {
		lines := strings.SplitAfter(text, "\n")
		i := slices.IndexFunc(lines, func(l string) bool { return strings.Contains(l, holds) })
		if i < 0 {
			t.Fatalf("no line of %s holds %q", file, holds)
		}
		return strings.Join(slices.Delete(lines, i, i+1), "")
	}}
}

// dropItem takes out an item of a list.
func dropItem(name, file, id string) mutation {
	return mutation{name: name, file: file, edit: func(t testing.TB, text string) string {
		from, to := item(t, text, id)
		return text[:from] + text[to:]
	}}
}

// twice writes an item of a list once more after itself, with a change.
func twice(name, file, id, old, fresh string) mutation {
	return mutation{name: name, file: file, edit: func(t testing.TB, text string) string {
		from, to := item(t, text, id)
		return text[:to] + strings.Replace(text[from:to], old, fresh, 1) + text[to:]
	}}
}

// exchange exchanges two texts that each stand once, or the first time each.
func exchange(name, file, a, b string) mutation {
	return mutation{name: name, file: file, edit: func(t testing.TB, text string) string {
		if !strings.Contains(text, a) || !strings.Contains(text, b) {
			t.Fatalf("%s does not hold both %q and %q", file, a, b)
		}
		text = strings.Replace(text, a, "\x00", 1)
		text = strings.Replace(text, b, a, 1)
		return strings.Replace(text, "\x00", b, 1)
	}}
}

// exchangeItems exchanges the places of two items of a list.
func exchangeItems(name, file, a, b string) mutation {
	return mutation{name: name, file: file, edit: func(t testing.TB, text string) string {
		fromA, toA := item(t, text, a)
		fromB, toB := item(t, text, b)
		if fromA > fromB {
			t.Fatalf("%s stands after %s in %s", a, b, file)
		}
		return text[:fromA] + text[fromB:toB] + text[toA:fromB] + text[fromA:toA] + text[toB:]
	}}
}

// languages exchanges the two languages of a text in an item: key: {id: "…", en: "…"}.
func languages(name, file, id, key string) mutation {
	return mutation{name: name, file: file, edit: func(t testing.TB, text string) string {
		from, to := item(t, text, id)
		i := strings.Index(text[from:to], "    "+key+": {id: ")
		if i < 0 {
			t.Fatalf("%s of %s has no %s in one line", id, file, key)
		}
		start := from + i
		end := start + strings.Index(text[start:], "\n")
		line := strings.Replace(strings.Replace(text[start:end], "{id: ", "{EN: ", 1), ", en: ", ", id: ", 1)
		return text[:start] + strings.Replace(line, "{EN: ", "{en: ", 1) + text[end:]
	}}
}

// item finds an item of a list: from its line "- id: " to the next item, or to a line that is indented less.
func item(t testing.TB, text, id string) (from, to int) {
	t.Helper()
	from = strings.Index(text, "\n  - id: "+id+"\n") + 1
	if from == 0 {
		t.Fatalf("no item %s", id)
	}
	to = from
	for i, line := range strings.SplitAfter(text[from:], "\n") {
		if i > 0 && strings.TrimSpace(line) != "" && !strings.HasPrefix(line, "    ") {
			break
		}
		to += len(line)
	}
	return from, to
}
