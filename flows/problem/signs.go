package problem

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// unreadable reports what no YAML file can hold, for which the library has no place: bytes that are not UTF-8, control
// characters, and a second document.
func (f *File) unreadable(data []byte) bool {
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		return false // UTF-16, which the library reads
	}
	at := func(offset int, message, try string) bool {
		before := data[:offset]
		line := bytes.Count(before, []byte{'\n'}) + 1
		column := utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1
		f.Problems = append(f.Problems, Problem{File: f.Name, Line: line, Column: column, Kind: BrokenYAML, Message: message, Suggestion: try})
		return true
	}
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			return at(i, "this character cannot be read: the file is not saved as UTF-8", "save it anew with the encoding UTF-8")
		}
		if unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' && r != '\u0085' {
			return at(i, fmt.Sprintf("a control character (%U) stands here, which nobody sees", r), "delete it, or type the line anew")
		}
		i += size
	}
	said, offset := false, 0
	for line := range bytes.Lines(data) {
		switch text := bytes.TrimRight(line, " \r\n"); {
		case string(text) == "---" && said:
			return at(offset, "the file ends here for whoever reads it: --- begins another document", "remove this line")
		case len(text) > 0 && text[0] != '#' && text[0] != '%' && string(text) != "---":
			said = true
		}
		offset += len(line)
	}
	return false
}

// invisible reports characters in names and texts that nobody sees, which come along when something is pasted, and drops them.
func (f *File) invisible(n *yaml.Node, depth int) {
	if depth > 100 {
		return
	}
	if i := strings.IndexFunc(n.Value, unseen); n.Kind == yaml.ScalarNode && i >= 0 {
		r, _ := utf8.DecodeRuneInString(n.Value[i:])
		n.Value = strings.Map(func(r rune) rune {
			if unseen(r) {
				return -1
			}
			return r
		}, n.Value)
		if n.Value == "" {
			return // that nothing is left is reported as what it is: an empty text
		}
		f.Problems = append(f.Problems, Problem{
			File: f.Name, Line: n.Line, Column: n.Column, Kind: InvisibleCharacter,
			Message: fmt.Sprintf("there is a character in %q that nobody sees (%U); it is left out", shortened(n.Value), r), Suggestion: "type it anew instead of pasting it",
		})
	}
	for _, c := range n.Content {
		f.invisible(c, depth+1)
	}
}

// unseen reports characters that show nothing and change no letter beside them: control characters, spaces of no width, soft
// hyphens, and those that turn the direction of what follows round.
func unseen(r rune) bool {
	switch r {
	case '\n', '\t', '\r':
		return false
	case '\u00ad', '\u200b', '\u2060', '\ufeff', '\u202d', '\u202e':
		return true
	}
	return unicode.IsControl(r)
}

// shortened is the beginning of a text, for a message.
func shortened(s string) string {
	const most = 40
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
