package whatsapp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/appstate"
	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/store/sqlstore"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"
	"google.golang.org/protobuf/proto"
)

// LinkOptions say how to link, and who talks to the person who does it. Show must be set.
type LinkOptions struct {
	// Phone is the number, in international form, of the phone on which a pairing code is typed. Empty: by QR code.
	Phone string
	// Force links anew although an account is linked. The old login is given up once the new one stands.
	Force bool
	// Show is told what to show. It is called by one goroutine at a time.
	Show func(LinkEvent)
	// Passkey gets the answer of the account's passkey, a JSON object as browsers make it, to the request that was shown.
	// Nil means that there is nobody to ask.
	Passkey func(ctx context.Context) ([]byte, error)
	// Confirm asks whether the phone shows the same code. Nil means that there is nobody to ask.
	Confirm func(ctx context.Context, code string) (bool, error)

	after func(time.Duration) <-chan time.Time // when a code is over; nil: time.After
}

// LinkEvent is one thing to show while linking.
type LinkEvent struct {
	Kind        LinkEventKind
	Code        string          // of LinkQR, LinkCode and LinkConfirm
	PublicKey   json.RawMessage // of LinkPasskey: what the passkey must sign
	ExpiresIn   time.Duration   // how long Code or PublicKey is good for
	EndsIn      time.Duration   // of LinkQR and LinkCode: until then fresh codes follow by themselves
	NeedsAnswer bool            // of LinkConfirm: somebody must compare the code with the phone
	Text        string          // of LinkNotice
}

// LinkEventKind is what a LinkEvent is about.
type LinkEventKind string

// The kinds of LinkEvent.
const (
	LinkQR      LinkEventKind = "qr"
	LinkCode    LinkEventKind = "pairing_code"
	LinkPasskey LinkEventKind = "passkey_request"
	LinkConfirm LinkEventKind = "passkey_confirm"
	LinkNotice  LinkEventKind = "notice" // something for the person to do
)

// Linked is the outcome of Link.
type Linked struct {
	JID     string // the account's address, with the device number
	Already bool   // nothing was done, because an account was linked before
}

const (
	// firstCodeTime and nextCodeTime are how long WhatsApp accepts each QR code of a set; there are six. A pairing code is
	// good for as long as a set.
	firstCodeTime = 60 * time.Second
	nextCodeTime  = 20 * time.Second
	setTime       = firstCodeTime + 5*nextCodeTime
	// linkSets is how many sets, or pairing codes, are shown before nobody seems to be there: eight minutes, enough to find
	// the phone. Each one is a connection of an unlinked device, so it must not go on for ever.
	linkSets = 3
	// passkeyTime is how long an answer to a passkey request spares the person the comparison of codes.
	passkeyTime = 5 * time.Minute
	// loginTime bounds the first login after pairing: a reconnect and the upload of keys.
	loginTime = 2 * time.Minute
	// settleTime bounds the wait for what the server had ready at that login.
	settleTime = 5 * time.Second
	// logoutTime bounds the attempt to log out a login that is given up.
	logoutTime = 15 * time.Second
)

// Link links an account, and returns after the first login that follows. A *LoginError says that WhatsApp, or the person,
// did not let it; an error that wraps ErrKeys that the login could not be stored.
func Link(ctx context.Context, cfg Config, opts LinkOptions) (Linked, error) {
	box, err := openKeys(ctx, cfg)
	if err != nil {
		return Linked{}, err
	}
	old, err := box.GetAllDevices(ctx)
	if err != nil {
		return Linked{}, fmt.Errorf("%w: %w", ErrKeys, err)
	}
	if len(old) > 0 && !opts.Force {
		return Linked{JID: old[0].ID.String(), Already: true}, nil
	}
	if cfg.DeviceName != "" && cfg.DeviceName != store.DeviceProps.GetOs() { // a variable of the whole process
		store.DeviceProps.Os = proto.String(cfg.DeviceName)
	}
	l := &linking{cfg: cfg, opts: opts, box: box, events: make(chan any, 64), settings: map[appstate.WAPatchName]bool{}}
	jid, err := l.pair(ctx)
	if err != nil {
		return Linked{}, err
	}
	for _, device := range old {
		if *device.ID == jid {
			continue // the same place in the account's list: replaced already
		}
		if err := l.giveUp(ctx, device); err != nil {
			return Linked{}, err
		}
	}
	return Linked{JID: jid.String()}, nil
}

// linking is one attempt to link.
type linking struct {
	cfg    Config
	opts   LinkOptions
	box    *sqlstore.Container
	client *whatsmeow.Client
	events chan any
	alive  context.Context // of its connections
	end    context.CancelFunc

	// deadline is when the attempt ends: one for all codes, moved only when a new step begins.
	deadline time.Time
	sets     int              // sets of codes that were begun
	setEnds  time.Time        // when the present one ends
	codes    []string         // QR codes of it that were not shown yet
	next     <-chan time.Time // when to show the next; nil while none is shown
	paired   *events.PairSuccess
	asked    chan answer                   // what the person answered
	loggedIn bool                          // after pairing
	caughtUp bool                          // everything that waited at the server has come
	settings map[appstate.WAPatchName]bool // the phone's settings that were read
}

// answer is the outcome of something a person was asked.
type answer struct {
	passkey   []byte
	confirmed bool
	err       error
}

func linkFailed(format string, args ...any) error {
	return &LoginError{Reason: NotLinked, text: fmt.Sprintf(format, args...)}
}

// unreached says why there is no connection: in plain words where it is the network, with the system's own behind.
func (l *linking) unreached(err error) string {
	host := "web.whatsapp.com"
	if l.cfg.TestServer != nil {
		host = l.cfg.TestServer.host
	}
	if network := (*net.OpError)(nil); errors.As(err, &network) {
		return fmt.Sprintf("no connection to %s; check the network (%s)", host, Mask(network.Error()))
	}
	return Mask(err.Error())
}

// pair runs the attempt up to the first login.
func (l *linking) pair(ctx context.Context) (types.JID, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	l.client = newClient(l.cfg, l.box.NewDevice())
	l.client.AddEventHandlerWithSuccessStatus(func(evt any) bool {
		switch e := evt.(type) {
		case *events.Message:
			// Nobody is here to answer: WhatsApp delivers it again to `layak run`. The phone's own keys and settings are
			// the library's.
			return e.Info.Category == "peer"
		case *events.UndecryptableMessage:
			return false
		}
		select {
		case l.events <- evt:
		case <-ctx.Done():
		}
		return true
	})
	l.alive, l.end = context.WithCancel(context.WithoutCancel(ctx))
	defer l.end()
	if err := l.connect(ctx); err != nil {
		return types.JID{}, fmt.Errorf("connect to WhatsApp: %s", l.unreached(err))
	}
	defer l.client.Disconnect()
	l.asked = make(chan answer, 1)
	l.deadline = time.Now().Add(loginTime) // for the first code to come
	for {
		timer := time.NewTimer(time.Until(l.deadline))
		select {
		case <-ctx.Done():
			timer.Stop()
			return types.JID{}, ctx.Err()
		case <-timer.C:
			return types.JID{}, l.late()
		case <-l.next:
			if err := l.codeOver(ctx); err != nil {
				timer.Stop()
				return types.JID{}, err
			}
		case a := <-l.asked:
			if err := l.answered(ctx, a); err != nil {
				return types.JID{}, err
			}
		case evt := <-l.events:
			done, err := l.observe(ctx, evt)
			if err != nil || done {
				timer.Stop()
				if err == nil {
					l.settle(ctx)
				}
				return l.account(), err
			}
		}
		timer.Stop()
	}
}

// connect dials. Its connection is ended by Disconnect and outlives ctx until then: the library races with itself where both
// end one at once.
func (l *linking) connect(ctx context.Context) error {
	defer context.AfterFunc(ctx, l.end)()
	return l.client.ConnectContext(l.alive)
}

// account is the address the login stands for.
func (l *linking) account() types.JID {
	if id := l.client.Store.ID; id != nil {
		return *id
	}
	return types.JID{}
}

// late says what the person did not do in time.
func (l *linking) late() error {
	if l.paired != nil {
		return linkFailed("the phone linked this device, but WhatsApp did not let it log in; run: layak link --force")
	}
	return linkFailed("nobody linked the account in time; run: layak link")
}

// observe takes one event, and reports true once the account is logged in.
func (l *linking) observe(ctx context.Context, evt any) (done bool, err error) {
	if refused := loginError(evt); refused != nil {
		return false, refused
	}
	switch e := evt.(type) {
	case *events.QR:
		return false, l.begin(ctx, e.Codes)
	case *events.RotateADVSecret:
		for i := range l.codes {
			l.codes[i] = strings.Replace(l.codes[i], e.OldSecret, e.NewSecret, 1)
		}
	case *events.QRScannedWithoutMultidevice:
		l.opts.Show(LinkEvent{Kind: LinkNotice, Text: "the phone does not allow linked devices yet: update WhatsApp on it, then scan the same code again"})
	case *events.PairPasskeyRequest:
		return false, l.askPasskey(ctx, e)
	case *events.PairPasskeyConfirmation:
		l.askConfirmation(ctx, e)
	case *events.PairPasskeyError:
		return false, linkFailed("the passkey was not accepted: %s; %s", Mask(e.Error.Error()), passkeyWayOut)
	case *events.PairError:
		return false, linkFailed("the account could not be linked: %s; run: layak link", Mask(e.Error.Error()))
	case *events.PairSuccess:
		l.paired, l.codes, l.next = e, nil, nil
		l.deadline = time.Now().Add(loginTime)
	case *events.Disconnected:
		switch {
		case l.paired != nil || l.client.IsConnected(): // it connects again, or has done so
		case l.next != nil: // it does so at the end of a set
			return false, l.renew(ctx)
		default:
			return false, linkFailed("WhatsApp closed the connection before the account was linked; run: layak link")
		}
	case *events.Connected:
		l.loggedIn = l.paired != nil
	default:
		l.arrived(evt)
	}
	return l.loggedIn, nil
}

// arrived notes what comes with the first login, which can be told before the login is.
func (l *linking) arrived(evt any) {
	switch e := evt.(type) {
	case *events.OfflineSyncCompleted:
		l.caughtUp = l.paired != nil
	case *events.AppStateSyncComplete:
		l.settings[e.Name] = true
	}
}

// begin shows the first code of a set, of one kind or the other.
func (l *linking) begin(ctx context.Context, codes []string) error {
	l.sets++
	if l.sets == 1 {
		l.deadline = time.Now().Add(linkSets * setTime)
	}
	l.setEnds = time.Now().Add(firstCodeTime + time.Duration(len(codes)-1)*nextCodeTime)
	if l.setEnds.After(l.deadline) {
		l.setEnds = l.deadline
	}
	if l.opts.Phone == "" {
		l.codes = codes
		l.showCode()
		return nil
	}
	// The server checks that it looks like a browser on a system it knows.
	code, err := l.client.PairPhone(ctx, l.opts.Phone, true, whatsmeow.PairClientChrome, "Chrome (Linux)")
	if err != nil {
		return linkFailed("WhatsApp gives no pairing code for this number: %s; check the number, with its country code, or link by QR code", Mask(err.Error()))
	}
	l.show(LinkCode, code, time.Until(l.setEnds))
	return nil
}

// showCode shows the next QR code of the set.
func (l *linking) showCode() {
	code := l.codes[0]
	l.codes = l.codes[1:]
	// How much time the codes after this one have is how much of the set's is not this one's.
	l.show(LinkQR, code, time.Until(l.setEnds)-time.Duration(len(l.codes))*nextCodeTime)
}

// show shows a code, and sets the time of what follows it.
func (l *linking) show(kind LinkEventKind, code string, good time.Duration) {
	after := l.opts.after
	if after == nil {
		after = time.After
	}
	l.next = after(good)
	l.opts.Show(LinkEvent{Kind: kind, Code: code, ExpiresIn: good, EndsIn: time.Until(l.deadline)})
}

// codeOver follows the end of a code's time.
func (l *linking) codeOver(ctx context.Context) error {
	if len(l.codes) == 0 {
		return l.renew(ctx)
	}
	l.showCode()
	return nil
}

// renew asks for another set, which comes with a new connection, unless there were enough.
func (l *linking) renew(ctx context.Context) error {
	l.codes, l.next = nil, nil
	if l.sets == linkSets {
		return l.late()
	}
	l.client.Disconnect()
	if err := l.connect(ctx); err != nil {
		return fmt.Errorf("connect to WhatsApp for a fresh code: %s", l.unreached(err))
	}
	return nil
}

const passkeyWayOut = "remove the passkey of the account on the phone (Settings, Account, Passkeys), or link another account"

// askPasskey asks for a signature that only a browser or a security key can make.
func (l *linking) askPasskey(ctx context.Context, e *events.PairPasskeyRequest) error {
	request, err := json.Marshal(e.PublicKey)
	if err != nil {
		return linkFailed("the passkey request cannot be read: %s; %s", err, passkeyWayOut)
	}
	good := passkeyTime
	if asked := time.Duration(e.PublicKey.Timeout) * time.Millisecond; asked > 0 && asked < good {
		good = asked
	}
	l.codes, l.next = nil, nil // scanned already
	l.deadline = time.Now().Add(good)
	l.opts.Show(LinkEvent{Kind: LinkPasskey, PublicKey: request, ExpiresIn: good})
	if l.opts.Passkey == nil {
		return linkFailed("this account wants a passkey, and there is nobody to ask for it; %s", passkeyWayOut)
	}
	go func() {
		signed, err := l.opts.Passkey(ctx)
		l.asked <- answer{passkey: signed, err: err}
	}()
	return nil
}

// askConfirmation asks whether the phone shows the same code, where that is needed.
func (l *linking) askConfirmation(ctx context.Context, e *events.PairPasskeyConfirmation) {
	needed := !e.SkipHandoffUX
	l.opts.Show(LinkEvent{Kind: LinkConfirm, Code: e.Code, NeedsAnswer: needed, ExpiresIn: time.Until(l.deadline)})
	go func() {
		a := answer{confirmed: true}
		if needed {
			if l.opts.Confirm == nil {
				a = answer{err: errors.New("there is nobody to compare the codes")}
			} else {
				a.confirmed, a.err = l.opts.Confirm(ctx, e.Code)
			}
		}
		l.asked <- a
	}()
}

// answered passes on what the person answered.
func (l *linking) answered(ctx context.Context, a answer) error {
	switch {
	case a.err != nil:
		return linkFailed("this account wants a passkey: %s; %s", a.err, passkeyWayOut)
	case a.passkey != nil:
		var response types.WebAuthnResponse
		if err := json.Unmarshal(a.passkey, &response); err != nil {
			return linkFailed("the passkey's answer is not the JSON that was asked for: %s", err)
		}
		if err := l.client.SendPasskeyResponse(ctx, &response); err != nil {
			return linkFailed("the passkey was not accepted: %s; %s", Mask(err.Error()), passkeyWayOut)
		}
	case !a.confirmed:
		return linkFailed("the codes differ, so somebody else may be linking: nothing was linked")
	default:
		if err := l.client.SendPasskeyConfirmation(ctx); err != nil {
			return linkFailed("the passkey was not accepted: %s; %s", Mask(err.Error()), passkeyWayOut)
		}
	}
	return nil
}

// settle lets the server hand over what it had ready, and the phone its settings, so that it sees the device at work. What
// does not come in time comes to `layak run`.
func (l *linking) settle(ctx context.Context) {
	timer := time.NewTimer(settleTime)
	defer timer.Stop()
	for !l.caughtUp || len(l.settings) < len(appstate.AllPatchNames) {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
			return
		case evt := <-l.events:
			l.arrived(evt)
		}
	}
}

// giveUp logs an older login out, so that it does not stay in the phone's list, and forgets it. WhatsApp may have ended it
// long ago, or not be reachable with it: then it is only forgotten.
func (l *linking) giveUp(ctx context.Context, device *store.Device) error {
	id := *device.ID
	limited, cancel := context.WithTimeout(ctx, logoutTime)
	defer cancel()
	client := newClient(l.cfg, device)
	client.EnableAutoReconnect = false
	up := make(chan struct{}, 1)
	client.AddEventHandlerWithSuccessStatus(func(evt any) bool {
		// By then the library has nothing left to do that the end of the login would disturb.
		_, quiet := evt.(*events.OfflineSyncCompleted)
		if quiet || loginError(evt) != nil {
			select {
			case up <- struct{}{}:
			default:
			}
		}
		_, message := evt.(*events.Message)
		return !message
	})
	if err := client.ConnectContext(limited); err == nil {
		select {
		case <-up:
			if err := logOut(limited, client, id); err != nil {
				l.cfg.Log.Warn("the earlier login could not be logged out; remove it on the phone", "error", Mask(err.Error()))
			}
		case <-limited.Done():
		}
		client.Disconnect()
	}
	return forget(ctx, l.box, id)
}

// logOut takes a login off the phone's list. Client.Logout also ends the client's store while the library may still be reading
// it for what came just before; here the keys are removed afterwards, through another store.
func logOut(ctx context.Context, client *whatsmeow.Client, id types.JID) error {
	//lint:ignore SA1019 the mark says that it may change between versions; ours is fixed, and tests call this
	_, err := client.DangerousInternals().SendIQ(ctx, whatsmeow.DangerousInfoQuery{
		Namespace: "md", Type: "set", To: types.ServerJID,
		Content: []waBinary.Node{{Tag: "remove-companion-device", Attrs: waBinary.Attrs{"jid": id, "reason": "user_initiated"}}},
	})
	return err
}
