// Command loadtest measures layak against a bare whatsmeow echo bot: the same load, from the same simulated prospects,
// through the same local server, in turns within one run.
//
//	go run ./internal/loadtest -prospects 200 -rtt 80ms -rounds 3
//
// Both bots run as processes of their own on SQLite with the same settings (WAL, synchronous=FULL, secure_delete, one
// connection that writes), were linked and have uploaded their keys before, acknowledge a message only after it was handled,
// and answer with texts of the same length, which is measured first; read receipts, typing and limits are off. A round trip
// is one message of a prospect and the answer to it.
//
// Other figures, of layak alone:
//
//	go run ./internal/loadtest -queued 3000       # messages that came while it was away
//	go run ./internal/loadtest -contacts 10000    # stored contacts that all write twice: memory
//	go run ./internal/loadtest -stored 1000000    # stored contacts: start until ready, memory when idle
//	go run ./internal/loadtest -postgres postgres://…  # on an empty Postgres database, beside the echo bot on SQLite
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"time"
)

// conversation is what each prospect says, to the verdict.
var conversation = []string{"halo", "jual obat herbal kapsul", "sudah", "sudah", "ya benar"}

// patience bounds a whole run.
const patience = 30 * time.Minute

// options are the flags.
type options struct {
	prospects, rounds        int
	rtt                      time.Duration
	only, profile, postgres  string
	queued, contacts, stored int
}

func main() {
	var o options
	flag.IntVar(&o.prospects, "prospects", 200, "how many people chat at the same time")
	flag.DurationVar(&o.rtt, "rtt", 0, "simulated round trip to the server")
	flag.IntVar(&o.rounds, "rounds", 1, "how often each bot is measured, in turns; the medians are compared")
	flag.StringVar(&o.only, "only", "", "measure only this bot: echo or layak")
	flag.StringVar(&o.profile, "cpuprofile", "", "write a CPU profile of layak to this file")
	flag.StringVar(&o.postgres, "postgres", "", "address of an empty Postgres database for layak; for one round")
	flag.IntVar(&o.queued, "queued", 0, "let layak find so many messages when it starts")
	flag.IntVar(&o.contacts, "contacts", 0, "let so many stored contacts write to layak twice each")
	flag.IntVar(&o.stored, "stored", 0, "start layak on so many stored contacts")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if flag.Arg(0) == "echo" {
		if err := echo(ctx); err != nil {
			fmt.Fprintln(os.Stderr, "echo:", err)
			os.Exit(1)
		}
		return
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "loadtest:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	if o.postgres != "" && o.rounds > 1 {
		return errors.New("-postgres is for one round: the database must be empty")
	}
	dir, err := os.MkdirTemp("", "layak-load")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	binary := filepath.Join(dir, "layak")
	build := exec.CommandContext(ctx, "go", "build", "-o", binary, "./cmd/layak")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("build layak: %w", err)
	}
	layak := func(name string) *bot {
		b := &bot{dir: filepath.Join(dir, name), args: []string{binary, "run", "--json"}, link: []string{binary, "link", "--json"}}
		if o.profile != "" {
			b.env = append(b.env, "LAYAK_CPUPROFILE="+o.profile)
		}
		return b
	}
	switch {
	case o.queued > 0:
		return queued(ctx, layak("queued"), o.queued)
	case o.contacts > 0:
		return contacts(ctx, layak("contacts"), o.contacts)
	case o.stored > 0:
		return stored(ctx, layak("stored"), o.stored)
	}
	return compare(ctx, o, layak)
}

// compare measures both bots under the same load.
func compare(ctx context.Context, o options, layak func(name string) *bot) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	length, err := answerLength(ctx, layak("length"))
	if err != nil {
		return err
	}
	fmt.Printf("median answer of layak: %d letters\n", length)
	results := map[string][]result{}
	for i := range o.rounds {
		kinds := []string{"echo", "layak"}
		if i%2 == 1 {
			slices.Reverse(kinds)
		}
		for _, kind := range kinds {
			if o.only != "" && o.only != kind {
				continue
			}
			b := layak(fmt.Sprintf("layak-%d", i))
			b.dsn = o.postgres
			if kind == "echo" {
				b = &bot{dir: filepath.Join(filepath.Dir(b.dir), fmt.Sprintf("echo-%d", i)), args: []string{self, "echo"}, env: []string{fmt.Sprintf("%s=%d", echoLength, length)}}
			}
			r, err := b.measure(ctx, o.prospects, o.rtt)
			if err != nil {
				return fmt.Errorf("%s: %w", kind, err)
			}
			fmt.Printf("%-6s %s\n", kind, r)
			results[kind] = append(results[kind], r)
		}
	}
	if e, l := results["echo"], results["layak"]; len(e) > 0 && len(l) > 0 {
		ratio := func(of func(result) float64) float64 { return median(l, of) / median(e, of) }
		fmt.Printf("layak/echo, medians of %d: round trips %.2f, p50 %.2f, p95 %.2f, CPU %.2f\n", o.rounds, ratio(result.perSecond),
			ratio(func(r result) float64 { return r.p50.Seconds() }), ratio(func(r result) float64 { return r.p95.Seconds() }),
			ratio(func(r result) float64 { return r.cpuPerTrip().Seconds() }))
	}
	return nil
}

// result is one measurement.
type result struct {
	trips  int
	took   time.Duration
	p50    time.Duration
	p95    time.Duration
	cpu    time.Duration // of the bot's process, user and system
	rss    int64         // bytes resident at the end
	repeat int           // messages that came twice
}

func (r result) perSecond() float64 { return float64(r.trips) / r.took.Seconds() }

func (r result) cpuPerTrip() time.Duration { return r.cpu / time.Duration(max(1, r.trips)) }

// String is a line of the report.
func (r result) String() string {
	return fmt.Sprintf("%5.1f round trips/s  p50 %7s  p95 %7s  CPU %6s a trip  %3d MiB resident  (%d trips in %s, %d repeated)", r.perSecond(),
		r.p50.Round(100*time.Microsecond), r.p95.Round(100*time.Microsecond), r.cpuPerTrip().Round(10*time.Microsecond), r.rss>>20, r.trips,
		r.took.Round(time.Millisecond), r.repeat)
}

func median(rs []result, of func(result) float64) float64 {
	values := make([]float64, len(rs))
	for i, r := range rs {
		values[i] = of(r)
	}
	slices.Sort(values)
	return values[len(values)/2]
}
