package desk

import (
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	tries      = 10          // attempts in a row, from one address or for one name
	tryEvery   = time.Minute // and then one a minute
	maxBuckets = 10_000      // about 2 MB; more addresses at once are an attack, which then meets an empty list
)

// signInLimits bounds attempts to sign in, for each address and for each name.
type signInLimits struct {
	now       func() time.Time
	mu        *sync.Mutex
	byAddress map[string]*rate.Limiter
	byName    map[string]*rate.Limiter
}

func newSignInLimits(now func() time.Time) signInLimits {
	return signInLimits{now, &sync.Mutex{}, map[string]*rate.Limiter{}, map[string]*rate.Limiter{}}
}

// allow counts an attempt and reports whether it may be made.
func (l signInLimits) allow(address, name string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	a := bucket(l.byAddress, address, now)
	if a.TokensAt(now) < 1 { // whoever may not try does not make the list of names longer either
		return false
	}
	n := bucket(l.byName, strings.ToLower(name), now)
	return n.TokensAt(now) >= 1 && a.AllowN(now, 1) && n.AllowN(now, 1)
}

// forgive forgets the attempts of somebody who came in.
func (l signInLimits) forgive(address, name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.byAddress, address)
	delete(l.byName, strings.ToLower(name))
}

func bucket(all map[string]*rate.Limiter, key string, now time.Time) *rate.Limiter {
	if len(key) > maxName {
		key = key[:maxName]
	}
	if b := all[key]; b != nil {
		return b
	}
	if len(all) >= maxBuckets {
		for k, b := range all {
			if b.TokensAt(now) >= tries {
				delete(all, k)
			}
		}
		for k := range all {
			if len(all) < maxBuckets {
				break
			}
			delete(all, k)
		}
	}
	b := rate.NewLimiter(rate.Every(tryEvery), tries)
	all[key] = b
	return b
}
