package flowtest

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"
)

type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Time     string       `xml:"time,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Time     string      `xml:"time,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Class   string        `xml:"classname,attr"`
		Name    string        `xml:"name,attr"`
		File    string        `xml:"file,attr,omitempty"`
		Line    int           `xml:"line,attr,omitempty"`
		Time    string        `xml:"time,attr"`
		Failure *junitFailure `xml:"failure"`
	}
	junitFailure struct {
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// Invariant is one invariant of the pack, with the combinations that break it: empty where it holds.
type Invariant struct {
	ID     string   `json:"id"`
	Broken []string `json:"broken"`
}

// JUnit writes the results in the form that build servers read: a suite a file, and one for the invariants.
func JUnit(w io.Writer, results []Result, invariants []Invariant) error {
	all := junitSuites{}
	var total time.Duration
	suite := func(name string) *junitSuite {
		if n := len(all.Suites); n == 0 || all.Suites[n-1].Name != name {
			all.Suites = append(all.Suites, junitSuite{Name: name})
		}
		return &all.Suites[len(all.Suites)-1]
	}
	took := map[string]time.Duration{}
	for _, r := range results {
		s := suite(r.Script.File)
		c := junitCase{Class: r.Script.File, Name: r.Chat.Name, File: r.Script.File, Line: r.Chat.Line, Time: seconds(r.Took)}
		if r.Failed() {
			c.Failure = &junitFailure{Message: fmt.Sprintf("%s:%d: %s", r.Script.File, r.Chat.Line, NoAnswers)}
			s.Failures++
			all.Failures++
		}
		if len(r.Differ) > 0 {
			d := r.Differ[0]
			c.Failure = &junitFailure{fmt.Sprintf("%s:%d: the answer to %q differs", r.Script.File, d.Line, d.Said), "\n" + strings.Join(d.Diff, "\n") + "\n"}
		}
		s.Cases = append(s.Cases, c)
		s.Tests++
		all.Tests++
		took[s.Name] += r.Took
		total += r.Took
	}
	for _, inv := range invariants {
		s := suite("invariants")
		c := junitCase{Class: "invariants", Name: inv.ID, Time: seconds(0)}
		if len(inv.Broken) > 0 {
			c.Failure = &junitFailure{"the invariant is broken", "\n" + strings.Join(inv.Broken, "\n") + "\n"}
			s.Failures++
			all.Failures++
		}
		s.Cases = append(s.Cases, c)
		s.Tests++
		all.Tests++
	}
	for i := range all.Suites {
		all.Suites[i].Time = seconds(took[all.Suites[i].Name])
	}
	all.Time = seconds(total)
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }
