package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// watched is `layak chat --watch` with somebody at the keyboard.
type watched struct {
	t    *testing.T
	in   io.WriteCloser
	out  *lines
	code chan int
	dir  string
}

func watch(t *testing.T, args ...string) *watched {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "mybot")
	if code := run(t.Context(), []string{"init", dir}, strings.NewReader(""), io.Discard, os.Stderr, nil); code != 0 {
		t.Fatalf("init: exit code %d", code)
	}
	inR, in := io.Pipe()
	outR, out := io.Pipe()
	w := &watched{t: t, in: in, out: readLines(outR), code: make(chan int, 1), dir: dir}
	go func() {
		code := run(context.Background(), append([]string{"chat", "--watch", dir}, args...), inR, out, out, nil)
		_ = out.Close()
		w.code <- code
	}()
	t.Cleanup(func() {
		_ = in.Close()
		if code := <-w.code; code != 0 {
			t.Errorf("exit code %d\n%s", code, w.out)
		}
		<-w.out.done
	})
	return w
}

func (w *watched) say(text string) {
	w.t.Helper()
	if _, err := io.WriteString(w.in, text+"\n"); err != nil {
		w.t.Fatal(err)
	}
}

// see waits for a line that holds a text.
func (w *watched) see(text string) {
	w.t.Helper()
	deadline := time.After(patience)
	for {
		select {
		case line, ok := <-w.out.next:
			if !ok {
				w.t.Fatalf("it ended before %q:\n%s", text, w.out)
			}
			if strings.Contains(line, text) {
				return
			}
		case <-deadline:
			w.t.Fatalf("no %q:\n%s", text, w.out)
		}
	}
}

// save edits a file as an editor does: a new file in the place of the old one.
func (w *watched) save(file string, oldNew ...string) {
	w.t.Helper()
	path := filepath.Join(w.dir, "flow", file)
	data, err := os.ReadFile(path)
	if err != nil {
		w.t.Fatal(err)
	}
	text := strings.NewReplacer(oldNew...).Replace(string(data))
	if text == string(data) {
		w.t.Fatalf("%s does not hold %q", file, oldNew)
	}
	if err := os.WriteFile(path+".tmp", []byte(text), 0o644); err != nil {
		w.t.Fatal(err)
	}
	if err := os.Rename(path+".tmp", path); err != nil {
		w.t.Fatal(err)
	}
}

// TestWatch: edit and see. After a save the flow is loaded again; what changed and the question as it is now are shown,
// or what is wrong, and the conversation goes on with its answers.
func TestWatch(t *testing.T) {
	t.Parallel()
	w := watch(t)
	w.say("jual obat herbal")
	w.see("Apakah semua produk yang Anda jual sudah punya nomor BPOM")
	w.see("Boleh langsung kirim nomornya")

	w.save("rules.yaml", "Apakah semua produk yang Anda jual sudah punya nomor BPOM", "Sudahkah semua produk Anda bernomor BPOM")
	w.see("~ loaded: rules.yaml: licence licence.bpom_tr")
	w.see("Sudahkah semua produk Anda bernomor BPOM")

	w.save("flow.yaml", "to: recap}", "to: rcap}")
	w.see(`state "rcap" does not exist; did you mean "recap"?`)
	w.see("~ not loaded: the flow stays as it was")
	w.save("flow.yaml", "to: rcap}", "to: recap}")
	w.see("~ saved, and nothing changed")

	// The options were swapped under the question: the new order was shown, so it counts.
	w.say("sudah")
	w.see("Pertanyaan 3")
	w.say("sudah")
	w.see("Saya rangkum dulu")
	w.save("flow.yaml", `      id: recap
      kind: choice
      choices:
`, `      id: recap
      kind: choice
      choices:
        - {id: change, text: option.change, synonyms: {id: [ubah], en: [change]}}
`, `        - {id: change, text: option.change, synonyms: {id: [ubah, ganti, salah, belum benar, tidak], en: [change, edit, wrong, "no"]}}
`, "")
	w.see("~ loaded: flow.yaml")
	w.see("2. Ya, benar")
	w.say("2")
	w.see("Hasil:")

	// An invariant that is broken is shown, and can be looked at all the same.
	w.save("rules.yaml", "verdict: not_eligible", "verdict: eligible_with_conditions\n    condition: {id: x, en: x}")
	w.see("combinations of answers get another verdict")
	w.see("invariant")
}

// The --explain of `layak chat` says what was tried, too.
func TestExplain(t *testing.T) {
	t.Parallel()
	w := watch(t, "-v")
	w.say("jual obat herbal")
	w.see("? business: classify: accept herbal_medicine")
	w.see("? business: scores: herbal_medicine 1.00")
	w.see("? business: business_named → licence")
	w.see("? licence: edge licences_done: does not hold: not pending")
	w.say("sudah")
	w.see(`? licence: yes/no: "yes"`)
	w.say("sudah")
	w.see("? licence: licences_done → recap")
	w.see("? recap: edge recap_not_needed: does not hold: asked < 2")
	w.say("ya")
	w.see("? recap: option: yes")
	w.see("? result: rule ")
}

// A folder that is put in place whole, as a checkout or an unpacked archive does, counts as saved.
func TestWatchSeesAFolderThatCameWhole(t *testing.T) {
	top := t.TempDir()
	dir, lang := filepath.Join(top, "flow"), filepath.Join(top, "lang")
	for _, d := range []string{dir, lang} {
		if err := os.Mkdir(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(lang, "id.yaml"), []byte("texts: {}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	saved, stop, err := watchFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	if err := os.Rename(lang, filepath.Join(dir, "lang")); err != nil {
		t.Fatal(err)
	}
	select {
	case <-saved:
	case <-waiting(t).Done():
		t.Error("nobody was told")
	}
}
