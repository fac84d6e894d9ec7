package flows_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"layak/flows"
	flowdefault "layak/flows/default"
	"layak/flows/match"
)

// version loads an edited copy of the default flow, with the built-in classifier where the words allow it.
func version(t *testing.T, file string, oldNew ...string) *flows.Flow {
	t.Helper()
	return loaded(t, edited(t, file, oldNew...))
}

func loaded(t *testing.T, folder fstest.MapFS) *flows.Flow {
	t.Helper()
	f, problems := flows.Load(folder, flows.Options{Classifier: func(c []match.Category, _ []match.Example) (*match.Classifier, error) {
		if m, err := match.Load(c, flowdefault.Model); err == nil {
			return m, nil
		}
		return match.New(c, nil)
	}, ExpireAfter: 24 * time.Hour})
	if problems != nil {
		t.Fatal(problems.Error())
	}
	return f
}

// moveTo moves the conversation to another version and goes on with that.
func (c *chat) moveTo(f *flows.Flow) {
	c.t.Helper()
	next := flows.NewEngine(f, 90)
	moved, err := next.Adopt(c.t.Context(), c.c, c.engine.Flow())
	if err != nil {
		c.t.Fatal(err)
	}
	if moved.FlowDigest != f.Digest {
		c.t.Errorf("digest %s after the move, want %s", moved.FlowDigest, f.Digest)
	}
	c.engine, c.c = next, moved
}

// A question that is the same in both versions goes on as if nothing had happened.
func TestMoveKeepsAnswersAndQuestion(t *testing.T) {
	c := newChat(t)
	c.say("jual obat herbal", "sudah")
	before := c.c
	c.moveTo(version(t, "lang/id.yaml", "Saya catat", "Dicatat"))
	if c.c.Place.Fact != before.Place.Fact || len(c.c.Answers) != len(before.Answers) || c.c.Moved != "" {
		t.Fatalf("moved %+v\nfrom %+v", c.c, before)
	}
	c.say("sudah")
	c.asks("recap")
}

// The options of a question changed: the next message brings it, and is not taken for an answer to what was not seen.
func TestMoveAsksAChangedQuestionAgain(t *testing.T) {
	to := version(t, "flow.yaml",
		`        - {id: "yes", text: option.right, synonyms: {id: [ya, iya, betul, benar, sudah benar, lanjut, ok, oke, sip], en: ["yes", right, correct, ok, okay, go on]}}
        - {id: change, text: option.change`, `        - {id: change, text: option.change`,
		`[ubah, ganti, salah, belum benar, tidak], en: [change, edit, wrong, "no"]}}`, `[ubah, ganti, salah, belum benar, tidak], en: [change, edit, wrong, "no"]}}
        - {id: "yes", text: option.right, synonyms: {id: [ya, betul], en: ["yes", right]}}`)
	c := newChat(t)
	c.say("jual obat herbal", "sudah", "sudah")
	c.asks("recap")
	c.moveTo(to)
	c.say("1")
	c.asks("recap")
	c.want("kita lanjut", "1. ")
	c.verdict("")
	c.say("2")
	c.verdict("needs_review")
}

// The state is gone: the conversation goes to the question that would be asked next, with the answers it has.
func TestMoveFromAStateThatIsGone(t *testing.T) {
	to := version(t, "flow.yaml", "  - id: recap\n", "  - id: summary\n", "to: recap}", "to: summary}", "id: recap\n      kind", "id: recap\n      kind")
	c := newChat(t)
	c.say("jual obat herbal", "sudah", "sudah")
	c.moveTo(to)
	if c.c.Place.State != "licence" || len(c.c.Answers) != 3 {
		t.Fatalf("moved to %+v", c.c)
	}
	c.say("halo?")
	c.asks("recap")
	c.say("ya")
	c.verdict("needs_review")

	c = newChat(t)
	c.say("jual obat herbal", "sudah", "sudah")
	c.moveTo(to)
	c.say("bantuan") // a command works at once, and the question follows
	c.asks("recap")

	c = newChat(t)
	c.say("jual obat herbal", "sudah", "sudah", "hapus data")
	c.moveTo(to)
	c.asks("delete")
	c.say("batal")
	c.asks("recap")
}

// A licence that the new version does not know any more is forgotten, and a business that is gone is asked for anew.
func TestMoveForgetsWhatIsUnknown(t *testing.T) {
	c := newChat(t)
	c.say("jual obat herbal", "sudah")
	answers := len(c.c.Answers)
	c.c.Answers["licence.gone"] = flows.Value{Value: "yes"}
	c.c.Answers["licence.bpom_tr"] = flows.Value{Value: "maybe"}
	c.c.Trail = append(c.c.Trail, flows.Place{State: "gone"})
	c.moveTo(version(t, "lang/id.yaml", "Saya catat", "Dicatat"))
	if len(c.c.Answers) != answers-1 || slices.ContainsFunc(c.c.Trail, func(p flows.Place) bool { return p.State == "gone" }) {
		t.Fatalf("moved %+v", c.c)
	}
	c.say("eh")
	c.asks("licence.bpom_tr")

	c = newChat(t)
	c.say("jual obat herbal", "belum")
	if !c.c.Judged {
		c.say("ya")
	}
	c.c.Answers["category"] = flows.Value{Value: "gone"}
	c.moveTo(version(t, "lang/id.yaml", "Saya catat", "Dicatat"))
	c.say("halo")
	c.asks("business")
}

// A verdict that is another one in the new version is given anew, before the person is told what to prepare.
func TestMoveGivesAnotherVerdictAnew(t *testing.T) {
	was := newChat(t)
	was.say("restoran padang")
	for range 5 {
		if was.c.Judged {
			break
		}
		was.say("ya")
	}
	if !was.c.Judged {
		t.Fatalf("no verdict: %+v", was.c)
	}
	same := *was
	same.moveTo(version(t, "lang/id.yaml", "Saya catat", "Dicatat"))
	same.say("dokumen")
	same.verdict("")
	same.want("biasanya diminta")

	eligible := "when: category == \"food_and_beverage\"\n    verdict: eligible\n"
	to := version(t, "rules.yaml", eligible, strings.Replace(eligible, "eligible\n", "not_eligible\n", 1))
	for name, from := range map[string]*flows.Flow{"known": was.engine.Flow(), "gone": nil} {
		t.Run(name, func(t *testing.T) {
			now := *was
			next, err := flows.NewEngine(to, 90).Adopt(t.Context(), now.c, from)
			if err != nil {
				t.Fatal(err)
			}
			now.engine, now.c = flows.NewEngine(to, 90), next
			now.say("dokumen")
			if !now.c.Judged { // more than one thing was asked: the answers are read back first
				now.say("ya")
			}
			now.verdict("not_eligible")
		})
	}
}

// Who restarts, or comes back after a result, begins on the flow that runs the turn; the turn says so.
func TestBeganIsToldAndTakesTheDigest(t *testing.T) {
	c := newChat(t)
	for _, text := range []string{"halo", "ulang"} {
		c.say(text)
		if !c.last.Began {
			t.Errorf("%q does not begin anew", text)
		}
	}
	c.say("jual obat herbal")
	if c.last.Began {
		t.Error("an answer begins anew")
	}
	other := version(t, "lang/id.yaml", "Saya catat", "Dicatat")
	c.engine = flows.NewEngine(other, 90)
	c.say("ulang")
	if c.c.FlowDigest != other.Digest {
		t.Error("the digest is that of the flow before the restart")
	}
}

// A folder is the same flow wherever it is read from.
func TestFolderIsTheFlow(t *testing.T) {
	folder, err := flows.ReadFolder(flowdefault.Files)
	if err != nil {
		t.Fatal(err)
	}
	f, problems := flows.Load(folder.FS(), flows.Options{Trained: flowdefault.Model})
	if problems != nil {
		t.Fatal(problems.Error())
	}
	if f.Digest != defaultFlow().Digest || folder.Digest() != f.Digest {
		t.Errorf("digests %s, %s and %s", f.Digest, folder.Digest(), defaultFlow().Digest)
	}
	next := flows.Folder{"flow.yaml": folder["flow.yaml"] + "\n", "new.yaml": ""}
	if got := (flows.Folder{"flow.yaml": folder["flow.yaml"], "lang/id.yaml": ""}).Changed(next); !slices.Equal(got, []string{"flow.yaml", "lang/id.yaml", "new.yaml"}) {
		t.Errorf("changed %q", got)
	}
}

// Links are followed; a folder with the name of a file, and the mark of an editor at a file that is being edited, are no files.
func TestFolderOfLinks(t *testing.T) {
	top := t.TempDir()
	for name, text := range map[string]string{"words/id.yaml": "texts: {}\n", "real.yaml": "pack: {}\n", "flow/flow.yaml": "flow: x\n", "flow/odd.yaml/x": ""} {
		if err := os.MkdirAll(filepath.Join(top, filepath.Dir(name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(top, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for link, to := range map[string]string{"lang": "../words", "rules.yaml": "../real.yaml", ".#flow.yaml": "sari@host.4711:1"} {
		if err := os.Symlink(to, filepath.Join(top, "flow", link)); err != nil {
			t.Fatal(err)
		}
	}
	got, err := flows.ReadFolder(os.DirFS(filepath.Join(top, "flow")))
	if want := (flows.Folder{"flow.yaml": "flow: x\n", "lang/id.yaml": "texts: {}\n", "rules.yaml": "pack: {}\n"}); err != nil || !maps.Equal(got, want) {
		t.Errorf("%v, %v, want %v", got, err, want)
	}
}

// Where the examples are the same the classifier is taken over; where a word of a category changed it is trained.
func TestLikeSparesTheTraining(t *testing.T) {
	folder, err := flows.ReadFolder(flowdefault.Files)
	if err != nil {
		t.Fatal(err)
	}
	trained := 0
	load := func() *flows.Flow {
		t.Helper()
		f, problems := flows.Load(folder.FS(), flows.Options{Like: defaultFlow(), Classifier: func(c []match.Category, e []match.Example) (*match.Classifier, error) {
			trained++
			return match.New(c, nil)
		}})
		if problems != nil {
			t.Fatal(problems.Error())
		}
		return f
	}
	folder["lang/id.yaml"] += "# edited\n"
	if f := load(); trained != 0 || f.Classify("jual obat herbal").Category != "herbal_medicine" {
		t.Error("trained although the examples are the same")
	}
	folder["nlu/none.yml"] += "# edited\n"
	if load(); trained != 1 {
		t.Error("not trained although the examples are others")
	}
}
