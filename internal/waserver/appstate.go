package waserver

import (
	"context"
	"fmt"

	"go.mau.fi/whatsmeow/appstate"
	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/proto/waServerSync"
	"go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/types"
	waLog "go.mau.fi/whatsmeow/util/log"
	"google.golang.org/protobuf/proto"
)

// appState is the settings an account's devices share: for each collection the patches so far, whose number is its
// version. Guarded by Server.mu.
type appState struct {
	keyID   []byte
	keyData []byte
	patches map[string][][]byte
}

func newAppState() appState {
	return appState{keyID: randomBytes(6), keyData: randomBytes(32), patches: make(map[string][][]byte)}
}

// shareAppStateKey is what the phone does for a device at its first login: it puts the push name into the settings and
// gives the device the key to read them.
func (f *Phone) shareAppStateKey(d *device) {
	srv := f.account.srv
	srv.mu.Lock()
	state := &f.account.state
	if len(state.patches[string(appstate.WAPatchCriticalBlock)]) == 0 {
		patch, err := state.pushNamePatch(f.account.pushName)
		if err != nil {
			srv.log.Error("push name not set", "error", err)
		} else {
			state.add(string(appstate.WAPatchCriticalBlock), patch)
		}
	}
	id, data := state.keyID, state.keyData
	srv.mu.Unlock()
	err := f.tell(&waE2E.ProtocolMessage{
		Type: waE2E.ProtocolMessage_APP_STATE_SYNC_KEY_SHARE.Enum(),
		AppStateSyncKeyShare: &waE2E.AppStateSyncKeyShare{Keys: []*waE2E.AppStateSyncKey{{
			KeyID: &waE2E.AppStateSyncKeyId{KeyID: id},
			KeyData: &waE2E.AppStateSyncKeyData{
				KeyData:     data,
				Fingerprint: &waE2E.AppStateSyncKeyFingerprint{RawID: proto.Uint32(1), CurrentIndex: proto.Uint32(0)},
				Timestamp:   proto.Int64(unixNow()),
			},
		}}},
	})
	if err != nil {
		srv.log.Error("app state key not shared", "device", d.id, "error", err)
	}
}

// tell sends a message from the phone to the linked devices themselves; no chat shows it.
func (f *Phone) tell(message *waE2E.ProtocolMessage) error {
	plaintext, err := proto.Marshal(&waE2E.Message{ProtocolMessage: message})
	if err != nil {
		return err
	}
	_, err = f.person.post(letter{
		to: f.account,
		stanza: waBinary.Attrs{
			"from": f.account.number, "category": "peer", "id": newMessageID(), "t": unixNow(), "type": "protocol",
		},
		more:      []waBinary.Node{{Tag: "meta", Attrs: waBinary.Attrs{"appdata": "default"}}},
		plaintext: plaintext,
	})
	return err
}

// syncAppState answers a <sync>: stores the patches a device sends and returns those it asks for.
func (a *Account) syncAppState(sync waBinary.Node) waBinary.Node {
	a.srv.mu.Lock()
	defer a.srv.mu.Unlock()
	var collections []waBinary.Node
	for _, asked := range sync.GetChildrenByTag("collection") {
		name, _ := asked.Attrs["name"].(string)
		answer := waBinary.Node{Tag: "collection", Attrs: waBinary.Attrs{"name": name, "type": "result"}}
		if sent, ok := asked.GetOptionalChildByTag("patch"); ok {
			raw, _ := sent.Content.([]byte)
			a.state.add(name, raw)
			a.announceAppState(name)
		} else {
			known := asked.AttrGetter().OptionalInt("version")
			var patches []waBinary.Node
			for i, patch := range a.state.patches[name] {
				if i >= known {
					patches = append(patches, waBinary.Node{Tag: "patch", Content: patch})
				}
			}
			if len(patches) > 0 {
				answer.Content = []waBinary.Node{{Tag: "patches", Content: patches}}
			}
		}
		answer.Attrs["version"] = len(a.state.patches[name])
		collections = append(collections, answer)
	}
	return waBinary.Node{Tag: "sync", Content: collections}
}

// announceAppState tells the devices that a collection has a new version. It needs Server.mu.
func (a *Account) announceAppState(name string) {
	for _, d := range a.devices {
		d.enqueue(notification("server_sync", waBinary.Node{
			Tag: "collection", Attrs: waBinary.Attrs{"name": name, "version": len(a.state.patches[name])},
		}), 0)
	}
}

// notification is a stanza in which the server tells something of its own accord.
func notification(kind string, children ...waBinary.Node) waBinary.Node {
	return waBinary.Node{
		Tag:     "notification",
		Attrs:   waBinary.Attrs{"from": types.ServerJID, "type": kind, "id": newQueryID(), "t": unixNow()},
		Content: children,
	}
}

// add appends a patch to a collection. A patch comes without its number.
func (s *appState) add(name string, raw []byte) {
	var patch waServerSync.SyncdPatch
	if proto.Unmarshal(raw, &patch) != nil {
		return
	}
	patch.Version = &waServerSync.SyncdVersion{Version: proto.Uint64(uint64(len(s.patches[name]) + 1))}
	if numbered, err := proto.Marshal(&patch); err == nil {
		s.patches[name] = append(s.patches[name], numbered)
	}
}

// pushNamePatch makes the first patch of the collection that holds the push name.
func (s *appState) pushNamePatch(name string) ([]byte, error) {
	maker := appstate.NewProcessor(&store.Device{AppStateKeys: onlyKey{s}, AppState: noHistory{}}, waLog.Noop)
	patch, err := maker.EncodePatch(context.Background(), s.keyID, appstate.HashState{}, appstate.BuildSettingPushName(name))
	if err != nil {
		return nil, fmt.Errorf("make patch: %w", err)
	}
	return patch, nil
}

// onlyKey gives the maker of patches the account's key.
type onlyKey struct{ state *appState }

func (k onlyKey) PutAppStateSyncKey(context.Context, []byte, store.AppStateSyncKey) error { return nil }

func (k onlyKey) GetAppStateSyncKey(context.Context, []byte) (*store.AppStateSyncKey, error) {
	return &store.AppStateSyncKey{Data: k.state.keyData}, nil
}

func (k onlyKey) GetLatestAppStateSyncKeyID(context.Context) ([]byte, error) {
	return k.state.keyID, nil
}

func (k onlyKey) GetAllAppStateSyncKeys(context.Context) ([]*store.AppStateSyncKey, error) {
	return nil, nil
}

// noHistory tells the maker of patches that the collection is empty, as it is for the first patch.
type noHistory struct{ store.AppStateStore }

func (noHistory) GetAppStateMutationMAC(context.Context, string, []byte) ([]byte, error) {
	return nil, nil
}
