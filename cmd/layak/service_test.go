package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.mau.fi/whatsmeow"
	waStore "go.mau.fi/whatsmeow/store"
	"google.golang.org/protobuf/proto"

	"layak/internal/waserver"
)

// patience bounds every wait of these tests; under -race on a busy machine a pairing code alone takes seconds.
const patience = 60 * time.Second

func waiting(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

// place is a folder with a configuration that points at a test server.
type place struct {
	t       *testing.T
	srv     *waserver.Server
	account *waserver.Account
	config  string
	ops     string // address of the health pages
}

// trusted is the server whose certificates those of all tests show. What holds for the whole process is set once, before any
// service runs: tests run beside each other.
var trusted = sync.OnceValue(func() *waserver.Server {
	srv, err := waserver.New(waserver.Options{})
	if err != nil {
		panic(err)
	}
	_ = srv.Close()
	whatsmeow.WACertPubKey, waStore.DeviceProps.Os = srv.RootKey(), proto.String(DefaultConfig().WhatsApp.DeviceName)
	return srv
})

func newPlace(t *testing.T) *place {
	t.Helper()
	srv, err := waserver.New(waserver.Options{Like: trusted()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = srv.Close() })
	p := &place{t: t, srv: srv, account: srv.NewAccount("628110000001"), config: filepath.Join(t.TempDir(), "config.yaml"), ops: freeAddress(t)}
	p.configure("")
	return p
}

// configure writes the configuration, with more lines of the group whatsapp.
func (p *place) configure(more string) {
	p.t.Helper()
	key := p.srv.RootKey()
	text := fmt.Sprintf(`storage: {dsn: layak.db}
whatsapp:
  typing: false
  test_server: {url: "%s", root_key: %s}
%slimits: {chat_per_minute: 0, account_per_second: 0}
ops: {listen: "%s"}
desk: {listen: ""}
`, p.srv.URL(), hex.EncodeToString(key[:]), more, p.ops)
	if err := os.WriteFile(p.config, []byte(text), 0o600); err != nil {
		p.t.Fatal(err)
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	address, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	return address
}

// nextPort makes every address another one. The numbers are below those that systems give to outgoing connections.
var nextPort atomic.Int32

func freePort() (address string, err error) {
	for range 100 {
		address = fmt.Sprintf("127.0.0.1:%d", 12000+(os.Getpid()*97+int(nextPort.Add(1)))%16000)
		var l net.Listener
		if l, err = net.Listen("tcp", address); err == nil {
			return address, l.Close()
		}
	}
	return "", err
}

// process is the program, running in this process.
type process struct {
	t     *testing.T
	stop  context.CancelFunc
	code  chan int
	stdin io.WriteCloser
	out   *lines
	err   *lines
}

// lines keeps what was written and hands it out line by line.
type lines struct {
	mu   sync.Mutex
	all  bytes.Buffer
	next chan string
	done chan struct{}
}

func readLines(r io.Reader) *lines {
	l := &lines{next: make(chan string, 10000), done: make(chan struct{})}
	go func() {
		defer close(l.done)
		defer close(l.next)
		scanner := bufio.NewScanner(r)
		scanner.Buffer(nil, 1<<20)
		for scanner.Scan() {
			l.mu.Lock()
			l.all.WriteString(scanner.Text() + "\n")
			l.mu.Unlock()
			l.next <- scanner.Text()
		}
	}()
	return l
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}

func (p *place) start(args ...string) *process {
	p.t.Helper()
	ctx, stop := context.WithCancel(p.t.Context())
	inR, inW := io.Pipe()
	outR, outW := io.Pipe()
	errR, errW := io.Pipe()
	proc := &process{t: p.t, stop: stop, code: make(chan int, 1), stdin: inW, out: readLines(outR), err: readLines(errR)}
	go func() {
		code := run(ctx, append(args, "--config", p.config), inR, outW, errW, nil)
		_ = outW.Close()
		_ = errW.Close()
		_ = inR.Close()
		proc.code <- code
	}()
	p.t.Cleanup(func() { stop(); _ = inW.Close(); proc.wait() })
	return proc
}

// wait waits for the end and returns the exit code.
func (p *process) wait() int {
	p.t.Helper()
	select {
	case code := <-p.code:
		p.code <- code
		<-p.out.done
		<-p.err.done
		return code
	case <-time.After(patience):
		p.t.Fatalf("the program does not end; it wrote\n%s%s", p.out, p.err)
		return -1
	}
}

// event waits for the line of `link --json` with this event.
func (p *process) event(kind string) map[string]any {
	p.t.Helper()
	return p.find(p.out, "event", kind)
}

// logged waits for the line of the log with this message.
func (p *process) logged(msg string) map[string]any {
	p.t.Helper()
	return p.find(p.err, "msg", msg)
}

func (p *process) find(from *lines, key, value string) map[string]any {
	p.t.Helper()
	deadline := time.After(patience)
	for {
		select {
		case line, ok := <-from.next:
			if !ok {
				p.t.Fatalf("the program ended before %s %q; it wrote\n%s%s", key, value, p.out, p.err)
			}
			var fields map[string]any
			if err := json.Unmarshal([]byte(line), &fields); err != nil {
				p.t.Fatalf("not a JSON object: %s", line)
			}
			if fields[key] == value {
				return fields
			}
		case <-deadline:
			p.t.Fatalf("no %s %q; it wrote\n%s%s", key, value, p.out, p.err)
		}
	}
}

// link links the account by QR code.
func (p *place) link() {
	p.t.Helper()
	proc := p.start("link", "--json")
	if err := p.account.Scan(waiting(p.t), proc.event("qr")["code"].(string)); err != nil {
		p.t.Fatal(err)
	}
	proc.event("paired")
	if code := proc.wait(); code != 0 {
		p.t.Fatalf("link: exit code %d\n%s", code, proc.err)
	}
}

// get returns status and body of a health page.
func (p *place) get(path string) (int, string) {
	p.t.Helper()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Get("http://" + p.ops + path)
	if err != nil {
		p.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return response.StatusCode, string(body)
}
