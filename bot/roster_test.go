package bot_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"layak/bot"
)

// people is a store of owners and users.
type people struct {
	owners []string
	users  []bot.User
	err    error
}

func (p people) Owners(context.Context) ([]string, error)  { return slices.Clone(p.owners), p.err }
func (p people) Users(context.Context) ([]bot.User, error) { return p.users, p.err }

func TestRosterKnowsWhoIsGone(t *testing.T) {
	store := people{
		owners: []string{"agent", "budi", "chatwoot:Ana", "lama", "left", "phone", "sari", "wa-0001", "wa-off"},
		users:  []bot.User{{Name: "sari"}, {Name: "lama", Disabled: true}, {Name: "wa-off", Disabled: true}},
	}
	r := bot.Roster{Store: store, Chats: []string{"budi", "wa-0001", "wa-off"}}
	check := func(want ...string) {
		t.Helper()
		if got, err := r.Gone(t.Context()); err != nil || !slices.Equal(got, want) {
			t.Errorf("gone are %q, %v, want %q", got, err, want)
		}
	}
	check("agent", "chatwoot:Ana", "lama", "left", "wa-off")
	r.Elsewhere = func(owner string) bool { return strings.HasPrefix(owner, "chatwoot:") }
	check("agent", "lama", "left", "wa-off")
	r.Store = people{}
	check()
	r.Store = people{err: errors.New("no disk")}
	if _, err := r.Gone(t.Context()); err == nil {
		t.Error("an error of the store is not told")
	}
}

// The case of somebody who is gone is claimed by one of those who want it, and by nobody of somebody who is there.
func TestClaimFromWhoIsGone(t *testing.T) {
	o, ctx := newOffice(t), t.Context()
	o.agents.Gone = bot.Roster{Store: o.store, Chats: []string{"sari", "budi", "cici", "dedi"}}.Gone
	id, err := o.agents.Open(ctx, "6281100001", "left")
	o.ok(err)
	kept, err := o.agents.Open(ctx, "6281100002", "sari")
	o.ok(err)
	owner, err := o.agents.Claim(ctx, kept, "budi")
	o.is(err, bot.ErrNotOwner)
	if owner != "sari" {
		t.Errorf("the case of somebody who is there went to %q", owner)
	}
	o.is(o.agents.Reply(ctx, id, "budi", "hello"), bot.ErrNotOwner) // not before it is claimed
	names := []string{"budi", "cici", "dedi"}
	var claiming sync.WaitGroup
	owners, errs := make([]string, len(names)), make([]error, len(names))
	for i, name := range names {
		claiming.Go(func() { owners[i], errs[i] = o.agents.Claim(ctx, id, name) })
	}
	claiming.Wait()
	won := 0
	for i := range names {
		switch {
		case errs[i] == nil && owners[i] == names[i]:
			won++
		case !errors.Is(errs[i], bot.ErrNotOwner) || !slices.Contains(names, owners[i]):
			t.Errorf("%s got %q, %v", names[i], owners[i], errs[i])
		}
	}
	card, err := o.store.Card(ctx, id)
	o.ok(err)
	if won != 1 || !slices.Contains(names, card.Owner) {
		t.Errorf("%d won, and %s has it", won, card.Owner)
	}
	if last := card.Audit[len(card.Audit)-1]; last.Who != card.Owner || last.Note != bot.OwnerNote("left", card.Owner) {
		t.Errorf("the log ends in %+v", last)
	}
	o.ok(o.agents.Reply(ctx, id, card.Owner, "hello"))
	o.sees("6281100001@s.whatsapp.net", "hello")

	// One that the bot was paused in by command is anybody's, too.
	_, err = o.store.SetOwner(ctx, card.Chat, card.Owner, bot.OwnerAgent, time.Now())
	o.ok(err)
	owner, err = o.agents.Claim(ctx, id, "sari")
	if err != nil || owner != "sari" {
		t.Errorf("claimed for %q, %v", owner, err)
	}
}
