package versions

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"layak/bot"
)

const (
	// lookEvery is how often a service looks for what others published or asked: a rollback may take so long to be noticed.
	lookEvery = time.Second
	// askedWithin is how old a command may be: who asked has given up on an older one.
	askedWithin = time.Minute
	// keepNewest is how many publications keep their version although no conversation is on it, to roll back to. A version
	// is 1 to 3 MB.
	keepNewest = 20
	// CommandReload is the name of the command that Publisher answers. Its arguments are the note.
	CommandReload = "reload"
)

// Publisher decides which version of the flow is live, and keeps all versions with the database. Fill in the fields, all
// but Log needed, and do not change them afterwards. It is safe for concurrent use.
type Publisher struct {
	Store  bot.Versions
	Engine *Engine
	// Compile reads the flow folder and checks it wholly. Like is a version whose classifier can be used again.
	Compile func(ctx context.Context, like *Version) (*Version, error)
	// Model is what is to be kept of a version's classifier: nil where it is built into the program.
	Model func(v *Version) []byte
	Log   *slog.Logger // nil: nothing is logged
	Now   func() time.Time

	busy     sync.Mutex // one publication at a time
	seen     int64      // number of the publication that was followed last; under busy
	leading  atomic.Bool
	reloads  atomic.Int64
	failures atomic.Int64
	failure  atomic.Pointer[Failure]
}

// Failure is a flow folder that could not be published.
type Failure struct {
	Who      string
	At       time.Time
	Problems string // one a line, with its place
}

// State is what a page or a metric shows.
type State struct {
	Live     string   // digest
	Failure  *Failure // why the last reload changed nothing; nil after one that did
	Reloads  int64    // since the start
	Failures int64    // of these
}

// State returns the present state. It does not block.
func (p *Publisher) State() State {
	return State{Live: p.Engine.Live().Digest(), Failure: p.failure.Load(), Reloads: p.reloads.Load(), Failures: p.failures.Load()}
}

// Begin settles which version is live before a service answers: the one that was published last, unless the flow folder
// changed since; then the folder's, which is published. Folder is nil when it cannot be loaded. Of several services with
// different folders the first to lead publishes its own; one that took over does so only with a folder that was never seen.
// Commands are answered from now on.
func (p *Publisher) Begin(ctx context.Context, folder *Version, tookOver bool) error {
	p.busy.Lock()
	defer p.busy.Unlock()
	defer p.leading.Store(true)
	live, err := p.Store.Published(ctx)
	none := errors.Is(err, bot.ErrNoVersion)
	if err != nil && !none {
		return err
	}
	changed := folder != nil && (none || live.Folder != folder.Digest())
	if changed && tookOver && !none {
		seen, err := p.Store.FolderSeen(ctx, folder.Digest())
		if err != nil {
			return err
		}
		if changed = !seen; seen {
			p.log().Warn("the flow folder differs from the live version; `layak reload` publishes it", "folder", Short(folder.Digest()), "live", Short(live.Digest))
		}
	}
	if changed {
		return p.publish(ctx, folder, "layak run", "")
	}
	if none {
		return bot.ErrNoVersion
	}
	if err := p.follow(ctx, live); err != nil {
		if folder == nil {
			return err
		}
		p.log().Error("the live version cannot be run; the flow folder is used", "version", Short(live.Digest), "error", err)
		p.Engine.SetLive(folder)
		return nil
	}
	if folder != nil && live.Digest != folder.Digest() {
		p.log().Info("the live version is not that of the flow folder, since a rollback; `layak reload` publishes the folder", "live", Short(live.Digest), "folder", Short(folder.Digest()))
	}
	return nil
}

// StandDown ends the answering of commands: another process leads.
func (p *Publisher) StandDown() { p.leading.Store(false) }

// publish keeps a version, makes it the live one, and puts it into use. The caller holds busy.
func (p *Publisher) publish(ctx context.Context, v *Version, author, note string) error {
	now := p.Now()
	kept := bot.FlowVersion{
		Digest: v.Digest(), Flow: v.Flow().ID, Files: v.Files, Model: p.Model(v), Author: author, Note: note, AddedAt: now,
	}
	if err := p.Store.AddVersion(ctx, kept); err != nil {
		return err
	}
	id, err := p.Store.Publish(ctx, bot.Publication{Digest: v.Digest(), Folder: v.Digest(), Author: author, Note: note, At: now})
	if err != nil {
		return err
	}
	p.Engine.SetLive(v)
	p.seen = id
	p.failure.Store(nil)
	p.log().Info("flow version published", "version", Short(v.Digest()), "by", author)
	if n, err := p.Store.PruneVersions(ctx, keepNewest); err != nil {
		p.log().Warn("old flow versions were not removed", "error", err)
	} else if n > 0 {
		p.log().Info("removed old flow versions that no conversation is on", "versions", n)
	}
	return nil
}

// follow puts the version of a publication into use. The caller holds busy.
func (p *Publisher) follow(ctx context.Context, live bot.Publication) error {
	if p.Engine.Live().Digest() != live.Digest {
		v, err := p.Engine.Version(ctx, live.Digest)
		if err != nil {
			return err
		}
		p.Engine.SetLive(v)
		p.log().Info("flow version is live", "version", Short(live.Digest), "published_by", live.Author)
	}
	p.seen = live.ID
	return nil
}

// Reload reads the flow folder, checks it, and publishes it when it differs from what is live. On an error, which lists
// every problem, the live version stays. It blocks for as long as checking takes; turns do not wait for it.
func (p *Publisher) Reload(ctx context.Context, author, note string) error {
	_, err := p.reload(ctx, author, note)
	return err
}

// reload says what was done, too.
func (p *Publisher) reload(ctx context.Context, author, note string) (done string, err error) {
	p.busy.Lock()
	defer p.busy.Unlock()
	p.reloads.Add(1)
	before := p.Engine.Live()
	v, err := p.Compile(ctx, before)
	if err != nil {
		p.Refused(author, err)
		if err := p.Store.FlowFailed(ctx, author, p.Now()); err != nil {
			p.log().Warn("the desk is not told of the failed reload", "error", err)
		}
		return "", err
	}
	live, err := p.Store.Published(ctx)
	if err != nil && !errors.Is(err, bot.ErrNoVersion) {
		return "", err
	}
	if live.Digest == v.Digest() && live.Folder == v.Digest() {
		p.failure.Store(nil)
		if err := p.follow(ctx, live); err != nil {
			return "", err
		}
		return fmt.Sprintf("Nothing to do: version %s of the flow folder is live already.", Short(v.Digest())), nil
	}
	if err := p.publish(ctx, v, author, note); err != nil {
		return "", err
	}
	return p.summary(ctx, before, v), nil
}

// Put publishes a version that was checked already. Place puts its files into the flow folder, with nobody else publishing
// meanwhile; where the version cannot be published afterwards they are taken out again by undo. It returns what was done.
func (p *Publisher) Put(ctx context.Context, v *Version, author, note string, place func() (undo func() error, err error)) (done string, err error) {
	p.busy.Lock()
	defer p.busy.Unlock()
	before := p.Engine.Live()
	undo, err := place()
	if err != nil {
		return "", err
	}
	p.reloads.Add(1)
	if err := p.publish(ctx, v, author, note); err != nil {
		p.failures.Add(1)
		return "", errors.Join(err, undo())
	}
	return p.summary(ctx, before, v), nil
}

// Rollback makes a version that is kept the live one again, until the flow folder, which has that digest now, changes. It
// returns bot.ErrNoVersion for one that is not kept, or cannot be run here.
func (p *Publisher) Rollback(ctx context.Context, digest, folder, author, note string) error {
	p.busy.Lock()
	defer p.busy.Unlock()
	v, err := p.Engine.Version(ctx, digest)
	if err != nil {
		return err
	}
	id, err := p.Store.Publish(ctx, bot.Publication{Digest: digest, Folder: folder, Author: author, Note: note, At: p.Now()})
	if err != nil {
		return err
	}
	p.Engine.SetLive(v)
	p.seen = id
	p.log().Info("flow version is live again", "version", Short(digest), "by", author)
	return nil
}

// Refused notes everywhere that the flow folder cannot be used.
func (p *Publisher) Refused(who string, problems error) {
	p.failures.Add(1)
	p.failure.Store(&Failure{Who: who, At: p.Now(), Problems: problems.Error()})
	p.log().Error("the flow folder was not published; the live version stays",
		"live", Short(p.Engine.Live().Digest()), "by", who, "problems", strings.Split(problems.Error(), "\n"))
}

// summary says what a publication changed.
func (p *Publisher) summary(ctx context.Context, before, now *Version) string {
	text := fmt.Sprintf("Version %s is live.", Short(now.Digest()))
	if changes := Changes(before, now, p.Now()); changes != "" {
		text += " Changed since " + Short(before.Digest()) + ": " + changes
	}
	list, err := p.Store.ListVersions(ctx)
	if err != nil {
		return text
	}
	n := 0
	for _, v := range list {
		if !v.Live {
			n += v.Conversations
		}
	}
	if n > 0 {
		text += fmt.Sprintf(" %s began on earlier versions and %s there; `layak move --all` brings them over.",
			Count(n, "conversation"), map[bool]string{true: "stays", false: "stay"}[n == 1])
	}
	return text
}

// Count writes a number of things.
func Count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// Run follows what others publish, and answers commands while this service leads, until ctx ends.
func (p *Publisher) Run(ctx context.Context) {
	p.warm(ctx)
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	command, troubled := int64(-1), false
	for {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
		err := p.look(ctx, &command)
		if err != nil && ctx.Err() == nil && !troubled {
			p.log().Error("what was published or asked is not known, trying again", "error", err)
		}
		troubled = err != nil
	}
}

// warm compiles the versions that most conversations are on, so that the first of them to write need not wait for it.
func (p *Publisher) warm(ctx context.Context) {
	list, err := p.Store.ListVersions(ctx)
	if err != nil {
		return // whoever needs one asks again
	}
	list = slices.DeleteFunc(list, func(v bot.VersionInfo) bool { return v.Conversations == 0 || !v.Kept })
	slices.SortFunc(list, func(a, b bot.VersionInfo) int { return b.Conversations - a.Conversations })
	for _, v := range list[:min(len(list), cached)] {
		if _, err := p.Engine.Version(ctx, v.Digest); err != nil && ctx.Err() == nil {
			p.log().Warn("a version that conversations are on cannot be run; they will go on with the live one", "version", Short(v.Digest), "conversations", v.Conversations, "error", err)
		}
	}
}

// look takes up what is new. Command is the number of the newest command that was seen.
func (p *Publisher) look(ctx context.Context, command *int64) error {
	publication, newest, err := p.Store.News(ctx)
	if err != nil {
		return err
	}
	if err := p.catchUp(ctx, publication); err != nil {
		return err
	}
	if newest == *command || !p.leading.Load() {
		return nil
	}
	for {
		c, found, err := p.Store.TakeCommand(ctx, p.Now().Add(-askedWithin))
		if err != nil {
			return err
		}
		if !found {
			break
		}
		done, err := p.obey(ctx, c)
		if err != nil {
			done = err.Error()
		}
		if err := p.Store.FinishCommand(context.WithoutCancel(ctx), c.ID, err == nil, done, p.Now()); err != nil {
			return err
		}
	}
	*command = newest
	return nil
}

// catchUp puts into use what another process published.
func (p *Publisher) catchUp(ctx context.Context, publication int64) error {
	p.busy.Lock()
	defer p.busy.Unlock()
	if publication == p.seen || publication == 0 {
		return nil
	}
	live, err := p.Store.Published(ctx)
	if err == nil {
		err = p.follow(ctx, live)
	}
	if errors.Is(err, bot.ErrNoVersion) {
		p.seen = publication // it will not be had later either
		p.failures.Add(1)
		p.failure.Store(&Failure{Who: live.Author, At: p.Now(), Problems: err.Error()})
		p.log().Error("the version that was published cannot be run here; the one before stays", "version", Short(live.Digest), "error", err)
		return nil
	}
	return err
}

// obey does what a command asks.
func (p *Publisher) obey(ctx context.Context, c bot.Command) (string, error) {
	if c.Name != CommandReload {
		return "", fmt.Errorf("the running service does not know the command %q; it is older than the program that asks", c.Name)
	}
	return p.reload(ctx, c.AskedBy, c.Args)
}

func (p *Publisher) log() *slog.Logger {
	if p.Log != nil {
		return p.Log
	}
	return slog.New(slog.DiscardHandler)
}
