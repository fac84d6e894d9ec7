package check_test

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"layak/flows"
	"layak/flows/check"
	flowdefault "layak/flows/default"
	"layak/flows/diff"
	"layak/flows/flowtest"
	"layak/flows/match"
	"layak/flows/problem"
)

const (
	flowFile, rulesFile, categoriesFile, idFile, enFile = "flow.yaml", "rules.yaml", "categories.yaml", "lang/id.yaml", "lang/en.yaml"
)

// mutations are 100 wrong edits of the default folder.
var mutations = []mutation{
	// ---- flow.yaml: names, ways and conditions
	drop("delete the first state", flowFile, "start: business"),
	put("begin with the licences", flowFile, "start: business", "start: licence"),
	put("rename a state", flowFile, "- id: recap\n", "- id: summary\n"),
	dropItem("delete a state", flowFile, "confirm"),
	dropItem("delete the verdict", flowFile, "result"),
	put("misspell where an edge leads", flowFile, "on: category, to: licence}", "on: category, to: lisence}"),
	put("lead an edge to another state", flowFile, "on: group, to: group}", "on: group, to: licence}"),
	put("skip the licences", flowFile, "event: business_named, on: category, to: licence}", "event: business_named, on: category, to: result}"),
	drop("delete an edge that takes an answer", flowFile, "event: licence_answered"),
	drop("delete an edge that takes several readings", flowFile, "event: business_unclear"),
	drop("delete the way out of the licences", flowFile, "event: licences_done"),
	put("turn a condition round", flowFile, "if: not pending", "if: pending"),
	put("loosen a condition", flowFile, "if: asked < 2", "if: asked < 20"),
	put("break a condition", flowFile, "if: asked < 2", "if: asked <"),
	put("misspell a name in a condition", flowFile, "if: asked < 2", "if: aksed < 2"),
	put("let two states wait for nothing", flowFile, "on: enter, if: asked < 2, to: result}", "on: enter, if: asked < 2, to: licence}"),
	put("change what an edge waits for", flowFile, "event: recap_wrong, option: change, to: change}", "event: recap_wrong, option: \"yes\", to: change}"),
	exchange("exchange where two options lead", flowFile, `option: "yes", to: result}`, "option: change, to: change}"),
	put("name two edges alike", flowFile, "event: group_picked", "event: business_named"),
	put("drop the words of one language", flowFile, ", en: [checklist, documents, papers, requirements]}, to: checklist}", "}, to: checklist}"),
	put("set another business", flowFile, "set: {category: other_unlisted}", "set: {category: general_trade}"),
	put("set a business that is not there", flowFile, "set: {category: other_unlisted}", "set: {category: other_listed}"),

	// ---- flow.yaml: questions, commands, limits
	put("change the kind of a question", flowFile, "id: business\n      kind: text", "id: business\n      kind: choice"),
	put("misspell the kind of a question", flowFile, "kind: choice\n      facts: true", "kind: choise\n      facts: true"),
	inItem("take the options from elsewhere", flowFile, "clarify", "options: candidates", "options: group"),
	put("ask for one licence instead of all", flowFile, "facts: true ", "fact: licence.nib "),
	inItem("use another text for a question", flowFile, "group", "text: group.ask", "text: clarify.ask"),
	put("delete the synonyms of an option", flowFile, ", synonyms: {id: [ubah, ganti, salah, belum benar, tidak], en: [change, edit, wrong, \"no\"]}", ""),
	put("give a synonym to two options", flowFile, "id: [ubah, ganti, salah, belum", "id: [ubah, ganti, lanjut, belum"),
	put("delete a command", flowFile, "  language:\n    id: [bahasa, ganti bahasa]\n    en: [language, change language]\n", ""),
	put("delete the words of a command in one language", flowFile, "    en: [back, go back, previous, previous question, undo]\n", ""),
	put("give a word to two commands", flowFile, "en: [back, go back, previous, previous question, undo]", "en: [back, restart, previous]"),
	put("misspell a key", flowFile, "limits:", "limit:"),
	put("set a limit too high", flowFile, "misses: 3", "misses: 30"),
	put("set a limit otherwise", flowFile, "misses: 3 ", "misses: 2 "),
	put("drop a language", flowFile, "languages: [id, en]", "languages: [id]"),
	put("turn the languages round", flowFile, "languages: [id, en]", "languages: [en, id]"),
	put("forget a bracket", flowFile, "[list, show the list, options]}", "[list, show the list, options}"),
	put("change the format", flowFile, "version: 1 ", "version: 2 "),

	// ---- rules.yaml: verdicts
	inItem("say yes to online lending", rulesFile, "p2p-lending", "verdict: not_eligible", "verdict: eligible"),
	inItem("make gambling a case for review", rulesFile, "gambling", "verdict: not_eligible", "verdict: needs_review"),
	inItem("let herbal medicine pass without a number", rulesFile, "herbal-no-bpom", "verdict: not_eligible", "verdict: needs_review"),
	inItem("say no to clothes", rulesFile, "fashion-retail", "verdict: eligible", "verdict: not_eligible"),
	inItem("say no to food without halal", rulesFile, "food-and-beverage", "verdict: eligible", "verdict: needs_review"),
	inItem("misspell a verdict", rulesFile, "bank", "verdict: eligible_with_conditions", "verdict: eligible_with_condition"),
	inItem("promise a yes to a bank", rulesFile, "bank", "verdict: eligible_with_conditions", "verdict: eligible"),
	inItem("let an unlicensed pawnshop pass", rulesFile, "pawn-no-ojk", `licence.ojk == "no"`, `licence.ojk == "unsure"`),
	inItem("turn an answer round", rulesFile, "clinic-no-licence", `== "no"`, `== "yes"`),
	inItem("ask about another licence", rulesFile, "umrah-no-ppiu", "licence.ppiu", "licence.nib"),
	inItem("misspell an answer", rulesFile, "payment-no-bi", `licence.bi == "no"`, `licence.bi == "not"`),
	inItem("misspell a business", rulesFile, "weapons", `category == "weapons"`, `category == "weapon"`),
	inItem("speak of another business", rulesFile, "tobacco-vape", `category == "tobacco_vape"`, `category == "toys_hobby"`),
	inItem("use one sign for equal", rulesFile, "mlm", `category == "mlm"`, `category = "mlm"`),
	inItem("say or instead of and", rulesFile, "alcohol-no-permit", " and ", " or "),

	// ---- rules.yaml: whole rules
	dropItem("delete a rule", rulesFile, "debt-collection"),
	dropItem("delete a rule about an answer", rulesFile, "cosmetics-no-bpom"),
	dropItem("delete a rule that only conditions", rulesFile, "education-no-permit"),
	twice("write a rule twice", rulesFile, "crypto-assets", "", ""),
	twice("overlap a rule with a copy", rulesFile, "insurance", "id: insurance", "id: insurance-2"),
	twice("contradict a rule", rulesFile, "pharmacy-no-sia", "id: pharmacy-no-sia\n    when: category == \"pharmacy_drugs\" and licence.sia == \"no\"\n    verdict: not_eligible",
		"id: pharmacy-soft\n    when: category == \"pharmacy_drugs\" and licence.sia == \"no\"\n    verdict: needs_review"),
	inItem("end a rule", rulesFile, "counterfeit-no-proof", "    when:", "    until: 2020-01-01\n    when:"),
	inItem("end a rule next year", rulesFile, "live-pets", "    when:", "    until: 2099-01-01\n    when:"),
	inItem("begin a rule later", rulesFile, "leasing-finance", "    when:", "    from: 2099-01-01\n    when:"),
	inItem("write a date the other way round", rulesFile, "hazardous-goods", "    when:", "    until: 01-02-2027\n    when:"),
	drop("delete what a rule rests on", rulesFile, "facts: [business, licence.bpom_tr]"),
	inItem("rest on a source that is not there", rulesFile, "education", "source: ", "source: x_"),
	inItem("delete a condition", rulesFile, "jewelry-gold", "    condition:", "    conditions:"),
	because("no answers meet both, so that their order cannot matter", exchangeItems("exchange two rules", rulesFile, "herbal-no-bpom", "herbal-bpom-unsure")),

	// ---- rules.yaml: texts, sources, numbers, invariants
	languages("swap the languages of a reason", rulesFile, "herbal-medicine", "reason"),
	inItem("drop a translation", rulesFile, "automotive", ", en: ", ", en2: "),
	inItem("break a link", rulesFile, "nib_law", "https://", "https//"),
	inItem("misspell a kind of source", rulesFile, "nib_law", "kind: law", "kind: lav"),
	dropItem("delete a source", rulesFile, "messaging_policy"),
	dropItem("delete a licence", rulesFile, "licence.siupl"),
	inItem("give a number another shape", rulesFile, "bpom_traditional", `\d{9}$`, `\d{8}$`),
	inItem("take the end off a pattern", rulesFile, "nib", `\d{13}$'`, `\d{13}'`),
	inItem("take another number for a licence", rulesFile, "licence.bpom_cosmetic", "number: bpom_cosmetic", "number: bpom_food"),
	inItem("exchange yes and no of what is said", rulesFile, "licence.halal", "yes: [sudah bersertifikat halal", "yes: [belum bersertifikat halal"),
	languages("swap the languages of a question", rulesFile, "licence.sia", "question"),
	inItem("loosen an invariant", rulesFile, "herbal-needs-bpom", `licence.bpom_tr != "yes"`, `licence.bpom_tr == "no"`),
	inItem("tighten an invariant", rulesFile, "finance-never-unconditional", `verdict == "eligible"`, `verdict != "not_eligible"`),
	dropItem("delete an invariant", rulesFile, "umrah-needs-licence"),

	// ---- categories.yaml
	dropItem("delete a business", categoriesFile, "gambling"),
	inItem("rename a business", categoriesFile, "leasing_finance", "id: leasing_finance", "id: leasing"),
	inItem("move a business to a group that is not there", categoriesFile, "bank", "group: lending", "group: loans"),
	inItem("move a business to another group", categoriesFile, "automotive", "group: mobility", "group: services"),
	inItem("ask for a licence less", categoriesFile, "herbal_medicine", "asks: [licence.bpom_tr, licence.cpotb, licence.nib]", "asks: [licence.cpotb, licence.nib]"),
	inItem("ask in another order", categoriesFile, "herbal_medicine", "asks: [licence.bpom_tr, licence.cpotb, licence.nib]", "asks: [licence.nib, licence.cpotb, licence.bpom_tr]"),
	inItem("ask for a licence that is not there", categoriesFile, "bank", "licence.ojk", "licence.ojek"),
	inItem("open the catalogue", categoriesFile, "p2p_lending", `commerce: "no"`, `commerce: "yes"`),
	inItem("refuse a review", categoriesFile, "herbal_medicine", "review_offered: true", "review_offered: false"),
	inItem("delete a synonym", categoriesFile, "fashion_retail", "id: [baju, butik", "id: [butik"),
	inItem("give a synonym to two businesses", categoriesFile, "fashion_retail", "id: [baju, butik", "id: [baju, restoran"),
	inItem("drop the edition of a code", categoriesFile, "p2p_lending", `"2020:64951"`, `"64951"`),
	languages("swap the languages of a title", categoriesFile, "agriculture_livestock", "title"),

	// ---- lang/ and nlu/
	drop("delete a text", enFile, "  stale: "),
	put("lose a name in a translation", enFile, "{{.Kind}}", "another licence"),
	exchange("swap two texts", idFile, "Baik, kembali satu pertanyaan.", "Ini sudah pertanyaan pertama."),
	put("write a text in the other language", idFile, "  stopped.still: Baik, saya tetap diam. Kirim pesan kapan saja kalau berubah pikiran.", "  stopped.still: All right, I'll stay quiet. Write any time if you change your mind."),
	put("put examples under another business", "nlu/staples.yml", "- intent: packaged_food", "- intent: packaged_foods"),
}

// TestAHundredWrongEdits makes each edit in turn; layak check, the transcripts or layak diff must notice it.
func TestAHundredWrongEdits(t *testing.T) {
	if len(mutations) != 100 {
		t.Errorf("%d edits, want 100", len(mutations))
	}
	original := folder(t, flowdefault.Files)
	scripts, problems := flowtest.Read(flowdefault.Files)
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	before, problems := flows.Load(original, flows.Options{Trained: flowdefault.Model, ExpireAfter: flowtest.ExpireAfter})
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	if by := caught(t, original, unedited, before, scripts); by != "" {
		t.Fatalf("%s finds a mistake where nothing was edited", by)
	}
	var byCheck, byTest, byDiff, byNone atomic.Int64
	t.Run("edits", func(t *testing.T) {
		for _, m := range mutations {
			t.Run(strings.ReplaceAll(m.name, " ", "_"), func(t *testing.T) {
				t.Parallel()
				by := caught(t, original, m, before, scripts)
				if by != "check" {
					t.Logf("noticed by %s", cmp.Or(by, "nothing: "+m.why))
				}
				switch {
				case by == "check":
					byCheck.Add(1)
				case by == "test":
					byTest.Add(1)
				case by == "diff":
					byDiff.Add(1)
				default:
					byNone.Add(1)
					if m.why == "" {
						t.Errorf("nothing notices it")
					}
				}
				if by != "" && m.why != "" {
					t.Errorf("noticed by %s, although %s", by, m.why)
				}
			})
		}
	})
	t.Logf("noticed by check %d, by the transcripts %d, by diff alone %d, by nothing %d", byCheck.Load(), byTest.Load(), byDiff.Load(), byNone.Load())
	if byCheck.Load() < 75 {
		t.Errorf("check notices %d edits; it once noticed 78", byCheck.Load())
	}
	if byCheck.Load()+byTest.Load()+byDiff.Load() < 98 {
		t.Errorf("fewer than 98 edits are noticed")
	}
}

// unedited is no edit at all, which nothing may notice.
var unedited = mutation{name: "nothing", file: flowFile, edit: func(_ testing.TB, text string) string { return text }}

// fewExamples is a small file of examples: a folder without any is a mistake of its own.
const fewExamples = "nlu/staples.yml"

// caught makes one edit and says what notices it first, "" for nothing.
func caught(t *testing.T, original fstest.MapFS, m mutation, before *flows.Flow, scripts []*flowtest.Script) string {
	text := string(original[m.file].Data)
	edited := m.edit(t, text)
	if edited == text && m.name != unedited.name {
		t.Fatalf("the edit changes nothing")
	}
	files := fstest.MapFS{}
	for name, f := range original {
		if !strings.HasPrefix(name, "nlu/") || name == fewExamples || strings.HasPrefix(m.file, "nlu/") {
			files[name] = f // the examples take long to read, and are not needed where a trained classifier fits
		}
	}
	files[m.file] = &fstest.MapFile{Data: []byte(edited)}
	trained := true
	opts := flows.Options{ExpireAfter: flowtest.ExpireAfter, Classifier: func(categories []match.Category, _ []match.Example) (*match.Classifier, error) {
		c, err := match.Load(categories, flowdefault.Model)
		if err != nil { // the words are others now: training takes two seconds, so that the transcripts are left out
			trained = false
			return match.New(categories, nil)
		}
		return c, nil
	}}
	after, problems := check.Folder(t.Context(), files, opts, fixtureDay)
	problems = slices.DeleteFunc(problems, func(p problem.Problem) bool { return p.Kind == problem.NoExamples }) // left out above
	if len(problems) > 0 {
		return "check"
	}
	if trained && fails(t.Context(), after, scripts) {
		return "test"
	}
	if !diff.Flows(diff.Side{Flow: before}, diff.Side{Flow: after}, fixtureDay).Same() {
		return "diff"
	}
	return ""
}

// fails reports whether a transcript goes otherwise.
func fails(ctx context.Context, f *flows.Flow, scripts []*flowtest.Script) bool {
	return slices.ContainsFunc(scripts, func(s *flowtest.Script) bool {
		return slices.ContainsFunc(flowtest.Run(ctx, f, []*flowtest.Script{s}, &flowtest.Coverage{}, time.Now), flowtest.Result.Failed)
	})
}
