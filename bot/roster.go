package bot

import (
	"context"
	"slices"
)

// Roster knows who still works on cases, so that no case stays with somebody who does not look any more. Store is needed.
type Roster struct {
	Store RosterStore
	Chats []string // names of agents who work from a chat
	// Elsewhere reports that an owner is somebody in another system that is connected. Nil: none is.
	Elsewhere func(owner string) bool
}

// RosterStore is what a Roster needs of a Store.
type RosterStore interface {
	// Owners lists who owns open cases: agents, OwnerPhone and OwnerAgent, each once, at most 100.
	Owners(ctx context.Context) ([]string, error)
	Users(ctx context.Context) ([]User, error)
}

// Gone lists the owners of open cases who do not look any more: users who are disabled, names that are in the configuration
// no longer, and OwnerAgent, who is nobody in particular. Whoever writes on the business phone is there.
func (r Roster) Gone(ctx context.Context) ([]string, error) {
	owners, err := r.Store.Owners(ctx)
	if err != nil || len(owners) == 0 {
		return nil, err
	}
	users, err := r.Store.Users(ctx)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(owners, func(owner string) bool { return owner == OwnerPhone || r.works(owner, users) }), nil
}

func (r Roster) works(owner string, users []User) bool {
	if i := slices.IndexFunc(users, func(u User) bool { return u.Name == owner }); i >= 0 {
		return !users[i].Disabled
	}
	return slices.Contains(r.Chats, owner) || r.Elsewhere != nil && r.Elsewhere(owner)
}
