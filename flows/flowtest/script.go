// Package flowtest runs transcripts: files that read like a chat and say what a flow answers. It is what `layak test` and
// the tests of the default flow use.
package flowtest

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"layak/flows/problem"
)

// Dir is the folder of a flow folder that holds its transcripts.
const Dir = "tests"

// Ext ends the name of every transcript.
const Ext = ".chat"

// Script is one transcript file. Lines begin with a mark and a space:
//
//	# a comment
//	@ chat NAME      a conversation begins; lang, date and wait (below) may follow it, or stand before the first one
//	@ lang id        it is held in this language, instead of the one that is guessed
//	@ date DATE      the day it happens on (YYYY-MM-DD); the pack's as_of where nothing is said
//	@ wait 25h       time passes
//	> what the person writes; \n is a line break; [tap ID], [voice], [image] …, [edit N] text, [delete N] (N: which message)
//	< one line of the answer
//	! something else that happens, see effects
//
// In < and ! lines "…" stands for any text, and a line with nothing else for any number of lines.
type Script struct {
	File  string
	Chats []*Chat

	lines []string
}

// Chat is one conversation of a script.
type Chat struct {
	Name  string
	Line  int // in the file, from 1
	Lang  string
	Date  time.Time
	Turns []*Turn
}

// Unanswered reports whether nothing is written down of what the flow says or does: such a conversation tests nothing.
func (c *Chat) Unanswered() bool {
	return !slices.ContainsFunc(c.Turns, func(t *Turn) bool { return len(t.wants) > 0 })
}

// NoAnswers says what to do about a conversation that is unanswered.
const NoAnswers = "has no answers yet; run with --update"

// Turn is one message of the person, and what is expected after it.
type Turn struct {
	Line  int // of the message, from 1
	Wait  time.Duration
	Said  string
	wants []want
	from  int // the lines after the message that wants were read from: lines[from:to]
	to    int
}

// want is one expected line, with the comments that stand before it.
type want struct {
	mark     byte // '<' or '!'
	text     string
	line     int
	comments []string
}

// settings are the words that follow an @.
var settings = []string{"chat", "lang", "date", "wait"}

// Read reads the transcripts of a flow folder, sorted by name. It reports every problem with its place; the scripts that
// could be read are returned all the same.
func Read(fsys fs.FS) ([]*Script, problem.List) {
	var scripts []*Script
	var problems problem.List
	names, err := fs.Glob(fsys, path.Join(Dir, "*"+Ext))
	if err != nil {
		return nil, problem.List{{File: Dir, Message: err.Error()}}
	}
	slices.Sort(names)
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			problems = append(problems, problem.Problem{File: name, Message: "the file cannot be read: " + err.Error()})
			continue
		}
		s, bad := Parse(name, string(data))
		scripts = append(scripts, s)
		problems = append(problems, bad...)
	}
	return scripts, problems
}

// Parse reads one transcript.
func Parse(name, text string) (*Script, problem.List) {
	p := &parser{script: &Script{File: name, lines: strings.Split(strings.TrimRight(text, "\n"), "\n")}}
	for i, line := range p.script.lines {
		p.at = i + 1
		p.line(strings.TrimRight(line, " \t\r"))
	}
	if len(p.script.Chats) == 0 && len(p.problems) == 0 {
		p.at = 1
		p.add("no conversation; write a line such as: > halo")
	}
	return p.script, p.problems
}

// parser reads a transcript line by line.
type parser struct {
	script   *Script
	problems problem.List
	at       int
	always   Chat          // what stands before the first conversation holds for all
	wait     time.Duration // before the next message
	comments []string      // since the last expected line
	opened   bool          // an @ chat stands
}

func (p *parser) add(format string, args ...any) {
	p.problems = append(p.problems, problem.Problem{File: p.script.File, Line: p.at, Column: 1, Message: fmt.Sprintf(format, args...)})
}

func (p *parser) line(line string) {
	mark, rest := byte(0), ""
	if line != "" {
		mark, rest = line[0], strings.TrimPrefix(line[1:], " ")
	}
	switch mark {
	case 0:
	case '#':
		p.comments = append(p.comments, line)
	case '@':
		p.setting(strings.TrimSpace(rest))
		p.comments = nil
	case '>':
		p.says(rest)
	case '<', '!':
		t := p.turn()
		if t == nil {
			p.add("nobody has written anything yet; a conversation begins with a line > …")
			return
		}
		if mark == '!' {
			rest = strings.TrimSpace(rest)
		}
		t.wants = append(t.wants, want{mark: mark, text: rest, line: p.at, comments: p.comments})
		t.to = p.at
		p.comments = nil
	default:
		p.add("a line begins with > (the person), < (the answer), ! (what happens), @ (a setting) or # (a comment)")
	}
}

// turn returns the message that expectations speak of, or nil.
func (p *parser) turn() *Turn {
	c := p.chat()
	if c == nil || len(c.Turns) == 0 {
		return nil
	}
	return c.Turns[len(c.Turns)-1]
}

func (p *parser) chat() *Chat {
	if len(p.script.Chats) == 0 {
		return nil
	}
	return p.script.Chats[len(p.script.Chats)-1]
}

func (p *parser) says(text string) {
	if !p.opened {
		p.begin(strings.TrimSuffix(path.Base(p.script.File), Ext))
	}
	if _, err := readInput(text, 0); err != nil {
		p.add("%v", err)
	}
	c := p.chat()
	c.Turns = append(c.Turns, &Turn{Line: p.at, Said: text, Wait: p.wait, from: p.at, to: p.at})
	p.wait, p.comments = 0, nil
}

func (p *parser) begin(name string) {
	p.opened = true
	p.script.Chats = append(p.script.Chats, &Chat{Name: name, Line: p.at, Lang: p.always.Lang, Date: p.always.Date})
	p.wait = 0
}

func (p *parser) setting(text string) {
	word, value, _ := strings.Cut(text, " ")
	value = strings.TrimSpace(value)
	into := &p.always
	if p.opened {
		into = p.chat()
	}
	if p.opened && len(into.Turns) > 0 && (word == "lang" || word == "date") {
		p.add("@ %s stands before the first message of a conversation", word)
		return
	}
	var err error
	switch word {
	case "chat":
		if value == "" {
			p.add("name the conversation: @ chat a name of your own")
		}
		p.begin(value)
	case "lang":
		if into.Lang = value; value == "" {
			p.add("name the language: @ lang id")
		}
	case "date":
		if into.Date, err = time.Parse(time.DateOnly, value); err != nil {
			p.add("%q is not a date; write it as 2026-11-23", value)
		}
	case "wait":
		if p.wait, err = time.ParseDuration(value); err != nil || p.wait <= 0 {
			p.add("%q is not a time to wait; write it as 90m or 25h", value)
		}
	default:
		p.add("%s", problem.Unknown("setting", word, settings))
	}
}
