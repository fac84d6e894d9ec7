package bot

import (
	"sync"
	"time"

	"layak/flows"
)

// sameTexts is how often in a row one text may come before it counts as a loop. People repeat a yes or no for each of a
// handful of questions; a machine repeats itself for ever.
const sameTexts = 10

// loopGuard notices chats in which something answers our answers. It counts in memory: after a restart it takes one more
// round to notice.
type loopGuard struct {
	turns  int
	window time.Duration

	mu    sync.Mutex
	chats map[ChatKey]*recent
	swept time.Time
}

// recent is what a chat wrote within the window.
type recent struct {
	at   []time.Time // oldest first, at most turns+1 of them
	text string
	same int // how often text came in a row
}

func newLoopGuard(turns int, window time.Duration) *loopGuard {
	return &loopGuard{turns: turns, window: window, chats: map[ChatKey]*recent{}}
}

// looping counts an input and reports whether the chat is in a loop. A chat that stays quiet for a window is forgotten.
func (g *loopGuard) looping(key ChatKey, in flows.Input, now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if now.Sub(g.swept) > g.window {
		g.swept = now
		for k, r := range g.chats {
			if now.Sub(r.at[len(r.at)-1]) > g.window {
				delete(g.chats, k)
			}
		}
	}
	r := g.chats[key]
	if r == nil || now.Sub(r.at[len(r.at)-1]) > g.window {
		r = &recent{}
		g.chats[key] = r
	}
	for len(r.at) > 0 && (now.Sub(r.at[0]) > g.window || len(r.at) > g.turns) {
		r.at = r.at[1:]
	}
	r.at = append(r.at, now)
	if in.Kind == flows.InputText && in.Text == r.text {
		r.same++
	} else {
		r.text, r.same = in.Text, 1
	}
	return len(r.at) > g.turns || r.same > sameTexts
}
