package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/mdp/qrterminal/v3"

	"layak/bot/whatsapp"
	"layak/storage"
)

type linkCmd struct {
	configFlag
	Code    *string `help:"Link by a code that is typed on the phone with this number, in international form, instead of by QR code." placeholder:"PHONE"`
	JSON    bool    `name:"json" help:"Print one JSON object per event."`
	Force   bool    `help:"Link anew although an account is linked. The earlier login is logged out once the new one stands."`
	Passkey string  `help:"Where the account wants a passkey: read its answer from this file, once it is there, instead of from standard input." placeholder:"FILE"`
}

// Help ends in the example of `layak link --help`.
func (linkCmd) Help() string {
	return `On the phone: WhatsApp, Linked devices, Link a device. Then scan the code, or choose "Link with phone number instead" and type it. A code that was not used in time is followed by a fresh one, for eight minutes.

Some accounts want a passkey in addition. Only a browser or a security key can answer for it: the request is printed as JSON, and the answer is read as JSON from standard input or from the file given with --passkey.

Example:

    layak link --config config.yaml`
}

// Run links the account, and returns after the first login.
func (c linkCmd) Run(ctx context.Context, con *console) error {
	cfg, err := c.load(con)
	if err != nil {
		return err
	}
	ctx, release := stopOnSignal(ctx, con, "")
	defer release()
	show := linkScreen{out: con.Out, err: con.Err, json: c.JSON}
	linked, err := c.link(ctx, con, cfg, show)
	if errors.Is(err, context.Canceled) {
		err = withCode(exitLogin, errors.New("linking was interrupted: nothing was linked"))
	}
	if err != nil {
		show.failed(err)
		return err
	}
	show.linked(linked)
	return nil
}

func (c linkCmd) link(ctx context.Context, con *console, cfg Config, show linkScreen) (whatsapp.Linked, error) {
	var linked whatsapp.Linked
	phone := ""
	if c.Code != nil {
		phone = *c.Code
		if err := wholeNumber(phone); err != nil {
			return linked, withCode(exitUsage, fmt.Errorf("--code %s: %w", phone, err))
		}
	}
	store, err := storage.Open(ctx, cfg.Storage.DSN, storage.Options{})
	if err != nil {
		return linked, inTheWay(err)
	}
	defer store.Close()
	// On Postgres the database can be open elsewhere; what counts is the login.
	asking, giveUp := context.WithCancelCause(ctx)
	defer giveUp(nil)
	ctx, release, err := store.Lead(asking, whatsapp.Name, func() { giveUp(storage.ErrLocked) })
	if err != nil {
		return linked, inTheWay(cmp.Or(context.Cause(asking), err))
	}
	defer release()
	log := slog.New(slog.DiscardHandler) // what matters is returned; the library's words would only be in the way
	if err := announceVersion(ctx, cfg, log); err != nil {
		return linked, err
	}
	wa, err := channelConfig(cfg, store, log)
	if err != nil {
		return linked, err
	}
	person := &answers{in: con.In, file: c.Passkey}
	linked, err = whatsapp.Link(ctx, wa, whatsapp.LinkOptions{
		Phone: phone, Force: c.Force, Show: show.event, Passkey: person.passkey, Confirm: person.confirm,
	})
	if err != nil {
		return linked, withCode(loginCode(err), err)
	}
	return linked, nil
}

// wholeNumber reports a phone number that cannot be one in international form, before anybody is called.
func wholeNumber(phone string) error {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, phone)
	switch {
	case strings.HasPrefix(digits, "0"):
		return errors.New("the number begins with 0; write its country code in place of that, for example 6281234567890")
	case len(digits) < 7 || len(digits) > 15: // the shortest there are, and the most that the numbering plan allows
		return fmt.Errorf("a number of %d digits is none; write it whole, with its country code, for example 6281234567890", len(digits))
	}
	return nil
}

// inTheWay says what to do about a database that cannot be had for linking.
func inTheWay(err error) error {
	if errors.Is(err, storage.ErrLocked) {
		err = fmt.Errorf("the service is running, and linking would take its place: stop layak run, link, then start it again (%w)", err)
	}
	if errors.Is(err, context.Canceled) {
		return err // interrupted
	}
	return withCode(exitStorage, err)
}

// loginCode is the exit code for an error of the WhatsApp channel.
func loginCode(err error) int {
	var refused *whatsapp.LoginError
	switch {
	case errors.As(err, &refused):
		return exitLogin
	case errors.Is(err, whatsapp.ErrKeys):
		return exitStorage
	}
	return exitLogin // the connection could not be made
}

// linkScreen shows what happens while linking, to a person or to a program.
type linkScreen struct {
	out, err io.Writer
	json     bool
}

// linkLine is one line of `link --json`.
type linkLine struct {
	Event       string          `json:"event"`
	Code        string          `json:"code,omitempty"`
	PublicKey   json.RawMessage `json:"public_key,omitempty"`
	ExpiresIn   int             `json:"expires_in_s,omitempty"`
	NeedsAnswer *bool           `json:"needs_answer,omitempty"`
	JID         string          `json:"jid,omitempty"`
	Message     string          `json:"message,omitempty"`
}

func (s linkScreen) line(l linkLine) {
	encoder := json.NewEncoder(s.out)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(l)
}

// event shows one step.
func (s linkScreen) event(e whatsapp.LinkEvent) {
	if e.Kind == whatsapp.LinkNotice {
		fmt.Fprintln(s.err, "layak: "+e.Text)
		return
	}
	seconds := int(e.ExpiresIn.Round(time.Second) / time.Second)
	if s.json {
		l := linkLine{Event: string(e.Kind), Code: e.Code, PublicKey: e.PublicKey}
		switch e.Kind {
		case whatsapp.LinkQR, whatsapp.LinkPasskey:
			l.ExpiresIn = seconds
		case whatsapp.LinkConfirm:
			l.NeedsAnswer = &e.NeedsAnswer
		}
		s.line(l)
		return
	}
	until := time.Now().Add(e.ExpiresIn).Format(time.TimeOnly)
	end := time.Now().Add(e.EndsIn).Format(time.TimeOnly)
	switch e.Kind {
	case whatsapp.LinkQR:
		fmt.Fprintln(s.out, "\nScan this code on the phone: WhatsApp, Linked devices, Link a device.")
		qrterminal.GenerateHalfBlock(e.Code, qrterminal.L, s.out)
		fmt.Fprintf(s.out, "It is good for %d s, until %s; new ones follow by themselves until %s.\n", seconds, until, end)
	case whatsapp.LinkCode:
		fmt.Fprintf(s.out, "On the phone: WhatsApp, Linked devices, Link a device, Link with phone number instead. Type this code until %s:\n\n    %s\n\nNew ones follow by themselves until %s.\n", until, e.Code, end)
	case whatsapp.LinkPasskey:
		fmt.Fprintf(s.out, "This account wants a passkey, which only a browser or a security key can answer for. Sign this request, and give the answer as JSON, until %s:\n\n%s\n\n", until, e.PublicKey)
	case whatsapp.LinkConfirm:
		if e.NeedsAnswer {
			fmt.Fprintf(s.out, "Does the phone show the code %s? yes or no: ", e.Code)
		} else {
			fmt.Fprintf(s.out, "The passkey was accepted (code %s).\n", e.Code)
		}
	}
}

func (s linkScreen) linked(l whatsapp.Linked) {
	switch {
	case s.json && l.Already:
		s.line(linkLine{Event: "already_linked", JID: l.JID})
	case s.json:
		s.line(linkLine{Event: "paired", JID: l.JID})
	case l.Already:
		fmt.Fprintf(s.out, "Already linked as %s. To link anew: layak link --force\n", l.JID)
	default:
		fmt.Fprintf(s.out, "Linked as %s. Start the service with: layak run\n", l.JID)
	}
}

func (s linkScreen) failed(err error) {
	if s.json {
		s.line(linkLine{Event: "error", Message: err.Error()})
	}
}

// answers is what the person who links says.
type answers struct {
	in   io.Reader
	file string // where the passkey's answer comes from, "" for in
}

// passkey waits for the answer of the passkey.
func (a *answers) passkey(ctx context.Context) ([]byte, error) {
	if a.file != "" {
		return awaitFile(ctx, a.file)
	}
	var answer json.RawMessage
	decoder := json.NewDecoder(a.in)
	if err := decoder.Decode(&answer); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, errors.New("no answer came on standard input")
		}
		return nil, fmt.Errorf("the answer on standard input is not JSON: %w", err)
	}
	a.in = io.MultiReader(decoder.Buffered(), a.in)
	return answer, nil
}

// confirm reads a yes or no.
func (a *answers) confirm(context.Context, string) (bool, error) {
	lines := bufio.NewScanner(a.in)
	for lines.Scan() {
		switch strings.ToLower(strings.Trim(lines.Text(), " \t\"")) {
		case "":
		case "y", "yes", "ya", "true":
			return true, nil
		default:
			return false, nil
		}
	}
	return false, errors.New("nobody said whether the codes are the same")
}

// awaitFile waits for a whole JSON value in a file.
func awaitFile(ctx context.Context, name string) ([]byte, error) {
	tick := time.NewTicker(200 * time.Millisecond) // a person put it there
	defer tick.Stop()
	for {
		data, err := os.ReadFile(name)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
		if json.Valid(data) {
			return data, nil
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-tick.C:
		}
	}
}
