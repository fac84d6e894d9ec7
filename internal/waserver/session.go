package waserver

import (
	"context"
	"net/http"
	"time"

	"github.com/coder/websocket"
	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/proto/waWa6"
	"go.mau.fi/whatsmeow/types"
)

const (
	// A loopback client that has not finished its handshake after 20 s never will; clients wait as long themselves.
	handshakeTimeout = 20 * time.Second
	// Time between the last words and the hang-up. The client forgets what still waits in its queue when the line is cut,
	// so it needs a moment to handle a refusal, and it gives no sign when it has.
	lastWords = 100 * time.Millisecond
)

// session is one connection of one client, from the end of its handshake to its last byte.
type session struct {
	srv     *Server
	line    *line
	ctx     context.Context // ended by hangUp
	hangUp  context.CancelFunc
	static  [32]byte // the client's Noise key
	payload *waWa6.ClientPayload
	out     outbox
	gate    gate

	// Guarded by Server.mu.
	device  *device                           // who logged in; nil while unpaired
	active  bool                              // the device asked for its messages
	linking linking                           // steps of pairing, while unpaired
	replies map[string]func(_ *waBinary.Node) // answers awaited from the client, by query ID
}

// serveChat carries one client from its upgrade to the end of the connection.
func (s *Server) serveChat(w http.ResponseWriter, r *http.Request) {
	if status := s.admit(); status != 0 {
		http.Error(w, http.StatusText(status), status)
		return
	}
	defer s.running.Done()
	ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true}) // the Origin is WhatsApp's, not ours
	if err != nil {
		s.log.Warn("websocket not accepted", "error", err)
		return
	}
	ctx, cancel := context.WithCancel(s.ctx)
	defer cancel()
	defer func() { _ = ws.CloseNow() }()

	sess := &session{srv: s, line: newLine(ws), ctx: ctx, hangUp: cancel, replies: make(map[string]func(*waBinary.Node))}
	sess.out.filled = make(chan struct{}, 1)
	shaking, enough := context.WithTimeout(ctx, handshakeTimeout)
	sess.static, sess.payload, err = sess.line.accept(shaking, s.chain)
	enough()
	if err != nil {
		s.log.Warn("handshake failed", "error", err)
		return
	}
	if !s.enter(sess) {
		return
	}
	defer s.leave(sess)
	sess.greet()
	sess.read()
}

// admit counts a connection as running, or returns the HTTP status it is refused with.
func (s *Server) admit() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return http.StatusServiceUnavailable
	case s.refusals > 0:
		s.refusals--
		return s.refusalAs
	}
	// The HTTP server does not wait for its goroutine once the connection is a websocket.
	s.running.Add(1)
	return 0
}

// enter registers a session and starts its writer.
func (s *Server) enter(sess *session) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.sessions[sess] = struct{}{}
	s.running.Go(sess.write)
	return true
}

// leave forgets a session that has ended.
func (s *Server) leave(sess *session) {
	sess.hangUp()
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sessions, sess)
	sess.active = false
	if d := sess.device; d != nil && d.session == sess {
		d.session = nil
		d.account.bell.ring()
	}
	s.bell.ring()
}

// read handles the client's stanzas one after the other until the line is cut.
func (c *session) read() {
	for {
		node, err := c.line.receive(c.ctx)
		if err != nil || c.gate.pass(c.ctx) != nil {
			return
		}
		c.handle(node)
	}
}

// write sends what is in the outbox, each thing when it is due, until the line is cut.
func (c *session) write() {
	defer c.hangUp()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		next, ok := c.out.take()
		if !ok {
			select {
			case <-c.out.filled:
				continue
			case <-c.ctx.Done():
				return
			}
		}
		if wait := time.Until(next.due); wait > 0 {
			timer.Reset(wait)
			select {
			case <-timer.C:
			case <-c.ctx.Done():
				return
			}
		}
		if c.gate.pass(c.ctx) != nil || next.last {
			return
		}
		if err := c.line.send(c.ctx, next.node); err != nil {
			if c.ctx.Err() == nil {
				c.srv.log.Info("stanza not sent", "tag", next.node.Tag, "error", err)
			}
			return
		}
	}
}

// send puts a stanza into the outbox; it is written one round-trip time later. It never blocks.
func (c *session) send(node waBinary.Node) {
	c.out.put(parcel{node: node, due: time.Now().Add(time.Duration(c.srv.rtt.Load()))})
}

// sendLast sends a stanza and hangs up a moment later.
func (c *session) sendLast(node waBinary.Node) {
	c.send(node)
	c.out.put(parcel{last: true, due: time.Now().Add(time.Duration(c.srv.rtt.Load()) + lastWords)})
}

// ask sends a query of the server's own; then is called in the reader with the answer, unless the line is cut before.
func (c *session) ask(node waBinary.Node, then func(*waBinary.Node)) {
	id := newQueryID()
	attrs := waBinary.Attrs{"from": types.ServerJID, "id": id}
	for name, value := range node.Attrs {
		attrs[name] = value
	}
	node.Attrs = attrs
	c.srv.mu.Lock()
	c.replies[id] = then
	c.srv.mu.Unlock()
	c.send(node)
}

// handle reacts to one stanza of the client.
func (c *session) handle(node *waBinary.Node) {
	c.srv.mu.Lock()
	d := c.device
	c.srv.mu.Unlock()
	switch {
	case node.Tag == "iq":
		c.handleQuery(d, node)
	case node.Tag == "ack" && d == nil:
		// Pairing notifications are not kept, so their acknowledgement means nothing.
	case d == nil:
		if node.Tag != "ib" {
			c.srv.log.Warn("stanza before login", "tag", node.Tag)
		}
	case node.Tag == "message":
		c.handleMessage(d, node)
	case node.Tag == "receipt":
		c.handleReceipt(d, node)
	case node.Tag == "ack":
		d.settleAck(node)
	case node.Tag == "presence":
		c.handlePresence(d, node)
	case node.Tag == "chatstate":
		c.handleChatState(d, node)
	case node.Tag == "ib", node.Tag == "call":
		// Telemetry and call rejections need no answer.
	default:
		c.srv.log.Warn("unknown stanza", "tag", node.Tag)
	}
}
