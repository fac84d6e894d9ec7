package waserver

import (
	"context"
	"maps"
	"slices"

	"go.mau.fi/whatsmeow/types"
)

// Account is a business on WhatsApp: a number, its phone and the linked devices, one of which is the bot.
type Account struct {
	srv    *Server
	number types.JID // plain
	lid    types.JID // plain
	phone  *Phone

	// Guarded by Server.mu.
	bell          bell // rung at every change below and in the devices
	devices       map[deviceID]*device
	lastDevice    deviceID
	pushName      string
	passkey       *passkey // demanded when linking; nil if not
	state         appState
	logins        int
	online        bool // as the bot last said
	sends         []Send
	refusedByBot  int
	fates         []fate
	loginFailures []LoginFailure
}

// NewAccount registers a business under a number in international format; everything but the digits is ignored. A second
// call with the same number returns the same account.
func (s *Server) NewAccount(number string) *Account {
	jid := types.NewJID(plainNumber(number), types.DefaultUserServer)
	s.mu.Lock()
	defer s.mu.Unlock()
	if known, ok := s.users[jid].(*Account); ok {
		return known
	}
	a := &Account{
		srv:      s,
		number:   jid,
		lid:      s.nextLID(),
		devices:  make(map[deviceID]*device),
		pushName: "Toko " + jid.User,
		state:    newAppState(),
	}
	a.phone = &Phone{account: a, person: newPerson(s, a.number, a.lid)}
	a.phone.inbox = inbox{srv: s, open: a.phone.open}
	s.accounts = append(s.accounts, a)
	s.users[a.number], s.users[a.lid] = a, a
	return a
}

// Number is the account's number as a plain JID.
func (a *Account) Number() types.JID { return a.number }

// LID is the account's hidden name as a plain JID.
func (a *Account) LID() types.JID { return a.lid }

// Phone is the account's own phone, device 0.
func (a *Account) Phone() *Phone { return a.phone }

// SetPushName changes the name the phone tells a newly linked device. Call it before the device is linked.
func (a *Account) SetPushName(name string) {
	a.srv.mu.Lock()
	defer a.srv.mu.Unlock()
	a.pushName = name
}

// Linked reports how many devices are linked besides the phone.
func (a *Account) Linked() int {
	return len(a.linked())
}

// LoggedIn reports whether a linked device is connected and receives messages.
func (a *Account) LoggedIn() bool {
	a.srv.mu.Lock()
	defer a.srv.mu.Unlock()
	return a.loggedIn()
}

// Logins counts the logins so far, up to the point where the client asked for its messages.
func (a *Account) Logins() int {
	a.srv.mu.Lock()
	defer a.srv.mu.Unlock()
	return a.logins
}

// WaitLogin waits until a linked device is connected and receives messages. It may see a connection whose client was
// killed a moment ago: use WaitLogins after a restart.
func (a *Account) WaitLogin(ctx context.Context) error {
	return a.srv.await(ctx, &a.bell, "login", a.loggedIn)
}

// WaitLogins waits until there have been at least n logins since the account was made.
func (a *Account) WaitLogins(ctx context.Context, n int) error {
	return a.srv.await(ctx, &a.bell, "logins", func() bool { return a.logins >= n })
}

// WaitOffline waits until no linked device is connected.
func (a *Account) WaitOffline(ctx context.Context) error {
	return a.srv.await(ctx, &a.bell, "disconnection", func() bool { return len(a.live()) == 0 })
}

// WaitLogin waits until a linked device of any account is connected and receives messages, and returns that account.
func (s *Server) WaitLogin(ctx context.Context) (*Account, error) {
	var found *Account
	err := s.await(ctx, &s.bell, "login", func() bool {
		i := slices.IndexFunc(s.accounts, (*Account).loggedIn)
		if i >= 0 {
			found = s.accounts[i]
		}
		return i >= 0
	})
	return found, err
}

// QueueLength counts what linked devices have not acknowledged: messages, receipts, notifications and calls.
func (a *Account) QueueLength() int {
	a.srv.mu.Lock()
	defer a.srv.mu.Unlock()
	return a.queueLength()
}

// WaitQueueEmpty waits until linked devices have acknowledged everything that was sent to them.
func (a *Account) WaitQueueEmpty(ctx context.Context) error {
	return a.srv.await(ctx, &a.bell, "empty queue", func() bool { return a.queueLength() == 0 })
}

// RefusedByBot counts the stanzas that linked devices answered with an error.
func (a *Account) RefusedByBot() int {
	a.srv.mu.Lock()
	defer a.srv.mu.Unlock()
	return a.refusedByBot
}

// self and deviceIDs make Account a user.
func (a *Account) self() *person { return a.phone.person }

func (a *Account) deviceIDs() []deviceID {
	return append([]deviceID{0}, slices.Sorted(maps.Keys(a.devices))...)
}

// linked returns the linked devices in the order of their IDs.
func (a *Account) linked() []*device {
	a.srv.mu.Lock()
	defer a.srv.mu.Unlock()
	return slices.SortedFunc(maps.Values(a.devices), func(x, y *device) int { return int(x.id) - int(y.id) })
}

// live returns the present connections. It needs Server.mu.
func (a *Account) live() []*session {
	var live []*session
	for _, d := range a.devices {
		if d.session != nil {
			live = append(live, d.session)
		}
	}
	return live
}

// loggedIn needs Server.mu.
func (a *Account) loggedIn() bool {
	return slices.ContainsFunc(a.live(), func(c *session) bool { return c.active })
}

// queueLength needs Server.mu.
func (a *Account) queueLength() int {
	n := 0
	for _, d := range a.devices {
		n += len(d.queue)
	}
	return n
}
