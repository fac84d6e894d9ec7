package desk

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"layak/bot"
	"layak/internal/password"
)

// periods are how far back the overview looks, in days.
var periods = []int{7, 30, 90}

// maxMissed is how many texts that were not understood the page counts; more would not be read.
const (
	maxMissed   = 5000
	shownMissed = 200
)

type overviewView struct {
	Days     int
	Periods  []int
	Versions []string // flow versions with steps, the one that is live first
	Digest   string
	Live     string
	Funnel   []funnelLine
	Verdicts verdictChart
	Totals   []total
	Shared   int // verdicts in the period
	Silent   []string
}

type total struct {
	Verdict string
	N       int
	Percent int
}

// funnelLine is one question of a flow version.
type funnelLine struct {
	Question, Label                                      string
	Reached, Answered, Missed, Back, Dropped, HandedOver int
	Bar                                                  funnelBar
}

func (d *Desk) overview(w http.ResponseWriter, r *http.Request, s bot.Session) error {
	v := overviewView{Days: 30, Periods: periods}
	for _, p := range periods {
		if r.FormValue("days") == itoa(int64(p)) {
			v.Days = p
		}
	}
	var err error
	if v.Silent, err = d.silent(r.Context()); err != nil {
		return err
	}
	today := d.now().Truncate(24 * time.Hour)
	since := today.AddDate(0, 0, 1-v.Days)
	counts, err := d.cfg.Reports.VerdictCounts(r.Context())
	if err != nil {
		return err
	}
	counts = slices.DeleteFunc(counts, func(c bot.VerdictCount) bool { return c.Day.Before(since) })
	lang := d.lang(r, s)
	v.Verdicts = d.chartVerdicts(lang, counts, since, v.Days)
	v.Totals, v.Shared = totals(counts)
	steps, err := d.cfg.Reports.Funnel(r.Context(), since, time.Time{})
	if err != nil {
		return err
	}
	if live := d.cfg.Flow(""); live != nil {
		v.Live = bot.ShortDigest(live.Digest)
	}
	v.Versions = flowVersions(steps, v.Live)
	v.Digest = r.FormValue("flow")
	if !slices.Contains(v.Versions, v.Digest) && len(v.Versions) > 0 {
		v.Digest = v.Versions[0]
	}
	v.Funnel = d.funnel(lang, steps, v.Digest)
	d.render(w, r, http.StatusOK, "overview", s, v)
	return nil
}

func totals(counts []bot.VerdictCount) (all []total, sum int) {
	by := map[string]int{}
	for _, c := range counts {
		by[c.Verdict.Verdict] += c.N
		sum += c.N
	}
	for _, name := range verdictNames {
		t := total{Verdict: name, N: by[name]}
		if sum > 0 {
			t.Percent = (100*t.N + sum/2) / sum
		}
		all = append(all, t)
	}
	return all, sum
}

// flowVersions lists the versions that were met, the live one first, then the one that was met last.
func flowVersions(steps []bot.FunnelStep, live string) []string {
	last := map[string]time.Time{}
	for _, s := range steps {
		if s.Day.After(last[s.Digest]) || last[s.Digest].IsZero() {
			last[s.Digest] = s.Day
		}
	}
	var all []string
	for digest := range last {
		all = append(all, digest)
	}
	slices.SortFunc(all, func(a, b string) int {
		if (a == live) != (b == live) {
			return map[bool]int{true: -1, false: 1}[a == live]
		}
		return cmp.Or(last[b].Compare(last[a]), cmp.Compare(a, b))
	})
	return all
}

// funnel sums up the steps of one version, in the order of its questions.
func (d *Desk) funnel(lang string, steps []bot.FunnelStep, digest string) []funnelLine {
	lines := map[string]*funnelLine{}
	for _, s := range steps {
		if s.Digest != digest {
			continue
		}
		l := lines[s.Question]
		if l == nil {
			l = &funnelLine{Question: s.Question}
			lines[s.Question] = l
		}
		for what, n := range map[string]*int{
			"reached": &l.Reached, "answered": &l.Answered, "missed": &l.Missed, "back": &l.Back, "dropped": &l.Dropped,
			"handed_over": &l.HandedOver,
		} {
			if s.What == what {
				*n += s.N
			}
		}
	}
	order := map[string]int{}
	if flow := d.cfg.Flow(""); flow != nil { // an old version's questions are mostly there, too
		for i, id := range flow.Order {
			if state := flow.States[id]; state.Ask != nil {
				order[state.Ask.ID] = i + 1
			}
		}
		for i, f := range flow.Pack.Facts {
			order[f.ID] = order["licence"] + 1 + i
		}
	}
	var out []funnelLine
	most := 0
	for _, l := range lines {
		l.Label = d.questionText(lang, l.Question)
		most = max(most, l.Reached)
		out = append(out, *l)
	}
	slices.SortFunc(out, func(a, b funnelLine) int {
		return cmp.Or(cmp.Compare(b.Reached, a.Reached), cmp.Compare(order[a.Question], order[b.Question]), cmp.Compare(a.Question, b.Question))
	})
	for i := range out {
		out[i].Bar = chartFunnel(out[i], most)
	}
	return out
}

type missedView struct {
	Questions []string
	Question  string
	Lines     []bot.MissedCount
	Paste     string // the lines, ready to be pasted as synonyms
	More      int
}

// missed lists what was not understood, most frequent first.
func (d *Desk) missed(w http.ResponseWriter, r *http.Request, s bot.Session) error {
	texts, err := d.cfg.Reports.MissedTexts(r.Context(), maxMissed)
	if err != nil {
		return err
	}
	v := missedView{Question: r.FormValue("question")}
	var paste strings.Builder
	for _, m := range bot.CountMissed(texts) {
		if !slices.Contains(v.Questions, m.Question) {
			v.Questions = append(v.Questions, m.Question)
		}
		if v.Question != "" && m.Question != v.Question {
			continue
		}
		if len(v.Lines) >= shownMissed {
			v.More++
			continue
		}
		v.Lines = append(v.Lines, m)
		paste.WriteString("- " + strings.Join(strings.Fields(m.Text), " ") + "\n")
	}
	v.Paste = paste.String()
	slices.Sort(v.Questions)
	d.render(w, r, http.StatusOK, "missed", s, v)
	return nil
}

type channelView struct {
	ChannelState
	Flow, FlowID, Pack, PackAsOf string
	Locked                       bool
}

func (d *Desk) channel(w http.ResponseWriter, r *http.Request, s bot.Session) error {
	v := channelView{ChannelState: d.cfg.Channel()}
	v.Locked = v.LockedUntil.After(d.now())
	if flow := d.cfg.Flow(""); flow != nil {
		v.Flow, v.FlowID, v.Pack, v.PackAsOf = flow.Digest, flow.ID, flow.Pack.ID+" "+flow.Pack.Version, flow.Pack.AsOf
	}
	d.render(w, r, http.StatusOK, "channel", s, v)
	return nil
}

type usersView struct {
	Users      []bot.User
	ChatAgents []bot.ChatAgent
	Me         string
	Notice     string
	Done       string
	Name       string
	Least      int
}

func (d *Desk) users(w http.ResponseWriter, r *http.Request, s bot.Session) error {
	return d.renderUsers(w, r, s, http.StatusOK, usersView{})
}

func (d *Desk) renderUsers(w http.ResponseWriter, r *http.Request, s bot.Session, status int, v usersView) error {
	var err error
	if v.Users, err = d.cfg.Users.Users(r.Context()); err != nil {
		return err
	}
	if v.ChatAgents, err = d.chatAgents(r.Context()); err != nil {
		return err
	}
	v.Me, v.Least = s.Name, password.MinRunes
	d.render(w, r, status, "users", s, v)
	return nil
}

// chatAgents lists the agents who work from a chat of their own.
func (d *Desk) chatAgents(ctx context.Context) ([]bot.ChatAgent, error) {
	if d.cfg.ChatAgents == nil {
		return nil, nil
	}
	return d.cfg.ChatAgents(ctx)
}

// silent names those of them who get no cards because they never wrote: whoever set that up expects that they do.
func (d *Desk) silent(ctx context.Context) (names []string, err error) {
	all, err := d.chatAgents(ctx)
	for _, a := range all {
		if a.Reach == bot.NeverWrote {
			names = append(names, a.Name)
		}
	}
	return names, err
}

// changeUsers adds a user or changes one. Admins cannot bar themselves, so that somebody can always undo it.
func (d *Desk) changeUsers(w http.ResponseWriter, r *http.Request, s bot.Session) error {
	lang, name, do := d.lang(r, s), strings.TrimSpace(r.PostFormValue("name")), r.PostFormValue("do")
	refused := func(key string, args ...any) error {
		return d.renderUsers(w, r, s, http.StatusConflict, usersView{Notice: text(lang, key, args...), Name: name})
	}
	own := name == s.Name
	ctx, users := r.Context(), d.cfg.Users
	var err error
	switch role := bot.Role(r.PostFormValue("role")); {
	case do == "add":
		if bot.CheckUserName(name) != nil {
			return refused("users.badname")
		}
		if role != bot.RoleAgent && role != bot.RoleAdmin {
			return errInput
		}
		hash, hashErr := password.Hash(r.PostFormValue("password"))
		if hashErr != nil {
			return refused("users.badpass", password.MinRunes)
		}
		err = users.AddUser(ctx, bot.User{Name: name, Role: role, CreatedAt: d.now()}, hash)
		if errors.Is(err, bot.ErrUserExists) {
			return refused("users.exists", name)
		}
	case do == "password":
		hash, hashErr := password.Hash(r.PostFormValue("password"))
		if hashErr != nil {
			return refused("users.badpass", password.MinRunes)
		}
		err = users.SetPassword(ctx, name, hash)
	case do == "revoke":
		_, err = users.EndSessions(ctx, name)
	case own:
		return refused("users.own")
	case do == "disable":
		if err = users.DisableUser(ctx, name, true); err == nil {
			err = d.takeCases(ctx, name, s.Name)
		}
	case do == "enable":
		err = users.DisableUser(ctx, name, false)
	case do == "role" && (role == bot.RoleAgent || role == bot.RoleAdmin):
		err = users.SetRole(ctx, name, role)
	default:
		return errInput
	}
	if errors.Is(err, bot.ErrNoUser) {
		return refused("users.gone", name)
	}
	if err != nil {
		return err
	}
	d.log.Info("users of the desk changed", "by", s.Name, "user", name, "change", do)
	http.Redirect(w, r, "/admin/users", http.StatusSeeOther)
	return nil
}

// takeCases hands the open cases of somebody who was disabled to the admin who did it: else nobody would look at them, and
// the bot is silent in their chats.
func (d *Desk) takeCases(ctx context.Context, from, to string) error {
	for {
		page, err := d.cfg.Cases.ListCases(ctx, bot.CaseQuery{View: bot.ViewMine, Owner: from})
		if err != nil || len(page.Cases) == 0 {
			return err
		}
		for _, c := range page.Cases {
			if err := d.cfg.Agents.Assign(ctx, c.ID, to, to); err != nil && !errors.Is(err, bot.ErrClosed) {
				return err
			}
		}
	}
}

type cannedView struct {
	Canned []bot.Canned
	Notice string
	New    bot.Canned
}

func (d *Desk) canned(w http.ResponseWriter, r *http.Request, s bot.Session) error {
	return d.renderCanned(w, r, s, http.StatusOK, cannedView{})
}

func (d *Desk) renderCanned(w http.ResponseWriter, r *http.Request, s bot.Session, status int, v cannedView) error {
	var err error
	if v.Canned, err = d.cfg.Canned.ListCanned(r.Context()); err != nil {
		return err
	}
	d.render(w, r, status, "canned", s, v)
	return nil
}

func (d *Desk) changeCanned(w http.ResponseWriter, r *http.Request, s bot.Session) error {
	id, err := parseID(r.PostFormValue("id"))
	if err != nil {
		return errInput
	}
	if r.PostFormValue("do") == "remove" {
		if err := d.cfg.Canned.DeleteCanned(r.Context(), id); err != nil && !errors.Is(err, bot.ErrNoCanned) {
			return err
		}
		http.Redirect(w, r, "/admin/canned", http.StatusSeeOther)
		return nil
	}
	c := bot.Canned{
		ID: id, Title: cut(strings.TrimSpace(r.PostFormValue("title")), 60), Lang: r.PostFormValue("lang"),
		Text: cut(strings.TrimSpace(strings.ReplaceAll(r.PostFormValue("text"), "\r\n", "\n")), maxText), ChangedBy: s.Name, ChangedAt: d.now(),
	}
	if c.Lang != "" && !known(c.Lang) {
		return errInput
	}
	refused := func(key string, args ...any) error {
		v := cannedView{Notice: text(d.lang(r, s), key, args...)}
		if id == 0 {
			v.New = c
		}
		return d.renderCanned(w, r, s, http.StatusConflict, v)
	}
	if c.Title == "" || c.Text == "" {
		return refused("canned.empty")
	}
	_, err = d.cfg.Canned.SaveCanned(r.Context(), c)
	switch {
	case errors.Is(err, bot.ErrTitleTaken):
		return refused("canned.taken", c.Title)
	case errors.Is(err, bot.ErrNoCanned):
		return refused("canned.gone")
	case err != nil:
		return err
	}
	http.Redirect(w, r, "/admin/canned", http.StatusSeeOther)
	return nil
}
