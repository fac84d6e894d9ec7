package flowdefault

import (
	"bufio"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"layak/flows/rules"
)

// reviewed is one category of testdata/outcomes.tsv.
type reviewed struct {
	verdict, commerce string
	review            bool
	licences          []string
	outcomes          map[string]map[string]rules.Outcome // licence → answer → outcome
}

func readReviewed(t *testing.T) map[string]*reviewed {
	t.Helper()
	f, err := os.Open("testdata/outcomes.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	out := map[string]*reviewed{}
	for sc := bufio.NewScanner(f); sc.Scan(); {
		if strings.HasPrefix(sc.Text(), "#") {
			continue
		}
		c := strings.Split(sc.Text(), "\t")
		r := out[c[0]]
		if r == nil {
			r = &reviewed{verdict: c[1], review: c[2] == "true", commerce: c[3], outcomes: map[string]map[string]rules.Outcome{}}
			out[c[0]] = r
		}
		if c[4] != "-" {
			id := "licence." + c[4]
			r.licences = append(r.licences, id)
			r.outcomes[id] = map[string]rules.Outcome{rules.Yes: rules.Outcome(c[5]), rules.No: rules.Outcome(c[6]), rules.Unsure: rules.Outcome(c[7])}
		}
	}
	return out
}

func loadPack(t testing.TB) *rules.Pack {
	t.Helper()
	pack, problems := rules.Load(Files, []string{"id", "en"})
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	return pack
}

func rank(o rules.Outcome) int { return slices.Index(rules.Outcomes, o) }

// combinations calls f with every combination of yes, no and unsure.
func combinations(licences []string, f func(map[string]string)) {
	answers := map[string]string{}
	var walk func(int)
	walk = func(i int) {
		if i == len(licences) {
			f(maps.Clone(answers))
			return
		}
		for _, v := range []string{rules.Yes, rules.No, rules.Unsure} {
			answers[licences[i]] = v
			walk(i + 1)
		}
	}
	walk(0)
}

func TestEveryCombinationGivesTheReviewedOutcome(t *testing.T) {
	pack := loadPack(t)
	table := readReviewed(t)
	if len(table) != 61 || len(pack.Categories) != 61 {
		t.Fatalf("%d categories reviewed, %d in the pack; want 61 of each", len(table), len(pack.Categories))
	}
	n := 0
	for _, c := range pack.Categories {
		r := table[c.ID]
		if r == nil {
			t.Errorf("category %s is not in the reviewed table", c.ID)
			continue
		}
		if string(c.Commerce) != r.commerce || c.Review != r.review || !slices.Equal(c.Asks, r.licences) {
			t.Errorf("%s: commerce %s, review %t, asks %v; want %s, %t, %v", c.ID, c.Commerce, c.Review, c.Asks, r.commerce, r.review, r.licences)
		}
		combinations(r.licences, func(facts map[string]string) {
			n++
			want := rules.Outcome(r.verdict)
			if len(r.licences) > 0 {
				want = rules.Eligible
				for id, answer := range facts {
					if o := r.outcomes[id][answer]; rank(o) > rank(want) {
						want = o
					}
				}
			}
			for _, lang := range []string{"id", "en"} {
				v := pack.Decide(rules.Judgement{Category: c.ID, Facts: facts, At: time.Now(), Lang: lang})
				if v.Verdict != want {
					t.Errorf("%s %v: verdict %s, want %s", c.ID, facts, v.Verdict, want)
				}
				checkShape(t, c, v)
				for _, change := range v.WouldChange {
					changed := maps.Clone(facts)
					maps.Copy(changed, change.Facts)
					if got := pack.Decide(rules.Judgement{Category: c.ID, Facts: changed, At: time.Now(), Lang: lang}).Verdict; got != change.Verdict || rank(got) >= rank(v.Verdict) {
						t.Errorf("%s %v: would_change %v gives %s, and says %s", c.ID, facts, change.Facts, got, change.Verdict)
					}
				}
			}
			pruned := map[string]string{}
			asked, next, _ := pack.Path(c.ID, facts, time.Now())
			if next != "" {
				t.Errorf("%s %v: %s is still to be asked though everything is answered", c.ID, facts, next)
			}
			for _, f := range asked {
				pruned[f] = facts[f]
			}
			if v := pack.Decide(rules.Judgement{Category: c.ID, Facts: pruned, At: time.Now(), Lang: "id", OnlyGiven: true}); v.Verdict != want {
				t.Errorf("%s: with only what the chat asks (%v of %v) the verdict is %s, want %s", c.ID, pruned, facts, v.Verdict, want)
			}
		})
	}
	t.Logf("%d combinations", n)
}

func checkShape(t *testing.T, c *rules.Category, v rules.Verdict) {
	t.Helper()
	if len(v.Reasons) == 0 {
		t.Errorf("%s: no reason", c.ID)
	}
	for _, r := range v.Reasons {
		if r.Text == "" || r.Source.Title == "" || r.Source.AsOf == "" || len(r.Facts) == 0 {
			t.Errorf("%s: incomplete reason %+v", c.ID, r)
		}
	}
	if v.Verdict == rules.EligibleWithConditions && len(v.Conditions) == 0 {
		t.Errorf("%s: %s without a condition", c.ID, v.Verdict)
	}
	if want := v.Verdict == rules.NeedsReview || v.Verdict == rules.NotEligible && c.Review; v.ReviewOffered != want {
		t.Errorf("%s: review_offered %t", c.ID, v.ReviewOffered)
	}
	if v.Reasons[0].Outcome != v.Verdict {
		t.Errorf("%s: the first reason speaks for %s, not for %s", c.ID, v.Reasons[0].Outcome, v.Verdict)
	}
}
