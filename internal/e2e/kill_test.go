package e2e

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"layak/internal/waserver"
)

// businesses are conversations from the business to the verdict.
var businesses = [][]string{
	{"jual obat herbal kapsul", "sudah", "sudah", "ya benar"},
	{"fintech p2p lending", "1", "ya"},
	{"leasing motor", "1", "1"},
	{"jamu herbal kapsul", "belum", "ya"},
}

// endless is a person who goes through the same conversation again and again.
type endless struct {
	first, again []string // messages of the first round and of every later one
	firstReplies []string
	againReplies []string
}

func newEndless(t *testing.T, business []string) endless {
	t.Helper()
	e := endless{first: append([]string{"halo"}, business...), again: append([]string{"ulang"}, business...)}
	all := inTerminal(t, append(append(append([]string{}, e.first...), e.again...), e.again...)...)
	e.firstReplies, e.againReplies = all[:len(e.first)], all[len(e.first):len(e.first)+len(e.again)]
	for i, text := range all[len(e.first)+len(e.again):] {
		if text != e.againReplies[i] {
			t.Fatalf("the third round differs from the second at %q", e.again[i])
		}
	}
	return e
}

// replies is everything that is answered in so many rounds.
func (e endless) replies(rounds int) []string {
	all := append([]string{}, e.firstReplies...)
	for range rounds - 1 {
		all = append(all, e.againReplies...)
	}
	return all
}

// talk goes on until enough is set, and returns how many rounds were finished.
func (e endless) talk(ctx context.Context, p *waserver.Prospect, enough *atomic.Bool) (rounds int, err error) {
	messages, replies := e.first, e.firstReplies
	for ; rounds == 0 || !enough.Load(); rounds++ {
		for i, m := range messages {
			if _, err := p.Send(ctx, m); err != nil {
				return rounds, fmt.Errorf("round %d, %q: %w", rounds+1, m, err)
			}
			got, err := p.Next(ctx)
			if err != nil {
				return rounds, fmt.Errorf("round %d, no answer to %q: %w", rounds+1, m, err)
			}
			if got.Text != replies[i] {
				return rounds, fmt.Errorf("round %d, to %q came\n%s\nwant\n%s", rounds+1, m, got.Text, replies[i])
			}
		}
		messages, replies = e.again, e.againReplies
	}
	return rounds, nil
}

// seed is printed, and can be given to repeat a run's choices.
func seed(t *testing.T) uint64 {
	t.Helper()
	n := uint64(time.Now().UnixNano())
	if text := os.Getenv(seedVariable); text != "" {
		var err error
		if n, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%s=%d", seedVariable, n)
	return n
}

// TestRandomKills kills the program again and again while people talk to it, anywhere between start and sending. Every
// message is answered, in order, from the right question, with one verdict a conversation; what comes twice has the id
// it had, and there is at most one such message for each kill.
func TestRandomKills(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, dsn string) {
		chance := rand.New(rand.NewPCG(seed(t), 0))
		w := newWorld(t, dsn)
		var people []*waserver.Prospect
		var talks []endless
		for i := range rounds(8, 24) {
			people = append(people, w.person(waserver.ProspectOptions{Addressing: []waserver.Addressing{waserver.ByLID, waserver.ByNumber, waserver.ByHiddenLID}[i%3]}))
			if i < len(businesses) {
				talks = append(talks, newEndless(t, businesses[i]))
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(rounds(90, 240))*time.Second)
		defer cancel()
		var enough atomic.Bool
		var all errgroup.Group
		var mu sync.Mutex
		finished := map[*waserver.Prospect]int{}
		for i, p := range people {
			all.Go(func() error {
				n, err := talks[i%len(talks)].talk(ctx, p, &enough)
				mu.Lock()
				finished[p] = n
				mu.Unlock()
				if err != nil {
					return fmt.Errorf("person %d: %w\nthey have\n%s", i+1, err, transcript(p))
				}
				return nil
			})
		}
		kills := rounds(4, 40)
		for range kills {
			w.killSomewhere(chance)
		}
		enough.Store(true)
		s := w.run()
		if err := all.Wait(); err != nil {
			t.Fatalf("%v\nthe last log:\n%s", err, s.log)
		}
		if err := w.account.WaitQueueEmpty(waiting(t)); err != nil {
			t.Fatal(err)
		}
		w.settled()
		twice, verdicts := 0, 0
		for i, p := range people {
			heardExactly(t, p, talks[i%len(talks)].replies(finished[p]))
			twice += repeats(t, p)
			verdicts += finished[p]
		}
		if twice > kills {
			t.Errorf("%d messages came twice after %d kills", twice, kills)
		}
		if n := w.count(`SELECT COALESCE(SUM(n), 0) FROM verdict_count`); n != verdicts {
			t.Errorf("%d verdicts are stored, %d were given", n, verdicts)
		}
		t.Logf("%d kills, %d messages answered, %d came twice", kills, w.account.SendsSeen(), twice)
	})
}

// killSomewhere starts the service and kills it: at any moment of its start, or after some answers and a little more.
func (w *world) killSomewhere(chance *rand.Rand) {
	w.t.Helper()
	s := w.begin()
	defer s.kill()
	if chance.IntN(4) == 0 {
		time.Sleep(time.Duration(chance.IntN(400)) * time.Millisecond) // any moment is what is looked for
		return
	}
	if err := w.account.WaitSends(waiting(w.t), w.account.SendsSeen()+1+chance.IntN(60)); err != nil {
		w.t.Fatalf("%v\n%s", err, s.log)
	}
	time.Sleep(time.Duration(chance.IntN(3000)) * time.Microsecond)
}
