package editor

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// ErrPart means that a part of a file cannot be told from the rest.
var ErrPart = errors.New("that part of the file cannot be edited alone; edit the whole file")

// Kind is a kind of part that can be edited alone.
type Kind string

// The kinds: each is an entry of a list.
const (
	KindState    Kind = "state"
	KindRule     Kind = "rule"
	KindFact     Kind = "fact"
	KindCategory Kind = "category"
)

// Kinds lists them in the order in which they are shown.
var Kinds = []Kind{KindState, KindRule, KindFact, KindCategory}

// lists are where the kinds stand.
var lists = map[Kind]struct{ file, key string }{
	KindState: {"flow.yaml", "states"}, KindRule: {"rules.yaml", "rules"}, KindFact: {"rules.yaml", "facts"}, KindCategory: {"categories.yaml", "categories"},
}

// File is the file that parts of that kind stand in, "" for an unknown kind.
func (k Kind) File() string { return lists[k].file }

// span is the lines from first up to but without end, counted from 0, and how far they are indented.
type span struct{ first, end, indent int }

// Parts lists the ids of the entries of a kind in a file, in order; none where it cannot be read.
func Parts(file string, kind Kind) []string {
	var ids []string
	_, _ = entry(file, kind, func(id string) bool { ids = append(ids, id); return false })
	return ids
}

// Part returns the lines of one entry.
func Part(file string, kind Kind, id string) (string, error) {
	s, err := entry(file, kind, func(have string) bool { return have == id })
	if err != nil {
		return "", err
	}
	return strings.Join(strings.SplitAfter(file, "\n")[s.first:s.end], ""), nil
}

// SetPart replaces the lines of one entry.
func SetPart(file string, kind Kind, id, text string) (string, error) {
	s, err := entry(file, kind, func(have string) bool { return have == id })
	if err != nil {
		return "", err
	}
	return s.replace(file, text), nil
}

func (s span) replace(file, text string) string {
	lines := strings.SplitAfter(file, "\n")
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	return strings.Join(lines[:s.first], "") + text + strings.Join(lines[s.end:], "")
}

// entry finds the entry that is wanted.
func entry(file string, kind Kind, wanted func(id string) bool) (span, error) {
	list, after, err := under(file, lists[kind].key)
	if err != nil || list.Kind != yaml.SequenceNode || list.Style&yaml.FlowStyle != 0 {
		return span{}, ErrPart
	}
	for i, item := range list.Content {
		if item.Kind != yaml.MappingNode {
			continue
		}
		for k := 0; k+1 < len(item.Content); k += 2 {
			if item.Content[k].Value != "id" || !wanted(item.Content[k+1].Value) {
				continue
			}
			next := after
			if i+1 < len(list.Content) {
				next = list.Content[i+1].Line - 1
			}
			return trimmed(file, item.Line-1, next)
		}
	}
	return span{}, ErrPart
}

// under finds the value of a key of the file, and the line on which the next key begins.
func under(file, key string) (value *yaml.Node, after int, err error) {
	var root yaml.Node
	if err := yaml.Load([]byte(file), &root); err != nil {
		return nil, 0, err
	}
	if len(root.Content) == 0 || root.Content[0].Kind != yaml.MappingNode {
		return nil, 0, ErrPart
	}
	top := root.Content[0].Content
	for i := 0; i+1 < len(top); i += 2 {
		if top[i].Value == key {
			after = strings.Count(file, "\n") + 1
			if i+2 < len(top) {
				after = top[i+2].Line - 1
			}
			return top[i+1], after, nil
		}
	}
	return nil, 0, ErrPart
}

var head = regexp.MustCompile(`^( *)(- )?`)

// trimmed leaves out the blank lines and the comments that belong to what comes after.
func trimmed(file string, first, end int) (span, error) {
	lines := strings.SplitAfter(file, "\n")
	if first < 0 || first >= len(lines) {
		return span{}, ErrPart
	}
	indent := len(head.FindStringSubmatch(lines[first])[1])
	end = min(end, len(lines))
	for end > first+1 {
		line := lines[end-1]
		text := strings.TrimSpace(line)
		if text != "" && (text[0] != '#' || len(line)-len(strings.TrimLeft(line, " ")) > indent) {
			break
		}
		end--
	}
	return span{first, end, indent}, nil
}

// TextKeys lists the keys of a file of texts, in order; none where it cannot be read.
func TextKeys(file string) (keys []string) {
	texts, _, err := under(file, "texts")
	if err != nil || texts.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i < len(texts.Content); i += 2 {
		keys = append(keys, texts.Content[i].Value)
	}
	return keys
}

// Text returns a text of a file of texts as it is sent, "" where there is none.
func Text(file, key string) string {
	texts, _, err := under(file, "texts")
	if err != nil || texts.Kind != yaml.MappingNode {
		return ""
	}
	for i := 0; i+1 < len(texts.Content); i += 2 {
		if texts.Content[i].Value == key {
			return strings.TrimSpace(texts.Content[i+1].Value)
		}
	}
	return ""
}

// SetText writes a text into a file of texts, or adds it at the end, and leaves everything else as it is.
func SetText(file, key, text string) (string, error) {
	texts, after, err := under(file, "texts")
	if err != nil || texts.Kind != yaml.MappingNode || texts.Style&yaml.FlowStyle != 0 || len(texts.Content) == 0 {
		return "", ErrPart
	}
	indent := texts.Content[0].Column - 1
	where := span{}
	for i := 0; i+1 < len(texts.Content); i += 2 {
		next := after
		if i+2 < len(texts.Content) {
			next = texts.Content[i+2].Line - 1
		}
		if where, err = trimmed(file, texts.Content[i].Line-1, next); err != nil {
			return "", err
		}
		if texts.Content[i].Value == key {
			break
		}
		where.first = where.end // not found yet: behind this one
	}
	out := where.replace(file, textLines(indent, key, strings.TrimSpace(text)))
	if !slices.Equal(without(TextKeys(file), key), without(TextKeys(out), key)) || Text(out, key) != strings.TrimSpace(text) {
		return "", fmt.Errorf("text %s: %w", key, ErrPart)
	}
	return out, nil
}

func without(keys []string, key string) []string {
	return slices.DeleteFunc(keys, func(k string) bool { return k == key })
}

// longText is from how many characters on a text stands on lines of its own.
const longText = 100

// textLines writes a key and its text as YAML.
func textLines(indent int, key, text string) string {
	margin := strings.Repeat(" ", indent)
	if !strings.Contains(text, "\n") && len([]rune(text)) <= longText {
		return margin + key + ": " + quoted(text) + "\n"
	}
	var b strings.Builder
	b.WriteString(margin + key + ": |\n")
	for line := range strings.SplitSeq(text, "\n") {
		if line != "" {
			line = margin + "  " + line
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

// quoted writes a text of one line between quotation marks.
func quoted(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\t", `\t`).Replace(text) + `"`
}
