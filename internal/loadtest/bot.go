package main

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"layak/internal/waserver"
)

const (
	warmUp     = 3                      // prospects who chat before anything is measured
	quietFor   = 500 * time.Millisecond // without using the processor: what a bot does by itself after a login is done
	quietWait  = 30 * time.Second       // for that
	readyEvery = 5 * time.Millisecond   // between two looks at /readyz
)

// bot is one bot under test.
type bot struct {
	dir  string
	args []string // how it is started
	link []string // how it is linked; nil when it links by itself on the first start
	env  []string
	dsn  string // "": a file in dir
	srv  *waserver.Server
	acc  *waserver.Account
	pid  int
	stop func() error
}

// prepare makes a server and links the bot to it.
func (b *bot) prepare(ctx context.Context) (err error) {
	if b.srv, err = waserver.New(waserver.Options{}); err != nil {
		return err
	}
	b.acc = b.srv.NewAccount("628110000001")
	if err := os.Mkdir(b.dir, 0o700); err != nil {
		return err
	}
	if b.dsn == "" {
		b.dsn = filepath.Join(b.dir, "bot.db")
	}
	key := b.srv.RootKey()
	b.env = append(b.env, "LAYAK_STORAGE_DSN="+b.dsn, "LAYAK_WHATSAPP_TEST_SERVER_URL="+b.srv.URL(),
		"LAYAK_WHATSAPP_TEST_SERVER_ROOT_KEY="+hex.EncodeToString(key[:]), "LAYAK_WHATSAPP_TYPING=false", "LAYAK_WHATSAPP_READ_RECEIPTS=false",
		"LAYAK_LIMITS_CHAT_PER_MINUTE=0", "LAYAK_LIMITS_ACCOUNT_PER_SECOND=0", "LAYAK_LIMITS_LOOP_TURNS=0", "LAYAK_LIMITS_STALE_AFTER=0",
		"LAYAK_OPS_LISTEN=", "LAYAK_DESK_LISTEN=")
	if b.link == nil {
		if err := b.start(ctx, 1); err != nil {
			return err
		}
		if err := b.quiet(ctx); err != nil {
			return err
		}
		return b.stop()
	}
	cmd, ended, err := b.launch(ctx, b.link)
	if err != nil {
		return fmt.Errorf("link: %w", err)
	}
	if err := <-ended; err != nil {
		return fmt.Errorf("link: %w; %s", err, b.lastWords(cmd))
	}
	return nil
}

// close ends the server, and the bot if it runs.
func (b *bot) close() {
	if b.stop != nil {
		_ = b.stop()
	}
	if b.srv != nil {
		_ = b.srv.Close()
	}
}

// start starts the bot and waits until it has logged in so many more times.
func (b *bot) start(ctx context.Context, logins int) error {
	before := b.acc.Logins()
	cmd, ended, err := b.launch(ctx, b.args)
	if err != nil {
		return err
	}
	b.pid = cmd.Process.Pid
	b.stop = sync.OnceValue(func() error {
		_ = cmd.Process.Signal(os.Interrupt)
		return <-ended
	})
	waiting, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		select {
		case err := <-ended:
			ended <- err
			cancel(fmt.Errorf("it ended: %w; %s", err, b.lastWords(cmd)))
		case <-waiting.Done():
		}
	}()
	if err := b.acc.WaitLogins(waiting, before+logins); err != nil {
		if cause := context.Cause(waiting); cause != nil {
			err = cause
		}
		return fmt.Errorf("wait for the login: %w", err)
	}
	return nil
}

// launch starts a program of the bot, and scans the QR code if it shows one. Its end is sent once.
func (b *bot) launch(ctx context.Context, args []string) (*exec.Cmd, chan error, error) {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Dir = b.dir
	cmd.Env = append(os.Environ(), b.env...)
	log, err := os.Create(filepath.Join(b.dir, "stderr.log"))
	if err != nil {
		return nil, nil, err
	}
	defer log.Close()
	cmd.Stderr = log
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, nil, err
	}
	ended := make(chan error, 1)
	go func() {
		scanned := false
		for sc := bufio.NewScanner(out); sc.Scan(); {
			var e struct{ Event, Code string }
			if json.Unmarshal(sc.Bytes(), &e) == nil && e.Event == "qr" && !scanned {
				scanned = true
				go func() { _ = b.acc.Scan(ctx, e.Code) }()
			}
		}
		ended <- cmd.Wait()
	}()
	return cmd, ended, nil
}

// lastWords are the end of what a program wrote to its log.
func (b *bot) lastWords(cmd *exec.Cmd) string {
	data, _ := os.ReadFile(filepath.Join(b.dir, "stderr.log"))
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	return filepath.Base(cmd.Path) + " wrote: " + lines[len(lines)-1]
}

// quiet waits until the bot does nothing any more.
func (b *bot) quiet(ctx context.Context) error {
	last, _ := cpuTime(b.pid)
	for end := time.Now().Add(quietWait); time.Now().Before(end); {
		select {
		case <-time.After(quietFor):
		case <-ctx.Done():
			return ctx.Err()
		}
		now, err := cpuTime(b.pid)
		if err != nil {
			return err
		}
		if now-last <= tick {
			return nil
		}
		last = now
	}
	return nil
}

// ready waits until /readyz on address says so.
func ready(ctx context.Context, address string) error {
	for {
		r, err := http.Get("http://" + address + "/readyz")
		if err == nil {
			_ = r.Body.Close()
			if r.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-time.After(readyEvery):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// measure starts the bot and lets every prospect hold the whole conversation with it.
func (b *bot) measure(ctx context.Context, prospects int, rtt time.Duration) (result, error) {
	defer b.close()
	if err := b.prepare(ctx); err != nil {
		return result{}, err
	}
	if err := b.start(ctx, 1); err != nil {
		return result{}, err
	}
	if _, err := b.load(ctx, b.people("62813", warmUp), conversation); err != nil {
		return result{}, err
	}
	if err := b.quiet(ctx); err != nil {
		return result{}, err
	}
	b.srv.SetRTT(rtt)
	return b.load(ctx, b.people("62812", prospects), conversation)
}

// answerLength is the median length of layak's answers in the conversation, in letters.
func answerLength(ctx context.Context, b *bot) (int, error) {
	defer b.close()
	if err := b.prepare(ctx); err != nil {
		return 0, err
	}
	if err := b.start(ctx, 1); err != nil {
		return 0, err
	}
	people := b.people("62812", 1)
	if _, err := b.load(ctx, people, conversation); err != nil {
		return 0, err
	}
	var lengths []int
	for _, r := range people[0].Received() {
		lengths = append(lengths, utf8.RuneCountInString(r.Text))
	}
	slices.Sort(lengths)
	return lengths[len(lengths)/2], nil
}

func (b *bot) people(prefix string, n int) []*waserver.Prospect {
	people := make([]*waserver.Prospect, n)
	for i := range people {
		people[i] = b.srv.NewProspect(fmt.Sprintf("%s%07d", prefix, i), waserver.ProspectOptions{})
	}
	return people
}

// load lets people say the texts, each after the answer to the one before.
func (b *bot) load(ctx context.Context, people []*waserver.Prospect, texts []string) (result, error) {
	before, err := cpuTime(b.pid)
	if err != nil {
		return result{}, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var mu sync.Mutex
	var trips []time.Duration
	var wg sync.WaitGroup
	start := time.Now()
	for _, p := range people {
		wg.Go(func() {
			for _, text := range texts {
				begin := time.Now()
				_, err := p.Send(ctx, text)
				if err == nil {
					_, err = p.Next(ctx)
				}
				if err != nil {
					cancel(err)
					return
				}
				mu.Lock()
				trips = append(trips, time.Since(begin))
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	took := time.Since(start)
	if err := context.Cause(ctx); err != nil {
		return result{}, err
	}
	after, err := cpuTime(b.pid)
	if err != nil {
		return result{}, err
	}
	slices.Sort(trips)
	r := result{trips: len(trips), took: took, p50: trips[len(trips)/2], p95: trips[len(trips)*95/100], cpu: after - before, rss: resident(b.pid)}
	for _, p := range people {
		r.repeat += len(p.Repeats())
	}
	return r, nil
}

const tick = 10 * time.Millisecond // USER_HZ is 100 on Linux

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
