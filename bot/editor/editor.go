package editor

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"layak/bot"
	"layak/bot/versions"
	"layak/flows"
	"layak/flows/check"
	"layak/flows/diff"
	"layak/flows/match"
	"layak/flows/problem"
)

// Why nothing was changed.
var (
	ErrReadOnly = errors.New("the built-in flow cannot be edited; `layak init` writes a copy that can, and flow.dir names it")
	ErrStale    = errors.New("files in the flow folder were changed meanwhile")
	ErrChecking = errors.New("the check is not over yet")
	ErrProblems = errors.New("the check found problems")
	ErrSame     = errors.New("nothing differs from the live version")
	ErrNote     = errors.New("a note is needed")
)

const (
	checkedKept = 3               // results held; each may hold a compiled flow of some 10 MB
	checkWithin = 2 * time.Minute // with training a check takes 5 s; this is for a machine that is far too small
)

// Config is what an Editor is made of. Only Dir and Log may be empty.
type Config struct {
	Dir       string                       // the flow folder; "" with the built-in flow, which is read only
	Read      func() (flows.Folder, error) // copies the flow folder, or the built-in flow
	Options   func() flows.Options         // how the folder is loaded when it is published
	Version   func(f *flows.Flow, files flows.Folder) *versions.Version
	Publisher *versions.Publisher
	Store     bot.Versions
	Now       func() time.Time
	Log       *slog.Logger
}

// Editor checks drafts of the flow folder, publishes them, and goes back to earlier versions. It is safe for concurrent
// use. One draft is checked at a time, beside the turns and never before them. Close ends it.
type Editor struct {
	Config
	ctx  context.Context // of checks; governs their life
	end  context.CancelFunc
	jobs sync.WaitGroup

	mu      sync.Mutex
	running *job
	kept    []*Checked // the newest last
}

// job is a check that is under way.
type job struct {
	key  string
	done chan struct{}
}

// Checked is what a check of a draft found.
type Checked struct {
	Problems problem.List      // all, those that do no harm included; files are named within the folder
	Version  *versions.Version // compiled; nil where it cannot be run
	Against  *versions.Version // the live version it was compared with
	Report   diff.Report       // what differs from that; empty without Version
	Words    string            // Report as `layak diff` says it
	Took     time.Duration

	key string
}

// Fit reports whether the draft may be published. Anyway lets problems pass that do no harm.
func (c *Checked) Fit(anyway bool) bool {
	return c.Version != nil && len(c.Problems.Harmful()) == 0 && (anyway || len(c.Problems) == 0)
}

// New returns an editor.
func New(c Config) *Editor {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	e := &Editor{Config: c}
	e.ctx, e.end = context.WithCancel(context.Background())
	return e
}

// Close ends checks and waits for the one that is under way.
func (e *Editor) Close() {
	e.end()
	e.jobs.Wait()
}

// Writable reports whether there is a folder to edit.
func (e *Editor) Writable() bool { return e.Dir != "" }

// Folder copies the flow folder.
func (e *Editor) Folder() (flows.Folder, error) { return e.Read() }

// Live is the version that new conversations begin with.
func (e *Editor) Live() *versions.Version { return e.Publisher.Engine.Live() }

// Failure is why the last reload changed nothing; nil after one that did.
func (e *Editor) Failure() *versions.Failure { return e.Publisher.State().Failure }

// Versions lists the versions, the live one first.
func (e *Editor) Versions(ctx context.Context) ([]bot.VersionInfo, error) {
	return e.Store.ListVersions(ctx)
}

// Check checks a draft and compares it with the live version. It waits for at most that long, then it returns ErrChecking
// and the check goes on: ask again.
func (e *Editor) Check(ctx context.Context, draft flows.Folder, wait time.Duration) (*Checked, error) {
	timeout := time.NewTimer(wait)
	defer timeout.Stop()
	live := e.Live()
	key := Exact(draft) + live.Digest() + e.Now().UTC().Format(time.DateOnly) // rules begin and end
	for {
		e.mu.Lock()
		for _, c := range e.kept {
			if c.key == key {
				e.mu.Unlock()
				return c, nil
			}
		}
		j := e.running
		if j == nil {
			if e.ctx.Err() != nil {
				e.mu.Unlock()
				return nil, e.ctx.Err()
			}
			j = &job{key, make(chan struct{})}
			e.running = j
			e.jobs.Go(func() { e.run(j, draft, live) })
		}
		e.mu.Unlock()
		select {
		case <-j.done: // perhaps that of another draft
		case <-timeout.C:
			return nil, ErrChecking
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// run does a job, and keeps what it found.
func (e *Editor) run(j *job, draft flows.Folder, live *versions.Version) {
	ctx, cancel := context.WithTimeout(e.ctx, checkWithin)
	defer cancel()
	c := e.check(ctx, draft, live)
	c.key = j.key
	e.mu.Lock()
	e.kept = append(e.kept, c)
	if len(e.kept) > checkedKept {
		e.kept = append([]*Checked(nil), e.kept[1:]...)
	}
	e.running = nil
	e.mu.Unlock()
	close(j.done)
}

// check does the work. A draft that makes the program stumble is one with a problem: the service goes on.
func (e *Editor) check(ctx context.Context, draft flows.Folder, live *versions.Version) (c *Checked) {
	begin := time.Now()
	defer func() {
		if p := recover(); p != nil {
			e.Log.Error("the check of a draft failed", "panic", p, "stack", string(debug.Stack()))
			c = &Checked{Problems: problem.List{{File: flows.FlowFile, Message: fmt.Sprintf("the check itself failed: %v", p), Suggestion: "take back the last edit, and send the log of the service to its makers"}}}
		}
		c.Took = time.Since(begin)
	}()
	c = &Checked{Against: live}
	opts := e.Options()
	opts.Like = live.Flow()
	now := e.Now()
	flow, problems := check.Folder(ctx, draft.FS(), opts, now)
	c.Problems = problems
	if ctx.Err() != nil {
		c.Problems = append(c.Problems, problem.Problem{File: flows.FlowFile, Message: "the check took too long and was ended", Suggestion: "try again when the computer has less to do"})
		return c
	}
	if flow == nil {
		return c
	}
	c.Version = e.Version(flow, draft)
	before, after := diff.Side{Flow: live.Flow()}, diff.Side{Flow: flow}
	for _, name := range live.Files.Changed(draft) {
		if strings.HasPrefix(name, "nlu/") {
			before.Examples, after.Examples = examples(live.Flow(), live.Files), examples(flow, draft)
			break
		}
	}
	c.Report = diff.Flows(before, after, now)
	c.Report.Ahead(before, after)
	var words bytes.Buffer
	_ = diff.Write(&words, c.Report, nil, before, after, flow.Langs[0]) // a Buffer takes everything
	c.Words = words.String()
	return c
}

// examples reads what a flow's classifier learns from.
func examples(f *flows.Flow, files flows.Folder) []match.Example {
	var ids []string
	for _, c := range f.Pack.Categories {
		ids = append(ids, c.ID)
	}
	all, _ := match.ReadExamples(files.FS(), "nlu", ids)
	return all
}

// Edit is a draft to be published.
type Edit struct {
	Base   string       // Exact of the folder that the draft began with
	Draft  flows.Folder // the whole folder as it is to be
	Author string
	Note   string
	Anyway bool // although the check found something that does no harm
}

// Publish writes a draft into the flow folder and makes it the live version. It returns what was done, in words. The errors
// above say why it did nothing; ErrChecking means that the draft has to be checked first.
func (e *Editor) Publish(ctx context.Context, edit Edit) (done string, err error) {
	if !e.Writable() {
		return "", ErrReadOnly
	}
	if strings.TrimSpace(edit.Note) == "" {
		return "", ErrNote
	}
	was, err := e.Read()
	if err != nil {
		return "", err
	}
	if Exact(was) != edit.Base {
		return "", ErrStale
	}
	checked, err := e.Check(ctx, edit.Draft, 0)
	if err != nil {
		return "", err
	}
	if !checked.Fit(edit.Anyway) {
		return "", ErrProblems
	}
	if len(was.Changed(edit.Draft)) == 0 && e.Live().Digest() == checked.Version.Digest() {
		return "", ErrSame
	}
	place := func() (undo func() error, err error) {
		// Once more, with nobody else publishing: somebody may have saved a file while this one waited.
		if now, err := e.Read(); err != nil {
			return nil, err
		} else if Exact(now) != edit.Base {
			return nil, ErrStale
		}
		if err := write(e.Dir, was, edit.Draft); err != nil {
			return nil, err
		}
		return func() error { return write(e.Dir, edit.Draft, was) }, nil
	}
	return e.Publisher.Put(ctx, checked.Version, edit.Author, strings.TrimSpace(edit.Note), place)
}

// Rollback makes an earlier version live again. The files in the flow folder stay as they are.
func (e *Editor) Rollback(ctx context.Context, digest, author, note string) error {
	if note = strings.TrimSpace(note); note == "" {
		return ErrNote
	}
	folder, err := e.Read()
	if err != nil {
		return err
	}
	seen := folder.Digest()
	if len(folder) == 0 { // it is away: when it comes back as it was, it has not changed
		live, err := e.Publisher.Store.Published(ctx)
		if err != nil {
			return err
		}
		seen = live.Folder
	}
	return e.Publisher.Rollback(ctx, digest, seen, author, note)
}
