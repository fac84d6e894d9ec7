// Command loadtest measures layak against a bare whatsmeow echo bot: the same load, from the same simulated prospects,
// through the same local server, one after the other in one run.
//
//	go run ./internal/loadtest -prospects 200 -rtt 80ms
//
// Both bots run as processes of their own on SQLite (WAL, synchronous=FULL), acknowledge a message only after it was
// stored, and answer with texts of the same length; read receipts, typing and limits are off. A round trip is one message
// of a prospect and the answer to it.
package main

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"layak/internal/waserver"
)

// conversation is what each prospect says, to the verdict.
var conversation = []string{"halo", "jual obat herbal kapsul", "sudah", "sudah", "ya benar"}

func main() {
	if len(os.Args) > 1 && os.Args[1] == "echo" {
		if err := echo(os.Args[2:]); err != nil {
			fmt.Fprintln(os.Stderr, "echo:", err)
			os.Exit(1)
		}
		return
	}
	prospects := flag.Int("prospects", 200, "how many people chat at the same time")
	rtt := flag.Duration("rtt", 0, "simulated round trip to the server")
	rounds := flag.Int("rounds", 1, "how often each bot is measured; the medians are shown")
	only := flag.String("only", "", "measure only this bot: echo or layak")
	profile := flag.String("cpuprofile", "", "write a CPU profile of layak to this file")
	flag.Parse()
	if err := compare(*prospects, *rtt, *rounds, *only, *profile); err != nil {
		fmt.Fprintln(os.Stderr, "loadtest:", err)
		os.Exit(1)
	}
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

func compare(prospects int, rtt time.Duration, rounds int, only, profile string) error {
	dir, err := os.MkdirTemp("", "layak-load")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	binary := filepath.Join(dir, "layak")
	build := exec.Command("go", "build", "-o", binary, "./cmd/layak")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("build layak: %w", err)
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	results := map[string][]result{}
	for i := range rounds {
		for _, kind := range []string{"echo", "layak"} {
			if only != "" && only != kind {
				continue
			}
			b := &bot{dir: filepath.Join(dir, fmt.Sprintf("%s-%d", kind, i)), args: []string{binary, "run", "--json"}, link: []string{binary, "link", "--json"}}
			if kind == "echo" {
				b.args, b.link = []string{self, "echo"}, nil
			}
			if profile != "" && kind == "layak" {
				b.env = append(b.env, "LAYAK_CPUPROFILE="+profile)
			}
			r, err := b.measure(prospects, rtt)
			if err != nil {
				return fmt.Errorf("%s: %w", kind, err)
			}
			fmt.Printf("%-6s %5.1f round trips/s  p50 %7s  p95 %7s  CPU %6s a trip  %3d MiB resident  (%d trips in %s, %d repeated)\n", kind, r.perSecond(),
				r.p50.Round(100*time.Microsecond), r.p95.Round(100*time.Microsecond), r.cpuPerTrip().Round(10*time.Microsecond), r.rss>>20, r.trips, r.took.Round(time.Millisecond), r.repeat)
			results[kind] = append(results[kind], r)
		}
	}
	if e, l := results["echo"], results["layak"]; len(e) > 0 && len(l) > 0 {
		fmt.Printf("layak/echo: round trips %.2f, p95 %.2f, CPU %.2f\n", median(l, result.perSecond)/median(e, result.perSecond),
			median(l, func(r result) float64 { return r.p95.Seconds() })/median(e, func(r result) float64 { return r.p95.Seconds() }),
			median(l, func(r result) float64 { return r.cpuPerTrip().Seconds() })/median(e, func(r result) float64 { return r.cpuPerTrip().Seconds() }))
	}
	return nil
}

func median(rs []result, of func(result) float64) float64 {
	values := make([]float64, len(rs))
	for i, r := range rs {
		values[i] = of(r)
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// bot is one bot under test.
type bot struct {
	dir  string
	args []string // how it is started
	link []string // how it is linked; nil when it links by itself on the first start
	env  []string
	srv  *waserver.Server
	acc  *waserver.Account
}

func (b *bot) measure(prospects int, rtt time.Duration) (result, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Minute)
	defer cancel()
	var err error
	if b.srv, err = waserver.New(waserver.Options{}); err != nil {
		return result{}, err
	}
	defer b.srv.Close()
	b.acc = b.srv.NewAccount("628110000001")
	if err := os.Mkdir(b.dir, 0o700); err != nil {
		return result{}, err
	}
	key := b.srv.RootKey()
	b.env = append(b.env, "LAYAK_STORAGE_DSN="+filepath.Join(b.dir, "bot.db"), "LAYAK_WHATSAPP_TEST_SERVER_URL="+b.srv.URL(),
		"LAYAK_WHATSAPP_TEST_SERVER_ROOT_KEY="+hex.EncodeToString(key[:]), "LAYAK_WHATSAPP_TYPING=false", "LAYAK_WHATSAPP_READ_RECEIPTS=false",
		"LAYAK_LIMITS_CHAT_PER_MINUTE=0", "LAYAK_LIMITS_ACCOUNT_PER_SECOND=0", "LAYAK_LIMITS_LOOP_TURNS=0", "LAYAK_LIMITS_STALE_AFTER=0",
		"LAYAK_OPS_LISTEN=", "LAYAK_DESK_LISTEN=")
	if b.link != nil {
		cmd, err := b.start(ctx, b.link)
		if err != nil {
			return result{}, fmt.Errorf("link: %w", err)
		}
		if err := cmd.Wait(); err != nil {
			return result{}, fmt.Errorf("link: %w", err)
		}
	}
	logins := b.acc.Logins()
	cmd, err := b.start(ctx, b.args)
	if err != nil {
		return result{}, err
	}
	defer func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
	}()
	if err := b.acc.WaitLogins(ctx, logins+1); err != nil {
		return result{}, fmt.Errorf("wait for the login: %w", err)
	}
	b.srv.SetRTT(rtt)
	return b.load(ctx, prospects, cmd.Process.Pid)
}

// start starts the bot, and scans the QR code if it shows one.
func (b *bot) start(ctx context.Context, args []string) (*exec.Cmd, error) {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Dir = b.dir
	cmd.Env = append(os.Environ(), b.env...)
	log, err := os.Create(filepath.Join(b.dir, "stderr.log"))
	if err != nil {
		return nil, err
	}
	cmd.Stderr = log
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		scanned := false
		for sc := bufio.NewScanner(out); sc.Scan(); {
			var e struct{ Event, Code string }
			if json.Unmarshal(sc.Bytes(), &e) == nil && e.Event == "qr" && !scanned {
				scanned = true
				go func() { _ = b.acc.Scan(ctx, e.Code) }()
			}
		}
	}()
	return cmd, nil
}

// load lets every prospect hold the whole conversation.
func (b *bot) load(ctx context.Context, n, pid int) (result, error) {
	before, err := cpuTime(pid)
	if err != nil {
		return result{}, err
	}
	var mu sync.Mutex
	var trips []time.Duration
	var failed error
	var wg sync.WaitGroup
	people := make([]*waserver.Prospect, n)
	for i := range people {
		people[i] = b.srv.NewProspect(fmt.Sprintf("62812%07d", i), waserver.ProspectOptions{})
	}
	start := time.Now()
	for _, p := range people {
		wg.Go(func() {
			for _, text := range conversation {
				begin := time.Now()
				if _, err := p.Send(ctx, text); err == nil {
					_, err = p.Next(ctx)
					if err == nil {
						mu.Lock()
						trips = append(trips, time.Since(begin))
						mu.Unlock()
						continue
					}
					mu.Lock()
					failed = err
					mu.Unlock()
				}
				return
			}
		})
	}
	wg.Wait()
	took := time.Since(start)
	if failed != nil {
		return result{}, failed
	}
	after, err := cpuTime(pid)
	if err != nil {
		return result{}, err
	}
	slices.Sort(trips)
	r := result{trips: len(trips), took: took, p50: trips[len(trips)/2], p95: trips[len(trips)*95/100], cpu: after - before, rss: resident(pid)}
	for _, p := range people {
		r.repeat += len(p.Repeats())
	}
	return r, nil
}

// cpuTime returns the CPU time a process has used, from /proc.
func cpuTime(pid int) (time.Duration, error) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(data[strings.LastIndexByte(string(data), ')')+1:]))
	user, err := strconv.ParseInt(fields[11], 10, 64)
	if err != nil {
		return 0, err
	}
	system, err := strconv.ParseInt(fields[12], 10, 64)
	if err != nil {
		return 0, err
	}
	const tick = 10 * time.Millisecond // USER_HZ is 100 on Linux
	return time.Duration(user+system) * tick, nil
}

// resident returns the resident memory of a process in bytes, 0 when it cannot be read.
func resident(pid int) int64 {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0
	}
	pages, _ := strconv.ParseInt(strings.Fields(string(data))[1], 10, 64)
	return pages * int64(os.Getpagesize())
}
