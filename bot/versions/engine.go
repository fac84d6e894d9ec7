// Package versions runs every conversation on the version of the flow that it began with.
package versions

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"layak/bot"
	"layak/flows"
)

const (
	cached   = 4                // versions held beside the live one, 3 to 10 MB each; more are hardly spoken at a time
	loadWait = 30 * time.Second // for a version that has to be read and compiled: 0.3 s, on a busy machine far more
)

// Version is a flow that is compiled.
type Version struct {
	*flows.Engine
	Files flows.Folder // what it was compiled from
}

// Digest names the version.
func (v *Version) Digest() string { return v.Flow().Digest }

// Short is how people write a digest.
func Short(digest string) string { return digest[:min(len(digest), 10)] }

// Engine is a bot.Engine, and everything else of flows.Engine, for conversations on different versions. It is safe for
// concurrent use; putting another version live waits for no turn, and no turn for it.
type Engine struct {
	live  atomic.Pointer[Version]
	load  LoadFunc
	log   *slog.Logger
	mu    sync.Mutex
	held  []*Version // beside the live one, the one used last at the end
	loads map[string]*loading
}

// loading is a version that somebody waits for.
type loading struct {
	done chan struct{}
	v    *Version
	err  error
}

// LoadFunc compiles a version that is kept, and returns bot.ErrNoVersion for another. Like is a version that it can share a
// classifier with, or nil.
type LoadFunc func(ctx context.Context, digest string, like *Version) (*Version, error)

// New returns an engine on which live is the live version. A nil log is none.
func New(live *Version, load LoadFunc, log *slog.Logger) *Engine {
	e := &Engine{load: load, log: log, loads: map[string]*loading{}}
	if log == nil {
		e.log = slog.New(slog.DiscardHandler)
	}
	e.live.Store(live)
	return e
}

// Live is the version on which new conversations begin.
func (e *Engine) Live() *Version { return e.live.Load() }

// SetLive makes new conversations begin on v. The version before stays at hand.
func (e *Engine) SetLive(v *Version) {
	before := e.live.Swap(v)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.hold(before)
}

// hold keeps a version at hand in place of the one that was used least recently. The caller has the lock.
func (e *Engine) hold(v *Version) {
	for i, have := range e.held {
		if have.Digest() == v.Digest() {
			e.held = append(e.held[:i], e.held[i+1:]...)
			break
		}
	}
	if e.held = append(e.held, v); len(e.held) > cached {
		e.held = append([]*Version(nil), e.held[len(e.held)-cached:]...)
	}
}

// Version returns a version by its digest, compiled if it is not at hand. It returns bot.ErrNoVersion for one that is not
// kept.
func (e *Engine) Version(ctx context.Context, digest string) (*Version, error) {
	if live := e.live.Load(); live.Digest() == digest {
		return live, nil
	}
	e.mu.Lock()
	for _, v := range e.held {
		if v.Digest() == digest {
			e.hold(v)
			e.mu.Unlock()
			return v, nil
		}
	}
	l := e.loads[digest]
	if l == nil {
		l = &loading{done: make(chan struct{})}
		e.loads[digest] = l
		go e.fetch(context.WithoutCancel(ctx), digest, l) // ends within loadWait; others wait for it, too
	}
	e.mu.Unlock()
	select {
	case <-l.done:
		return l.v, l.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// fetch compiles a version for those who wait for it.
func (e *Engine) fetch(ctx context.Context, digest string, l *loading) {
	ctx, cancel := context.WithTimeout(ctx, loadWait)
	defer cancel()
	l.v, l.err = e.load(ctx, digest, e.live.Load())
	e.mu.Lock()
	delete(e.loads, digest)
	if l.err == nil {
		e.hold(l.v)
	}
	e.mu.Unlock()
	close(l.done)
}

// of returns the version for a conversation. One that is not kept any more is replaced by the live one, and moved is true.
func (e *Engine) of(ctx context.Context, c flows.Conversation) (v *Version, moved bool, err error) {
	live := e.live.Load()
	if c.Place.State == "" || c.FlowDigest == live.Digest() {
		return live, false, nil
	}
	v, err = e.Version(ctx, c.FlowDigest)
	if errors.Is(err, bot.ErrNoVersion) {
		return live, true, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("flow version %s: %w", Short(c.FlowDigest), err)
	}
	return v, false, nil
}

// Step implements bot.Engine. A turn with which the questions begin anew runs on the live version.
func (e *Engine) Step(ctx context.Context, c flows.Conversation, in flows.Input) (flows.Turn, error) {
	v, c, err := e.on(ctx, c)
	if err != nil {
		return flows.Turn{}, err
	}
	turn, err := v.Step(ctx, c, in)
	live := e.live.Load()
	if err != nil || !turn.Began || v == live || c.Place.State == "" {
		return turn, err
	}
	// Where the newest flow takes the same words for something else, the conversation stays where it is.
	if anew, err := live.Step(ctx, c, in); err == nil && anew.Began {
		return anew, nil
	}
	return turn, nil
}

// on returns the version for a conversation, and the conversation as that version takes it.
func (e *Engine) on(ctx context.Context, c flows.Conversation) (*Version, flows.Conversation, error) {
	v, moved, err := e.of(ctx, c)
	if err != nil {
		return nil, c, err
	}
	if moved {
		e.log.Warn("a conversation goes on with the live flow: the version it began with is not kept", "version", Short(c.FlowDigest), "live", Short(v.Digest()))
		if c, err = v.Adopt(ctx, c, nil); err != nil {
			return nil, c, err
		}
	}
	return v, c, nil
}

// now is on without an error, for questions that have an answer either way.
func (e *Engine) now(c flows.Conversation) *Version {
	ctx, cancel := context.WithTimeout(context.Background(), loadWait)
	defer cancel()
	if v, _, err := e.of(ctx, c); err == nil {
		return v
	}
	return e.live.Load()
}

// FreeText is that of flows.Engine.
func (e *Engine) FreeText(c flows.Conversation) bool { return e.now(c).FreeText(c) }

// Alone is that of flows.Engine.
func (e *Engine) Alone(c flows.Conversation, in flows.Input) bool { return e.now(c).Alone(c, in) }

// Stale is that of flows.Engine.
func (e *Engine) Stale(ctx context.Context, c flows.Conversation, old []flows.Input) (flows.Turn, error) {
	v, c, err := e.on(ctx, c)
	if err != nil {
		return flows.Turn{}, err
	}
	return v.Stale(ctx, c, old)
}

// Resume is that of flows.Engine.
func (e *Engine) Resume(ctx context.Context, c flows.Conversation, at time.Time) (flows.Turn, error) {
	v, c, err := e.on(ctx, c)
	if err != nil {
		return flows.Turn{}, err
	}
	return v.Resume(ctx, c, at)
}

// Ask is that of flows.Engine.
func (e *Engine) Ask(ctx context.Context, c flows.Conversation, at time.Time) (flows.Turn, error) {
	v, c, err := e.on(ctx, c)
	if err != nil {
		return flows.Turn{}, err
	}
	return v.Ask(ctx, c, at)
}

// Closed is that of flows.Engine.
func (e *Engine) Closed(ctx context.Context, c flows.Conversation, at time.Time) (flows.Turn, error) {
	v, c, err := e.on(ctx, c)
	if err != nil {
		return flows.Turn{}, err
	}
	return v.Closed(ctx, c, at)
}

// Apology is that of the live flow.
func (e *Engine) Apology(lang string, at time.Time) string { return e.live.Load().Apology(lang, at) }

// Move makes what a conversation becomes on the version to. Where it is on that already it is returned as it is.
func (e *Engine) Move(ctx context.Context, c flows.Conversation, to *Version) (flows.Conversation, error) {
	if c.FlowDigest == to.Digest() {
		return c, nil
	}
	var from *flows.Flow
	v, err := e.Version(ctx, c.FlowDigest)
	switch {
	case err == nil:
		from = v.Flow()
	case !errors.Is(err, bot.ErrNoVersion):
		return c, err
	}
	return to.Adopt(ctx, c, from)
}

// Match finds the one digest that begins with what somebody wrote, among those listed.
func Match(list []bot.VersionInfo, prefix string) (bot.VersionInfo, error) {
	var found []bot.VersionInfo
	for _, v := range list {
		if v.Digest == prefix {
			return v, nil
		}
		if len(prefix) >= 4 && len(v.Digest) >= len(prefix) && v.Digest[:len(prefix)] == prefix {
			found = append(found, v)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return bot.VersionInfo{}, fmt.Errorf("there is no version %s; `layak versions` lists them", cmp.Or(prefix, `""`))
	}
	return bot.VersionInfo{}, fmt.Errorf("%d versions begin with %s; write more of it", len(found), prefix)
}
