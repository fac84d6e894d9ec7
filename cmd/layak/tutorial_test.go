package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// fenced is a code block with what stands behind its fence: a language, and for a file its name.
var fenced = regexp.MustCompile("(?ms)^```(\\w+)(?: (\\S+))?\\n(.*?)^```$")

// The tutorial, followed word by word, leads to the flow in docs/examples/loan, and shows what the program really prints.
func TestTutorial(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/tutorial.md")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var printed string // by the last command
	check := func() string {
		_, out, _ := layak(t, "", "check", filepath.Join(dir, "loan"))
		return strings.ReplaceAll(out, dir+string(filepath.Separator), "")
	}
	steps := 0
	for _, b := range fenced.FindAllStringSubmatch(string(text), -1) {
		kind, name, body := b[1], b[2], b[3]
		switch {
		case kind == "yaml":
			path := filepath.Join(dir, "loan", name)
			if name == "loan.yaml" {
				path = filepath.Join(dir, name)
			} else if want, err := os.ReadFile(filepath.Join("../../docs/examples/loan", name)); err != nil || string(want) != body {
				t.Errorf("%s in the tutorial is not the file in docs/examples/loan (%v)", name, err)
			}
			write(t, path, body)
		case kind == "sh" && strings.Contains(body, "layak check loan"):
			printed = check()
		case kind == "sh" && strings.Contains(body, "layak test loan"):
			args := append([]string{"test", filepath.Join(dir, "loan")}, strings.Fields(body)[3:]...)
			if code, out, errs := layak(t, "", args...); code != exitOK {
				t.Errorf("%v: exit code %d\n%s%s", args, code, out, errs)
			} else {
				printed = out
			}
		case kind == "chat" && name != "":
			write(t, filepath.Join(dir, "loan", name), body)
		case kind == "text":
			if strings.Contains(body, " becomes ") {
				printed = stricterCopy(t, dir)
			}
			if strings.Contains(body, "recapp") {
				path := filepath.Join(dir, "loan", "flow.yaml")
				flow, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				write(t, path, strings.Replace(string(flow), "to: recap}", "to: recapp}", 1))
				printed = check()
				write(t, path, string(flow))
			}
			for line := range strings.Lines(body) {
				if !strings.Contains(printed, line) {
					t.Errorf("the tutorial promises\n%s\nbut the program printed\n%s", line, printed)
				}
			}
		case kind == "chat":
			tutorialChat(t, filepath.Join(dir, "loan.yaml"), body)
		default:
			continue
		}
		steps++
	}
	if steps < 11 {
		t.Errorf("only %d steps were found in the tutorial", steps)
	}
	rules := filepath.Join(dir, "loan", "rules.yaml")
	data, err := os.ReadFile(rules)
	if err != nil {
		t.Fatal(err)
	}
	write(t, rules, strings.Replace(string(data), "when: category == \"betting\"\n    verdict: not_eligible", "when: category == \"betting\"\n    verdict: eligible", 1))
	if out := check(); !strings.Contains(out, "betting-never") || !strings.Contains(out, "\n    > hello\n") {
		t.Errorf("the loosened rule passed: %s", out)
	}
}

// stricterCopy compares the flow with a copy that refuses whoever is young.
func stricterCopy(t *testing.T, dir string) string {
	t.Helper()
	before, after := filepath.Join(dir, "loan"), filepath.Join(dir, "loan.new")
	if err := os.CopyFS(after, os.DirFS(before)); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(after, "rules.yaml")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	i := strings.Index(string(data), "id: young")
	if i < 0 {
		t.Fatal("the rule young is gone")
	}
	write(t, path, string(data[:i])+strings.Replace(string(data[i:]), "verdict: needs_review", "verdict: not_eligible", 1))
	_, out, _ := layak(t, "", "diff", before, after)
	return out
}

// The transcripts of the example hold, and leave out only what its classifier cannot bring about.
func TestExampleTranscripts(t *testing.T) {
	t.Parallel()
	code, out, errs := layak(t, "", "test", "../../docs/examples/loan")
	if code != exitOK || !strings.Contains(out, "covered: states 7 of 7, edges 18 of 20, rules 6 of 6, categories 6 of 6") {
		t.Errorf("exit code %d\n%s%s", code, out, errs)
	}
}

// tutorialChat says the lines with > and expects, after them, those with <.
func tutorialChat(t *testing.T, config, body string) {
	t.Helper()
	var said []string
	var want []string
	for line := range strings.Lines(body) {
		if text, ok := strings.CutPrefix(line, "> "); ok {
			said = append(said, text)
		} else {
			want = append(want, strings.TrimSpace(strings.TrimPrefix(line, "< ")))
		}
	}
	_, out, errs := layak(t, strings.Join(said, ""), "chat", "--config", config)
	for _, w := range want {
		if before, after, found := strings.Cut(out, w); found {
			out = after
		} else {
			t.Errorf("no %q after\n%s%s", w, before, errs)
		}
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// layak runs the program with input, and returns its exit code and what it printed.
func layak(t *testing.T, input string, args ...string) (code int, out, errs string) {
	t.Helper()
	var stdout, stderr strings.Builder
	code = run(t.Context(), args, strings.NewReader(input), &stdout, &stderr, nil)
	return code, stdout.String(), stderr.String()
}
