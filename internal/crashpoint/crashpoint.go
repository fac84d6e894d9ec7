// Package crashpoint lets a test end the program at a chosen point of its work, as a power cut would. Nothing happens in
// a program that was not armed.
package crashpoint

import (
	"os"
	"strconv"
	"strings"
	"sync/atomic"
)

// Variable is the environment variable that names the point: "after_accept" kills the process with SIGKILL when it gets
// there, "after_accept=3" when it gets there for the third time, "hold:after_accept" never lets it pass, so that somebody
// else can kill it. It only counts beside a test server.
const Variable = "LAYAK_TEST_CRASH"

// The points of a message's way.
const (
	BeforeAccept = "before_accept" // received and decrypted, not stored
	AfterAccept  = "after_accept"  // stored, not confirmed to the network
	BeforeCommit = "before_commit" // the turn is worked out, not stored
	AfterCommit  = "after_commit"  // the turn is stored, nothing is sent
	BeforeSend   = "before_send"   // the attempt is counted, the network knows nothing
	BeforeSettle = "before_settle" // the network took the message, which is not stored
)

// plan is where to end.
type plan struct {
	point string
	left  atomic.Int64 // passages until it is due
	hold  bool
}

var armed atomic.Pointer[plan]

// Arm sets the point from the value of Variable. An empty or unreadable value disarms.
func Arm(value string) {
	armed.Store(parse(value))
}

func parse(value string) *plan {
	value, hold := strings.CutPrefix(value, "hold:")
	point, count, counted := strings.Cut(value, "=")
	p := &plan{point: point, hold: hold}
	p.left.Store(1)
	if counted {
		n, err := strconv.ParseInt(count, 10, 64)
		if err != nil || n < 1 {
			return nil
		}
		p.left.Store(n)
	}
	if point == "" {
		return nil
	}
	return p
}

// Here ends the program if it is armed for this point, and never returns then.
func Here(point string) {
	p := armed.Load()
	if p == nil || p.point != point || p.left.Add(-1) > 0 {
		return
	}
	if !p.hold {
		if self, err := os.FindProcess(os.Getpid()); err == nil {
			_ = self.Kill()
		}
	}
	select {} // a signal takes a moment
}
