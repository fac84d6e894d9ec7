// Package terminal holds the conversation in a terminal or a pipe: the same turns, stored the same way, without a
// network.
package terminal

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"layak/bot"
	"layak/flows"
	"layak/flows/rules"
)

// ChannelName is the name under which chats of the terminal are stored.
const ChannelName = "terminal"

// Terminal is one person at a terminal. Fill in the fields and call Run once.
type Terminal struct {
	Store bot.Store
	Turns *bot.Turns
	Name  string // who is chatting; the same name continues the same chat
	// Called is how they call themselves, as the desk shows it; "" where nobody said.
	Called string
	In     io.Reader
	Out    io.Writer
	Now    func() time.Time

	JSON    bool // one JSON object for each line of input
	Prompt  bool // a person sits there: show a prompt, and marks for who speaks
	Color   bool // the terminal has colours
	Explain bool // show why: what the engine considered

	// Saved tells that a file of the flow was saved: Reload is called between two messages, with the conversation as it is
	// stored, and returns what to tell whoever edits, and the turn that puts the question that stands. Nil: never.
	Saved  <-chan struct{}
	Reload func(ctx context.Context, c flows.Conversation) (notice string, turn flows.Turn)

	sent int
	chat bot.ChatKey // "" before the first message
}

// line is one object of the JSON form.
type line struct {
	Input    string         `json:"input"`
	Replies  []flows.Reply  `json:"replies"`
	State    string         `json:"state"`
	Ask      *ask           `json:"ask"`
	Category *string        `json:"category"`
	Verdict  *rules.Verdict `json:"verdict"`
	HandOff  *handOff       `json:"handoff"`
	Lang     string         `json:"lang"`
	Trace    []string       `json:"trace,omitempty"`
}

type ask struct {
	ID   string        `json:"id"`
	Kind flows.AskKind `json:"kind"`
}

type handOff struct {
	Reason flows.HandOffReason `json:"reason"`
}

// Run reads messages, one a line, until the input ends or ctx is done. It returns an error of the store or of the
// output; what a person types never makes it fail.
func (t *Terminal) Run(ctx context.Context) error {
	next := t.reader(ctx)
	for {
		if t.Prompt {
			fmt.Fprint(t.Out, t.paint("\x1b[1m", "> "))
		}
		var in typed
		select {
		case in = <-next:
		case <-t.Saved:
			if err := t.saved(ctx); err != nil {
				return err
			}
			continue
		case <-ctx.Done():
			return nil
		}
		text, err := in.text, in.err
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("read a message: %w", err)
		}
		ended := err != nil
		if ended && text == "" {
			if t.Prompt {
				fmt.Fprintln(t.Out)
			}
			return nil
		}
		if err := ctx.Err(); err != nil {
			return nil
		}
		if text = strings.TrimRight(text, "\r\n"); !t.Prompt || strings.TrimSpace(text) != "" { // an empty Enter is no message
			if err := t.message(ctx, text); err != nil {
				return err
			}
		}
		if ended {
			return nil
		}
	}
}

// typed is one line of the input, or its end.
type typed struct {
	text string
	err  error
}

// reader reads the input ahead by a line. It ends with the input, or when ctx is done and one more line was typed: nothing
// can wake up who waits for a keyboard.
func (t *Terminal) reader(ctx context.Context) <-chan typed {
	next := make(chan typed)
	go func() {
		in := bufio.NewReader(t.In)
		for {
			text, err := in.ReadString('\n')
			select {
			case next <- typed{text, err}:
			case <-ctx.Done():
				return
			}
			if err != nil {
				return
			}
		}
	}()
	return next
}

// saved loads the flow again, and shows what came of it and the question as it is now.
func (t *Terminal) saved(ctx context.Context) error {
	var c flows.Conversation
	if t.chat != "" {
		chat, err := t.Store.Load(ctx, t.chat)
		if err != nil && !errors.Is(err, bot.ErrNoChat) {
			return fmt.Errorf("read the chat: %w", err)
		}
		c = chat.Conversation
	}
	notice, turn := t.Reload(ctx, c)
	if t.Prompt {
		fmt.Fprintln(t.Out)
	}
	for line := range strings.Lines(notice) {
		if _, err := fmt.Fprintln(t.Out, t.paint("\x1b[33m", "~ "+strings.TrimRight(line, "\n"))); err != nil {
			return err
		}
	}
	return t.write([]bot.Result{{Turn: turn, Replies: turn.Replies}})
}

// Decode returns what an input line means: a line that is a JSON string may hold line breaks.
func Decode(text string) string {
	var decoded string
	if strings.HasPrefix(text, `"`) && json.Unmarshal([]byte(text), &decoded) == nil {
		return decoded
	}
	return text
}

func (t *Terminal) message(ctx context.Context, text string) error {
	if t.JSON {
		text = Decode(text)
	}
	masked, kinds := flows.Guard(text)
	called, _ := flows.Guard(t.Called)
	now := t.Now()
	t.sent++
	in := bot.Inbound{
		Channel: ChannelName, Address: t.Name, Sender: t.Name, Name: called, MessageID: fmt.Sprintf("%d-%d", now.UnixNano(), t.sent),
		Input: flows.Input{Kind: flows.InputText, Text: strings.ToValidUTF8(masked, "\uFFFD"), Masked: kinds, At: now.UTC()}, ReceivedAt: now.UTC(),
	}
	accepted, err := t.Store.Accept(ctx, in)
	if err != nil {
		return fmt.Errorf("store the message: %w", err)
	}
	t.chat = accepted.Chat
	results, err := t.Turns.Answer(ctx, accepted.Chat)
	if err != nil {
		return fmt.Errorf("answer the message: %w", err)
	}
	if err := t.settle(ctx); err != nil {
		return err
	}
	if t.JSON {
		return t.writeJSON(masked, results)
	}
	return t.write(results)
}

// settle marks what was composed as sent: in a terminal, writing it is sending it.
func (t *Terminal) settle(ctx context.Context) error {
	for {
		now := t.Now()
		out, err := t.Store.Claim(ctx, ChannelName, now, time.Minute, 100)
		if err != nil {
			return fmt.Errorf("take the answers to send: %w", err)
		}
		if len(out) == 0 {
			return nil
		}
		for _, o := range out {
			if err := t.Store.Settle(ctx, o.ID, bot.Attempt{Outcome: bot.OutcomeSent, At: now}); err != nil {
				return fmt.Errorf("settle an answer: %w", err)
			}
		}
	}
}

func (t *Terminal) writeJSON(text string, results []bot.Result) error {
	out := line{Input: text, Replies: []flows.Reply{}}
	for _, r := range results {
		for _, reply := range r.Replies {
			if reply.Options == nil {
				reply.Options = []flows.Option{}
			}
			out.Replies = append(out.Replies, reply)
		}
		c := r.Turn.Next
		out.State, out.Lang = string(c.Place.State), c.Lang
		out.Ask, out.Category = nil, nil
		if r.Turn.Ask != nil {
			out.Ask = &ask{r.Turn.Ask.ID, r.Turn.Ask.Kind}
		}
		if id := c.Category(); id != "" {
			out.Category = &id
		}
		if v := r.Turn.Verdict(); v != nil {
			out.Verdict = v
		}
		if reason := r.Turn.HandOff(); reason != "" {
			out.HandOff = &handOff{reason}
		} else if r.Failed {
			out.HandOff = &handOff{flows.HandOffFault}
		}
		if t.Explain {
			out.Trace = append(out.Trace, trace(r)...)
		}
	}
	enc := json.NewEncoder(t.Out)
	enc.SetEscapeHTML(false)
	return enc.Encode(out)
}

func trace(r bot.Result) []string {
	var lines []string
	for _, s := range r.Turn.Trace {
		lines = append(lines, fmt.Sprintf("%s: %s", cmp.Or(s.State, "start"), s.What))
	}
	return lines
}

func (t *Terminal) write(results []bot.Result) error {
	for _, r := range results {
		if t.Explain {
			for _, l := range trace(r) {
				fmt.Fprintln(t.Out, t.paint("\x1b[2m", "  ? "+l))
			}
		}
		for _, reply := range r.Replies {
			for i, l := range strings.Split(t.bold(reply.Text), "\n") {
				mark := "  "
				if i == 0 {
					mark = "< "
				}
				if !t.Prompt {
					mark = ""
				}
				if _, err := fmt.Fprintln(t.Out, t.paint("\x1b[36m", mark)+l); err != nil {
					return err
				}
			}
		}
		if reason := r.Turn.HandOff(); reason != "" {
			fmt.Fprintln(t.Out, t.paint("\x1b[33m", fmt.Sprintf("! case opened: %s", reason)))
		}
		if slices.Contains(r.Turn.Effects, flows.Effect(flows.Withdraw{})) {
			fmt.Fprintln(t.Out, t.paint("\x1b[33m", "! case withdrawn"))
		}
	}
	if t.Prompt {
		fmt.Fprintln(t.Out)
	}
	return nil
}

func (t *Terminal) paint(code, text string) string {
	if !t.Color || text == "" {
		return text
	}
	return code + text + "\x1b[0m"
}

// slanted is what WhatsApp shows in italics.
var slanted = regexp.MustCompile(`\b_([^_\s](?:[^_\n]*[^_\s])?)_\b`)

// bold shows WhatsApp's *bold* and _italics_ as the terminal's.
func (t *Terminal) bold(text string) string {
	if !t.Color {
		return text
	}
	text = slanted.ReplaceAllString(text, "\x1b[3m$1\x1b[23m")
	var b strings.Builder
	on := false
	for i, r := range text {
		if r != '*' {
			b.WriteRune(r)
			continue
		}
		next := byte(' ')
		if i+1 < len(text) {
			next = text[i+1]
		}
		switch {
		case on:
			b.WriteString("\x1b[0m")
			on = false
		case next != ' ' && next != '\n':
			b.WriteString("\x1b[1m")
			on = true
		default:
			b.WriteRune(r)
		}
	}
	if on {
		b.WriteString("\x1b[0m")
	}
	return b.String()
}
