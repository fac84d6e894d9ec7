package main

import (
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// scriptDesk is the browser of everyone who works on the desk in a script.
type scriptDesk map[string]*browser

// browser is a browser without pictures and scripts: it keeps cookies, fills in forms and presses their buttons.
type browser struct {
	client http.Client
	at     *url.URL
	status int
	text   string // what can be read on the page, a line for each part
	forms  []*webForm
	again  bool // the page asks to be loaded again
}

// webForm is a form with what stands in its fields.
type webForm struct {
	action  string
	values  url.Values
	buttons []webButton
}

// webButton is a way to send a form.
type webButton struct{ label, name, value string }

// deskCommand is the script command desk, see scriptCommands.
func deskCommand(ts *testscript.TestScript, neg bool, args []string) {
	const usage = "usage: [!] desk NAME sign-in PASSWORD | [!] desk NAME open PATH | desk NAME fill FIELD TEXT | desk NAME replace FIELD OLD NEW | " +
		"[!] desk NAME press BUTTON | [!] desk NAME shows PATTERN"
	if len(args) < 3 {
		ts.Fatalf(usage)
	}
	all := ts.Value("desk").(scriptDesk)
	b := all[args[0]]
	if b == nil {
		b = newBrowser(ts)
		all[args[0]] = b
	}
	refusable := true // a ! before it means that the desk refuses
	switch what, rest := args[1], args[2:]; {
	case what == "sign-in" && len(rest) == 1:
		b.open(ts, "/sign-in")
		b.fill(ts, "name", func(string) string { return args[0] })
		b.fill(ts, "password", func(string) string { return rest[0] })
		b.press(ts, "")
		if b.status < 400 && b.at.Path == "/sign-in" {
			b.status = http.StatusUnauthorized
		}
	case what == "open" && len(rest) == 1:
		b.open(ts, rest[0])
	case what == "press" && len(rest) == 1:
		b.press(ts, rest[0])
	case what == "fill" && len(rest) == 2 && !neg:
		b.fill(ts, rest[0], func(string) string { return rest[1] })
		refusable = false
	case what == "replace" && len(rest) == 3 && !neg:
		b.fill(ts, rest[0], func(have string) string {
			if !strings.Contains(have, rest[1]) {
				ts.Fatalf("the field %s does not hold %q:\n%s", rest[0], rest[1], have)
			}
			return strings.ReplaceAll(have, rest[1], rest[2])
		})
		refusable = false
	case what == "shows" && len(rest) == 1:
		if b.shows(ts, rest[0]) == neg {
			ts.Fatalf("%s is, with status %d:\n%s", b.at, b.status, b.text)
		}
		refusable = false
	default:
		ts.Fatalf(usage)
	}
	if refused := b.status >= 400; refusable && refused != neg {
		ts.Fatalf("%s is, with status %d:\n%s", b.at, b.status, b.text)
	}
}

func newBrowser(ts *testscript.TestScript) *browser {
	jar, err := cookiejar.New(nil)
	ts.Check(err)
	at, err := url.Parse("http://" + ts.Value("service").(*scriptService).desk + "/")
	ts.Check(err)
	return &browser{client: http.Client{Jar: jar, Timeout: patience}, at: at}
}

func (b *browser) open(ts *testscript.TestScript, path string) {
	to, err := b.at.Parse(path)
	ts.Check(err)
	resp, err := b.client.Get(to.String())
	b.read(ts, resp, err)
}

// read takes a page in.
func (b *browser) read(ts *testscript.TestScript, resp *http.Response, err error) {
	ts.Check(err)
	defer resp.Body.Close()
	b.at, b.status = resp.Request.URL, resp.StatusCode
	ts.Check(b.parse(resp.Body))
}

// press sends the form that has the button; the label "" is the first button of the page.
func (b *browser) press(ts *testscript.TestScript, label string) {
	var labels []string
	for _, form := range b.forms {
		for _, button := range form.buttons {
			labels = append(labels, button.label)
			if label != "" && button.label != label {
				continue
			}
			to, err := b.at.Parse(form.action)
			ts.Check(err)
			if button.name != "" {
				form.values.Set(button.name, button.value)
			}
			r, err := http.NewRequest(http.MethodPost, to.String(), strings.NewReader(form.values.Encode()))
			ts.Check(err)
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Origin", b.at.Scheme+"://"+b.at.Host)
			resp, err := b.client.Do(r)
			b.read(ts, resp, err)
			return
		}
	}
	ts.Fatalf("there is no button %q on %s, but %q", label, b.at, labels)
}

// fill writes into the field of that name, in every form that has it and a button.
func (b *browser) fill(ts *testscript.TestScript, name string, change func(have string) string) {
	found := false
	for _, form := range b.forms {
		if form.values.Has(name) {
			form.values.Set(name, change(form.values.Get(name)))
			found = true
		}
	}
	if !found {
		ts.Fatalf("there is no field %q on %s:\n%s", name, b.at, b.text)
	}
}

// shows reports whether the page has lines that match. A page that asks for it is loaded again until it has.
func (b *browser) shows(ts *testscript.TestScript, pattern string) bool {
	match := regexp.MustCompile("(?m)" + pattern).MatchString
	for deadline := time.Now().Add(patience); b.again && !match(b.text) && time.Now().Before(deadline); {
		b.open(ts, b.at.RequestURI())
	}
	return match(b.text)
}

// inline elements do not end a line.
var inline = []string{"a", "b", "code", "em", "i", "small", "span", "strong", "time"}

// parse reads text and forms of a page.
func (b *browser) parse(r io.Reader) error {
	d := xml.NewDecoder(r)
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	b.text, b.forms, b.again = "", nil, false
	var text strings.Builder
	var form *webForm
	var button *webButton
	var area *string // name of the text area that is open
	var picked struct{ name, value string }
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		switch token := token.(type) {
		case xml.StartElement:
			at := func(name string) string {
				i := slices.IndexFunc(token.Attr, func(a xml.Attr) bool { return a.Name.Local == name })
				if i < 0 {
					return ""
				}
				return token.Attr[i].Value
			}
			name := at("name")
			switch token.Name.Local {
			case "form":
				form = &webForm{action: at("action"), values: url.Values{}}
				b.forms = append(b.forms, form)
			case "input":
				if kind := at("type"); form != nil && name != "" && (kind != "checkbox" && kind != "radio" || at("checked") != "") {
					form.values.Add(name, at("value"))
				}
			case "select":
				picked.name = name
			case "option":
				if form != nil && (!form.values.Has(picked.name) || at("selected") != "") {
					form.values.Set(picked.name, at("value"))
				}
			case "textarea":
				area = &name
				if form != nil {
					form.values.Add(name, "")
				}
			case "button":
				button = &webButton{name: name, value: at("value")}
			case "meta":
				b.again = b.again || at("http-equiv") == "refresh"
			}
			if !slices.Contains(inline, token.Name.Local) {
				text.WriteByte('\n')
			}
		case xml.EndElement:
			switch token.Name.Local {
			case "form":
				form = nil
			case "textarea":
				area = nil
			case "button":
				if form != nil && button != nil {
					button.label = strings.TrimSpace(button.label)
					form.buttons = append(form.buttons, *button)
				}
				button = nil
			}
			if !slices.Contains(inline, token.Name.Local) {
				text.WriteByte('\n')
			}
		case xml.CharData:
			switch {
			case area != nil && form != nil:
				// A line break right after the tag is no part of it.
				have := form.values.Get(*area)
				form.values.Set(*area, have+strings.TrimPrefix(string(token), map[bool]string{true: "\n"}[have == ""]))
			case button != nil:
				button.label += string(token)
			}
			text.Write(token)
		}
	}
	for line := range strings.Lines(text.String()) {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			b.text += line + "\n"
		}
	}
	return nil
}
