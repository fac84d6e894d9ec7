package flowtest

import (
	"fmt"
	"strconv"
	"strings"

	"layak/flows"
	"layak/flows/problem"
)

// media are the kinds of message without words that can stand in brackets.
var media = []string{"voice", "image", "video", "document", "sticker", "location", "contact", "unknown"}

// readInput reads what a person does. N is which message of the conversation it is, from 1.
func readInput(text string, n int) (flows.Input, error) {
	in := flows.Input{Kind: flows.InputText, ID: messageID(n)}
	inner, rest, bracketed := strings.Cut(strings.TrimPrefix(text, "["), "]")
	if !strings.HasPrefix(text, "[") || !bracketed {
		in.Text, in.Masked = flows.Guard(strings.ReplaceAll(text, `\n`, "\n"))
		return in, nil
	}
	word, arg, _ := strings.Cut(inner, " ")
	rest = strings.TrimSpace(rest)
	switch word {
	case "tap":
		in.Kind, in.Choice = flows.InputTap, arg
		if arg == "" {
			return in, fmt.Errorf("name the option that is tapped: [tap yes]")
		}
		return in, nil
	case "edit", "delete":
		which, err := strconv.Atoi(arg)
		if err != nil || which < 1 {
			return in, fmt.Errorf("say which message of the conversation, counted from 1: [%s 2]", word)
		}
		in.Kind, in.Target = flows.InputEdit, messageID(which)
		if word == "delete" {
			in.Kind = flows.InputDelete
		}
		in.Text, in.Masked = flows.Guard(strings.ReplaceAll(rest, `\n`, "\n"))
		return in, nil
	}
	for _, m := range media {
		if word == m {
			in.Kind, in.Media = flows.InputMedia, m
			return in, nil
		}
	}
	return in, fmt.Errorf("%s", problem.Unknown("kind of message", word, append([]string{"tap", "edit", "delete"}, media...)))
}

func messageID(n int) string { return "m" + strconv.Itoa(n) }
