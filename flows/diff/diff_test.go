package diff

import (
	"reflect"
	"testing"
)

// Combinations that change in the same way are put together, in as few sets as there are ways.
func TestCubes(t *testing.T) {
	g := &grid{ids: []string{"a", "b"}, values: [][]string{{"yes", "no", "unsure"}, {"yes", "no"}}, size: 6}
	to := func(changed func(facts map[string]string) bool) []pair {
		out := make([]pair, g.size)
		for i := range out {
			out[i] = pair{"x", "x"}
			if changed(g.facts(i)) {
				out[i].new = "y"
			}
		}
		return out
	}
	for name, c := range map[string]struct {
		changed func(map[string]string) bool
		want    []Change
	}{
		"none":       {func(map[string]string) bool { return false }, nil},
		"all":        {func(map[string]string) bool { return true }, []Change{{Answers: map[string][]string{}, Combinations: 6}}},
		"one answer": {func(f map[string]string) bool { return f["b"] == "no" }, []Change{{Answers: map[string][]string{"b": {"no"}}, Combinations: 3}}},
		"two answers to one question": {
			func(f map[string]string) bool { return f["a"] != "yes" },
			[]Change{{Answers: map[string][]string{"a": {"no", "unsure"}}, Combinations: 4}},
		},
		"both questions": {
			func(f map[string]string) bool { return f["a"] != "yes" && f["b"] == "no" },
			[]Change{{Answers: map[string][]string{"a": {"no", "unsure"}, "b": {"no"}}, Combinations: 2}},
		},
		"either question": {
			func(f map[string]string) bool { return f["a"] == "no" || f["b"] == "no" },
			[]Change{{Answers: map[string][]string{"a": {"yes", "unsure"}, "b": {"no"}}, Combinations: 2}, {Answers: map[string][]string{"a": {"no"}}, Combinations: 2}},
		},
	} {
		got := g.cubes(to(c.changed))
		n := 0
		for i := range got {
			n += got[i].Combinations
			got[i].Old, got[i].New = "", ""
		}
		want := 0
		for i := range g.size {
			if c.changed(g.facts(i)) {
				want++
			}
		}
		if n != want {
			t.Errorf("%s: %d combinations in %v, want %d", name, n, got, want)
		}
		if name != "either question" && !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
		if len(got) != len(c.want) {
			t.Errorf("%s: %d sets %v, want %d", name, len(got), got, len(c.want))
		}
	}
}

func TestFieldsSayWhatCameAndWent(t *testing.T) {
	was := []field{{name: "words", set: []string{"a", "b"}}, {name: "asks", order: []string{"x", "y", "z"}}, {name: "if", value: "1"}}
	is := []field{{name: "words", set: []string{"b", "c"}}, {name: "asks", order: []string{"y", "x"}}, {name: "if", value: "1"}}
	want := []Field{
		{Name: "words", Came: []string{"c"}, Went: []string{"a"}},
		{Name: "order of asks", Old: "x, y", New: "y, x", Went: []string{"z"}},
	}
	if got := differing(was, is); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := differing(was, was); got != nil {
		t.Errorf("the same: %+v", got)
	}
}

func TestLongTextsShowWhereTheyDiffer(t *testing.T) {
	got := lineDiff("one\ntwo three four five six seven eight nine ten\nend", "one\ntwo three four five six OTHER eight nine ten\nend")
	want := []string{"- …three four five six seven eight nine ten", "+ …three four five six OTHER eight nine ten"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
