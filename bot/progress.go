package bot

import (
	"strings"
	"time"

	"layak/flows"
)

// Progress is what one turn did to the questions of its flow. It is kept in the audit log, as the note of a turn, and
// counted from there.
type Progress struct {
	From, To string // ids of questions, "" where none stood
	Fate     flows.Fate
	Flow     string // short digest of the flow version, "" where it is not known
	state    [2]flows.StateID
}

// FunnelStep is how often one thing became of one question of one flow version on one day, without any person.
type FunnelStep struct {
	Day              time.Time // midnight UTC
	Digest, Question string
	What             string // reached, answered, missed, back, dropped, handed_over
	N                int
}

// ShortDigest is how much of the digest of a flow version is kept with every turn: enough to tell versions apart.
func ShortDigest(digest string) string { return digest[:min(len(digest), 12)] }

// progressOf says what a turn did to a conversation.
func progressOf(from flows.Conversation, t flows.Turn) Progress {
	return Progress{
		From: t.From, To: t.To, Fate: t.Fate, Flow: ShortDigest(t.Next.FlowDigest),
		state: [2]flows.StateID{from.Place.State, t.Next.Place.State},
	}
}

// String writes it as the audit log keeps it: "business → bpom: answered, flow 0123456789ab". States where nothing is
// asked are in brackets.
func (p Progress) String() string {
	side := func(question string, state flows.StateID) string {
		if question == "" {
			return "(" + string(state) + ")"
		}
		return question
	}
	text := side(p.From, p.state[0]) + " → " + side(p.To, p.state[1])
	if p.Fate != "" {
		text += ": " + string(p.Fate)
	}
	if p.Flow != "" {
		text += ", flow " + p.Flow
	}
	return text
}

// ParseProgress reads what String wrote, and reports false for anything else, as turns of earlier versions have it.
func ParseProgress(text string) (p Progress, ok bool) {
	rest, flow, ok := strings.Cut(text, ", flow ")
	if !ok {
		return p, false
	}
	rest, fate, _ := strings.Cut(rest, ": ")
	from, to, ok := strings.Cut(rest, " → ")
	if !ok {
		return p, false
	}
	question := func(side string) string {
		if strings.HasPrefix(side, "(") {
			return ""
		}
		return side
	}
	return Progress{From: question(from), To: question(to), Fate: flows.Fate(fate), Flow: flow}, true
}
