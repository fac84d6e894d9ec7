package waserver

// fate is what becomes of one message of the bot.
type fate struct {
	kind fateKind
	code int
}

type fateKind int

const (
	fateNone     fateKind = iota // delivered and acknowledged
	fateRefuse                   // acknowledged with an error code, not delivered
	fateMute                     // delivered, not acknowledged
	fateSwallow                  // neither
	fateCut                      // the connection breaks before the message gets through
	fateCutAfter                 // the connection breaks between delivery and acknowledgement
)

func (f fate) delivers() bool {
	return f.kind == fateNone || f.kind == fateMute || f.kind == fateCutAfter
}

func (f fate) acknowledges() bool {
	return f.kind == fateNone || f.kind == fateRefuse
}

func (f fate) cuts() bool {
	return f.kind == fateCut || f.kind == fateCutAfter
}

// nextFate takes the fate of the next send. It needs Server.mu.
func (a *Account) nextFate() fate {
	if len(a.fates) == 0 {
		return fate{}
	}
	f := a.fates[0]
	a.fates = a.fates[1:]
	return f
}

// decree plans the same fate for n further sends, after those planned already.
func (a *Account) decree(f fate, n int) {
	a.srv.mu.Lock()
	defer a.srv.mu.Unlock()
	for range n {
		a.fates = append(a.fates, f)
	}
}

// RefuseSends refuses n sends with an error code such as 463 (new chats limited) or 479 (stanza not acceptable). Like
// DropAcks, SwallowSends and CutSends it takes effect after what was planned before.
func (a *Account) RefuseSends(code, n int) {
	a.decree(fate{kind: fateRefuse, code: code}, n)
}

// AcceptSends lets n sends through as usual, to put something between other plans.
func (a *Account) AcceptSends(n int) {
	a.decree(fate{}, n)
}

// DropAcks delivers n sends without acknowledging them: the bot cannot know that they arrived.
func (a *Account) DropAcks(n int) {
	a.decree(fate{kind: fateMute}, n)
}

// SwallowSends loses n sends: neither delivered nor acknowledged.
func (a *Account) SwallowSends(n int) {
	a.decree(fate{kind: fateSwallow}, n)
}

// CutSends breaks the connection at each of n sends, before it is acknowledged and after or before it is delivered.
func (a *Account) CutSends(n int, delivered bool) {
	f := fate{kind: fateCut}
	if delivered {
		f.kind = fateCutAfter
	}
	a.decree(f, n)
}

// ForgetFates returns to normal: what was planned with RefuseSends and its kin no longer holds.
func (a *Account) ForgetFates() {
	a.srv.mu.Lock()
	defer a.srv.mu.Unlock()
	a.fates = nil
}
