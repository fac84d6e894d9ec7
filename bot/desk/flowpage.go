package desk

import (
	"bytes"
	"context"
	"errors"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"

	"layak/bot"
	"layak/bot/editor"
	"layak/bot/versions"
	"layak/flows"
	"layak/flows/graph"
)

// Editor is what the flow page needs of the flow folder and its versions; see editor.Editor for what each promises.
type Editor interface {
	Writable() bool
	Folder() (flows.Folder, error)
	Live() *versions.Version
	Failure() *versions.Failure
	Versions(ctx context.Context) ([]bot.VersionInfo, error)
	Check(ctx context.Context, draft flows.Folder, wait time.Duration) (*editor.Checked, error)
	Publish(ctx context.Context, edit editor.Edit) (done string, err error)
	Rollback(ctx context.Context, digest, author, note string) error
}

// flowDays is how far back the counts of a state look.
const flowDays = 30

type flowView struct {
	Writable bool
	Notice   string // what was refused
	Done     string // what was done
	Flow     string
	Digest   string
	Pack     string
	Apart    bool // the folder is not what is live, since a rollback
	Failure  *versions.Failure
	Picture  template.HTML
	States   []flows.StateID
	State    *stateView
	Versions []bot.VersionInfo
	Days     int
	Edits    int // files that this admin's draft changes
	Try      tryView
}

// stateView is one state, opened.
type stateView struct {
	ID      flows.StateID
	Own     bool // stands in flow.yaml; else every flow has it
	Judge   bool
	Ask     *flows.Question
	Texts   []textView
	Edges   []flows.Edge
	Facts   []factView // that the rules ask for here
	Counts  []funnelLine
	Choices []choiceView
}

// choiceView is an option of a question, as the flow and as a person calls it.
type choiceView struct{ ID, Label string }

type textView struct {
	Key   string
	Lines []langText
}

type langText struct{ Lang, Text string }

type factView struct {
	ID    string
	Label string
	Lines []langText
}

// flowPage shows the picture, one state, and the versions.
func (d *Desk) flowPage(w http.ResponseWriter, r *http.Request, s bot.Session) error {
	v, live := flowView{}, versions.Short(d.cfg.Editor.Live().Digest())
	for _, done := range []string{"published", "back"} {
		if r.FormValue(done) == live {
			v.Done = text(d.lang(r, s), "flow.done."+done, live)
		}
	}
	return d.renderFlow(w, r, s, http.StatusOK, v)
}

func (d *Desk) renderFlow(w http.ResponseWriter, r *http.Request, s bot.Session, status int, v flowView) error {
	live, lang := d.cfg.Editor.Live(), d.lang(r, s)
	flow := live.Flow()
	v.Writable, v.Failure, v.Days = d.cfg.Editor.Writable(), d.cfg.Editor.Failure(), flowDays
	v.Flow, v.Digest, v.Pack = flow.ID, flow.Digest, flow.Pack.ID+" "+flow.Pack.Version
	folder, err := d.cfg.Editor.Folder()
	if err != nil && v.Failure == nil {
		v.Notice = err.Error()
	}
	v.Apart = err == nil && folder.Digest() != live.Digest()
	if err == nil {
		v.Edits = len(d.drafts.of(s.Name, folder).Edits)
	}
	counts, err := d.flowCounts(r.Context(), flow.Digest)
	if err != nil {
		return err
	}
	id := flows.StateID(r.FormValue("state"))
	if state := flow.States[id]; state != nil {
		v.State = d.stateOf(lang, flow, state, counts)
	} else {
		id = ""
	}
	if v.Picture, err = picture(flow, lang, id, counts, d.now()); err != nil {
		return err
	}
	v.States = flow.Order
	if v.Versions, err = d.cfg.Editor.Versions(r.Context()); err != nil {
		return err
	}
	back := "/admin/flow"
	if id != "" {
		back += "?state=" + queryEscape(string(id))
	}
	v.Try = d.tryOf(r, s, back, v.Edits > 0)
	d.render(w, r, status, "flow", s, v)
	return nil
}

// flowCounts sums up what became of each question of a version.
func (d *Desk) flowCounts(ctx context.Context, digest string) (map[string]map[string]int, error) {
	steps, err := d.cfg.Reports.Funnel(ctx, d.now().Truncate(24*time.Hour).AddDate(0, 0, 1-flowDays), time.Time{})
	if err != nil {
		return nil, err
	}
	counts := map[string]map[string]int{}
	for _, s := range steps {
		if s.Digest == "" || !strings.HasPrefix(digest, s.Digest) {
			continue
		}
		if counts[s.Question] == nil {
			counts[s.Question] = map[string]int{}
		}
		counts[s.Question][s.What] += s.N
	}
	return counts, nil
}

// picture draws a flow with a link on every state, and marks the one that is open.
func picture(flow *flows.Flow, lang string, open flows.StateID, counts map[string]map[string]int, at time.Time) (template.HTML, error) {
	opts := graph.Options{At: at, Words: pictureWords[lang]}
	if flow.Speaks(lang) {
		opts.Lang = lang
	}
	if len(counts) > 0 {
		opts.Reached = graph.Reached(flow, counts, opts.Words)
	}
	var b bytes.Buffer
	err := graph.Build(flow, opts).SVG(&b, graph.SVGOptions{Link: func(id flows.StateID) string {
		return "/admin/flow?state=" + queryEscape(string(id)) + "#state"
	}})
	svg := strings.Replace(b.String(), `role="img"`, `role="group"`, 1) // a picture has no links inside
	if open != "" {
		mark := `<g id="state-` + template.HTMLEscapeString(string(open)) + `"`
		svg = strings.Replace(svg, mark, mark+` class="on"`, 1)
	}
	return template.HTML(svg), err // the drawing escapes what is the flow's
}

// stateOf collects what is known of a state.
func (d *Desk) stateOf(lang string, flow *flows.Flow, state *flows.State, counts map[string]map[string]int) *stateView {
	v := &stateView{ID: state.ID, Own: slices.Contains(flow.Order, state.ID), Judge: state.Judge, Ask: state.Ask, Edges: state.Edges}
	shown := flow.Langs[0]
	if flow.Speaks(lang) {
		shown = lang
	}
	keys := slices.Clone(state.Say)
	var questions []string
	if q := state.Ask; q != nil {
		keys = append(keys, q.Text)
		for _, c := range q.Choices {
			keys = append(keys, c.Text)
			v.Choices = append(v.Choices, choiceView{c.ID, flow.Texts(shown)[c.Text]})
		}
		questions = []string{q.ID}
		if q.Facts {
			questions = nil
			for _, f := range flow.Pack.Facts {
				if flow.AsksItself(f.ID) {
					continue
				}
				questions = append(questions, f.ID)
				fact := factView{ID: f.ID, Label: f.Label.In(shown)}
				for _, l := range flow.Langs {
					fact.Lines = append(fact.Lines, langText{l, f.Question.In(l)})
				}
				v.Facts = append(v.Facts, fact)
			}
		}
	}
	for _, e := range state.Edges {
		keys = append(keys, e.Say)
	}
	for i, key := range keys {
		if key == "" || slices.Contains(keys[:i], key) {
			continue
		}
		text := textView{Key: key}
		for _, l := range flow.Langs {
			text.Lines = append(text.Lines, langText{l, flow.Texts(l)[key]})
		}
		v.Texts = append(v.Texts, text)
	}
	for _, q := range questions {
		if c := counts[q]; c != nil {
			v.Counts = append(v.Counts, funnelLine{
				Question: q, Label: d.questionText(lang, q), Reached: c["reached"], Answered: c["answered"], Missed: c["missed"],
				Back: c["back"], Dropped: c["dropped"], HandedOver: c["handed_over"],
			})
		}
	}
	return v
}

// rollbackFlow makes an earlier version live again.
func (d *Desk) rollbackFlow(w http.ResponseWriter, r *http.Request, s bot.Session) error {
	lang := d.lang(r, s)
	refused := func(key string, args ...any) error {
		return d.renderFlow(w, r, s, http.StatusConflict, flowView{Notice: text(lang, key, args...)})
	}
	list, err := d.cfg.Editor.Versions(r.Context())
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(v bot.VersionInfo) bool { return v.Digest == r.PostFormValue("version") })
	if i < 0 || !list[i].Kept {
		return refused("flow.noversion")
	}
	if shown := r.PostFormValue("live"); shown != "" && shown != d.cfg.Editor.Live().Digest() {
		return refused("flow.meanwhile") // else what somebody else just published would be undone unseen
	}
	note := cut(r.PostFormValue("note"), maxNote)
	switch err := d.cfg.Editor.Rollback(r.Context(), list[i].Digest, s.Name, note); {
	case errors.Is(err, editor.ErrNote):
		return refused("flow.nonote")
	case errors.Is(err, bot.ErrNoVersion):
		return refused("flow.noversion")
	case err != nil:
		return err
	}
	d.log.Info("flow version live again", "by", s.Name, "version", versions.Short(list[i].Digest))
	http.Redirect(w, r, "/admin/flow?back="+versions.Short(list[i].Digest), http.StatusSeeOther)
	return nil
}
