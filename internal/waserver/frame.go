package waserver

import (
	"bytes"
	"context"
	"crypto/cipher"
	"fmt"

	"github.com/coder/websocket"
	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/proto/waWa6"
)

// maxFrame is the largest length its three bytes can hold.
const maxFrame = 1<<24 - 1

// line carries stanzas over one websocket: frames, and after the handshake their encryption.
// One goroutine may read while another writes.
type line struct {
	ws       *websocket.Conn
	unread   []byte // bytes received beyond the last frame
	in, out  cipher.AEAD
	inCount  uint32
	outCount uint32
}

// newLine wraps a websocket whose handshake has not begun.
func newLine(ws *websocket.Conn) *line {
	ws.SetReadLimit(maxFrame + 64) // a message holds one frame, the first one the header as well
	return &line{ws: ws}
}

// accept performs the handshake and returns the client's static key and payload.
func (l *line) accept(ctx context.Context, own *certificateChain) (static [32]byte, payload *waWa6.ClientPayload, err error) {
	prologue, err := l.readPrologue(ctx)
	if err != nil {
		return static, nil, fmt.Errorf("read header: %w", err)
	}
	noise, err := newNoiseState(prologue)
	if err != nil {
		return static, nil, err
	}
	message, err := l.readFrame(ctx)
	if err != nil {
		return static, nil, fmt.Errorf("read client hello: %w", err)
	}
	answer, ephemeral, err := noise.hello(message, own)
	if err != nil {
		return static, nil, fmt.Errorf("answer client hello: %w", err)
	}
	if err = l.writeFrame(ctx, answer); err != nil {
		return static, nil, fmt.Errorf("send server hello: %w", err)
	}
	if message, err = l.readFrame(ctx); err != nil {
		return static, nil, fmt.Errorf("read client finish: %w", err)
	}
	if static, payload, err = noise.finish(message, ephemeral); err != nil {
		return static, nil, fmt.Errorf("client finish: %w", err)
	}
	l.in, l.out, err = noise.split()
	return static, payload, err
}

// receive returns the next stanza of the client.
func (l *line) receive(ctx context.Context) (*waBinary.Node, error) {
	frame, err := l.readFrame(ctx)
	if err != nil {
		return nil, err
	}
	plain, err := l.in.Open(nil, nonce(l.inCount), frame, nil)
	l.inCount++
	if err != nil {
		return nil, fmt.Errorf("open frame: %w", err)
	} else if len(plain) == 0 {
		return nil, fmt.Errorf("empty frame")
	}
	packed, err := waBinary.Unpack(plain)
	if err != nil {
		return nil, fmt.Errorf("unpack frame: %w", err)
	}
	return waBinary.Unmarshal(packed)
}

// send writes one stanza.
func (l *line) send(ctx context.Context, node waBinary.Node) error {
	plain, err := waBinary.Marshal(node)
	if err != nil {
		return fmt.Errorf("encode %s: %w", node.Tag, err)
	}
	frame := l.out.Seal(nil, nonce(l.outCount), plain, nil)
	l.outCount++
	return l.writeFrame(ctx, frame)
}

// readPrologue takes the four bytes "WA", protocol, dictionary. A routing block may stand before them: "ED", 0, 1 and a
// block with a length of three bytes, which is no part of the prologue.
func (l *line) readPrologue(ctx context.Context) ([]byte, error) {
	header, err := l.take(ctx, 4)
	if err != nil {
		return nil, err
	}
	if bytes.Equal(header, []byte{'E', 'D', 0, 1}) {
		if _, err = l.readFrame(ctx); err != nil {
			return nil, err
		}
		if header, err = l.take(ctx, 4); err != nil {
			return nil, err
		}
	}
	if !bytes.HasPrefix(header, []byte("WA")) {
		return nil, fmt.Errorf("unexpected %q", header)
	}
	return bytes.Clone(header), nil
}

// readFrame returns the next frame, however it was cut into websocket messages.
func (l *line) readFrame(ctx context.Context) ([]byte, error) {
	length, err := l.take(ctx, 3)
	if err != nil {
		return nil, err
	}
	return l.take(ctx, int(length[0])<<16|int(length[1])<<8|int(length[2]))
}

// take returns the next n bytes. They are valid until the following call.
func (l *line) take(ctx context.Context, n int) ([]byte, error) {
	for len(l.unread) < n {
		kind, message, err := l.ws.Read(ctx)
		if err != nil {
			return nil, err
		} else if kind != websocket.MessageBinary {
			return nil, fmt.Errorf("websocket message of kind %v", kind)
		}
		l.unread = append(l.unread, message...)
	}
	taken := l.unread[:n:n]
	l.unread = l.unread[n:]
	return taken, nil
}

// writeFrame sends one frame as one websocket message; clients mis-assemble frames that are spread over several.
func (l *line) writeFrame(ctx context.Context, body []byte) error {
	if len(body) > maxFrame {
		return fmt.Errorf("frame of %d bytes is too long", len(body))
	}
	message := append([]byte{byte(len(body) >> 16), byte(len(body) >> 8), byte(len(body))}, body...)
	return l.ws.Write(ctx, websocket.MessageBinary, message)
}
