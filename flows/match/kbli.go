package match

import (
	"slices"
	"strings"
)

// Editions of the business classification that stand on Indonesian documents. The same digits may mean different
// businesses in the two.
var editions = [...]string{"2020", "2025"}

// codeTable maps every code with its edition, "2020:64951", to the categories that list it.
func codeTable(categories []Category) map[string][]int {
	m := map[string][]int{}
	for i, c := range categories {
		for _, k := range c.KBLI {
			if !slices.Contains(m[k], i) {
				m[k] = append(m[k], i)
			}
		}
	}
	return m
}

var codeWords = set("kbli kode nib code klasifikasi oss codes edisi edition nomor no tertulis tercantum izin isinya")

// codeFinding is what the classification codes of a text say.
type codeFinding struct {
	codes   []string
	classes []int  // categories the codes may mean
	sure    bool   // the edition is given or does not matter, and every code means one category
	near    []int  // categories with neighbouring codes, when the codes themselves are unknown
	alone   bool   // nothing but the codes says what the business is
	shared  bool   // one code covers several categories
	edition string // the edition named, if one is
}

// findCodes reads the codes in ts. Five digits count as a code beside a word such as KBLI, or when nothing else is said.
func (c *Classifier) findCodes(ts []token) (f codeFinding, ok bool) {
	cue, number, named := false, false, 0
	for i := range ts {
		t := ts[i].text
		switch {
		case t == "kbli" || t == "kode" || t == "nib" || t == "code" || t == "codes":
			cue = true
		case t == "nomor" || t == "nomer" || t == "nomornya" || t == "nomernya" || t == "kodenya":
			number = true
		case codeWords[t] || ts[i].stop || tradewords[t]:
		case t == editions[0] || t == editions[1]:
			if f.edition != "" && f.edition != t {
				f.edition = "both"
			} else {
				f.edition = t
			}
		case isCode(t):
			if !slices.Contains(f.codes, t) && len(f.codes) < 8 {
				f.codes = append(f.codes, t)
			}
		default:
			named++
		}
	}
	if number && len(f.codes) == 1 { // "nomernya 64953": a number that the pack knows
		cue = cue || c.codes[editions[0]+":"+f.codes[0]] != nil || c.codes[editions[1]+":"+f.codes[0]] != nil
	}
	if len(f.codes) == 0 || !cue && named > 0 {
		return f, false
	}
	f.alone = named == 0
	f.sure = true
	for _, code := range f.codes {
		in := map[string][]int{}
		for _, e := range editions {
			in[e] = c.codes[e+":"+code]
		}
		classes := in[f.edition]
		switch {
		case f.edition == editions[0] || f.edition == editions[1]:
		case slices.Equal(in[editions[0]], in[editions[1]]):
			classes = in[editions[0]]
		default:
			f.sure = false
			classes = append(slices.Clone(in[editions[0]]), in[editions[1]]...)
		}
		if len(classes) > 1 {
			f.shared = true
		}
		for _, class := range classes {
			if !slices.Contains(f.classes, class) {
				f.classes = append(f.classes, class)
			}
		}
	}
	if len(f.classes) == 0 {
		f.sure = false
		f.near = c.neighbours(f.codes, f.edition)
	}
	return f, true
}

func isCode(s string) bool {
	return len(s) == 5 && strings.Trim(s, "0123456789") == ""
}

// neighbours gives the categories whose codes begin like the unknown ones, three digits at least.
func (c *Classifier) neighbours(unknown []string, edition string) []int {
	var out []int
	for _, code := range unknown {
		for n := 4; n >= 3 && len(out) == 0; n-- {
			for i, cat := range c.categories {
				for _, k := range cat.KBLI {
					e, digits, _ := strings.Cut(k, ":")
					if (edition == e || edition == "" || edition == "both") && len(digits) == 5 && digits[:n] == code[:n] && !slices.Contains(out, i) {
						out = append(out, i)
					}
				}
			}
		}
	}
	return out
}

// byCode decides by classification codes.
func (d *deciding) byCode(f codeFinding) (Result, bool) {
	top := d.best()
	d.note("codes %s, edition %q", strings.Join(f.codes, ", "), f.edition)
	other, hasOther := d.c.index[Other]
	if len(f.classes) == 0 {
		if !f.alone {
			return Result{}, false
		}
		set := f.near
		if hasOther {
			set = append(set[:min(len(set), maxCandidates-1)], other)
		}
		if len(set) == 0 {
			return Result{}, false
		}
		d.note("the codes are not in the pack")
		return d.askExactly(set), true
	}
	if f.shared && len(f.codes) == 1 && f.sure {
		d.note("one code covers several categories")
		return d.askExactly(f.classes), true
	}
	agrees := slices.Contains(f.classes, top)
	if !f.alone && (agrees && d.p[top] > 0.3 || len(f.classes) == 1 && f.sure && d.p[top] < 0.5) {
		d.note("the title agrees")
		if !agrees {
			top = f.classes[0]
		}
		return d.accept(top), true
	}
	if f.sure && f.alone {
		strict := f.classes[0]
		for _, class := range f.classes {
			if d.severity(class) > d.severity(strict) {
				strict = class
			}
		}
		if len(f.classes) == 1 || d.risky(strict) {
			return d.accept(strict), true
		}
		return d.askExactly(f.classes), true
	}
	set := slices.Clone(f.classes)
	if !f.alone && !agrees && d.p[top] > 0.2 {
		set = append(set, top)
	} else if hasOther && !slices.Contains(set, other) {
		set = append(set, other)
	}
	d.note("the code alone does not decide")
	return d.askExactly(set), true
}
