package whatsapp

import (
	"context"
	"database/sql"
	"strings"
	"sync"
	"time"

	"go.mau.fi/util/dbutil"
	"go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/types"
)

// rememberKeys spares the database questions and writes that come with every message and hardly ever change anything.
func rememberKeys(device *store.Device, db *dbutil.Database) {
	if _, done := device.Identities.(*knownIdentities); done || device.ID == nil {
		return // before linking there are no keys
	}
	known := &knownIdentities{
		IdentityStore: device.Identities, db: db, known: map[string]map[string][32]byte{}, migrated: map[string]bool{},
	}
	device.Identities = known
	device.Sessions = movingSessions{device.Sessions, known}
	device.PrivacyTokens = tokens{device.PrivacyTokens, db, device.ID.String(), device.LIDs}
}

// manyPeople bounds whose keys are remembered: at 300 bytes each, 6 MB for more people than write in a day.
const manyPeople = 20_000

// knownIdentities remembers which identity keys the database holds. The library stores the key of a person three times
// for each round trip, though it only changes with a new phone.
type knownIdentities struct {
	store.IdentityStore
	db *dbutil.Database

	mu       sync.Mutex
	known    map[string]map[string][32]byte // what is committed for certain, by person and address
	migrated map[string]bool                // numbers whose keys were moved to the hidden id
	changes  int                            // how often something was forgotten
}

// PutIdentity implements store.IdentityStore.
func (k *knownIdentities) PutIdentity(ctx context.Context, address string, key [32]byte) error {
	known, ok, changes := k.look(address)
	if ok && known == key {
		return nil
	}
	if ok || inTransaction(ctx, k.db) { // a transaction may yet be undone
		return k.changing(func() error { return k.IdentityStore.PutIdentity(ctx, address, key) }, personOf(address))
	}
	err := k.IdentityStore.PutIdentity(ctx, address, key)
	if err == nil {
		k.remember(address, key, changes)
	}
	return err
}

// IsTrustedIdentity implements store.IdentityStore.
func (k *knownIdentities) IsTrustedIdentity(ctx context.Context, address string, key [32]byte) (bool, error) {
	if known, ok, _ := k.look(address); ok {
		return known == key, nil
	}
	return k.IdentityStore.IsTrustedIdentity(ctx, address, key)
}

// DeleteIdentity implements store.IdentityStore.
func (k *knownIdentities) DeleteIdentity(ctx context.Context, address string) error {
	return k.changing(func() error { return k.IdentityStore.DeleteIdentity(ctx, address) }, personOf(address))
}

// DeleteAllIdentities implements store.IdentityStore.
func (k *knownIdentities) DeleteAllIdentities(ctx context.Context, person string) error {
	return k.changing(func() error { return k.IdentityStore.DeleteAllIdentities(ctx, person) }, person)
}

// look returns the key of an address, if it is known, and how often something was forgotten until now.
func (k *knownIdentities) look(address string) (key [32]byte, ok bool, changes int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	key, ok = k.known[personOf(address)][address]
	return key, ok, k.changes
}

// remember keeps a key that was stored, unless something was forgotten since: it may have been this one.
func (k *knownIdentities) remember(address string, key [32]byte, changes int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.changes != changes {
		return
	}
	if len(k.known) >= manyPeople {
		clear(k.known)
	}
	person := personOf(address)
	if k.known[person] == nil {
		k.known[person] = map[string][32]byte{}
	}
	k.known[person][address] = key
}

func (k *knownIdentities) forget(people []string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, p := range people {
		delete(k.known, p)
	}
	k.changes++
}

// changing forgets people before a change, so that nothing old is taken for true, and after it, so that nothing old was
// remembered meanwhile.
func (k *knownIdentities) changing(change func() error, people ...string) error {
	k.forget(people)
	defer k.forget(people)
	return change()
}

// personOf is the part of an address of the encryption that all devices of a person share.
func personOf(address string) string {
	person, _, _ := strings.Cut(address, ":")
	return person
}

// movingSessions notices keys that move from a number to its hidden id.
type movingSessions struct {
	store.SessionStore
	known *knownIdentities
}

// MigratePNToLID implements store.SessionStore. It is called for every message from a number, and the library only does it
// once.
func (s movingSessions) MigratePNToLID(ctx context.Context, pn, lid types.JID) error {
	number := pn.SignalAddressUser()
	if s.known.wasMigrated(number) {
		return nil
	}
	migrate := func() error { return s.SessionStore.MigratePNToLID(ctx, pn, lid) }
	return s.known.changing(migrate, number, lid.SignalAddressUser())
}

// wasMigrated reports whether it was asked before.
func (k *knownIdentities) wasMigrated(number string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.migrated[number] {
		return true
	}
	if len(k.migrated) >= manyPeople {
		clear(k.migrated)
	}
	k.migrated[number] = true
	return false
}

func inTransaction(ctx context.Context, db *dbutil.Database) bool {
	_, in := db.Execable(ctx).(dbutil.Transaction)
	return in
}

// tokens finds the token that goes with a message by its key. The library's own question looks through those of everybody.
type tokens struct {
	store.PrivacyTokenStore
	db   *dbutil.Database
	own  string
	lids store.LIDStore
}

// The newest is picked here: sorting would cost several times what finding does.
const tokenQuery = `
	SELECT token, timestamp, sender_timestamp FROM whatsmeow_privacy_tokens WHERE our_jid = $1 AND their_jid IN ($2, $3)`

// GetPrivacyToken implements store.PrivacyTokenStore.
func (t tokens) GetPrivacyToken(ctx context.Context, user types.JID) (*store.PrivacyToken, error) {
	user = user.ToNonAD()
	alt, err := t.otherAddress(ctx, user)
	if err != nil {
		return nil, err
	}
	rows, err := t.db.Query(ctx, tokenQuery, t.own, user.String(), alt.String())
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var newest *store.PrivacyToken
	for rows.Next() {
		token := store.PrivacyToken{User: user}
		var at int64
		var sent sql.NullInt64
		if err := rows.Scan(&token.Token, &at, &sent); err != nil {
			return nil, err
		}
		token.Timestamp = time.Unix(at, 0)
		if sent.Valid {
			token.SenderTimestamp = time.Unix(sent.Int64, 0)
		}
		if newest == nil || token.Timestamp.After(newest.Timestamp) {
			newest = &token
		}
	}
	return newest, rows.Err()
}

// otherAddress is the number behind a hidden id, or the other way round; user itself when it is not known.
func (t tokens) otherAddress(ctx context.Context, user types.JID) (other types.JID, err error) {
	switch user.Server {
	case types.HiddenUserServer:
		other, err = t.lids.GetPNForLID(ctx, user)
	case types.DefaultUserServer:
		other, err = t.lids.GetLIDForPN(ctx, user)
	}
	if other.IsEmpty() {
		other = user
	}
	return other.ToNonAD(), err
}
