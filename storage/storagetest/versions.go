package storagetest

import (
	"fmt"
	"testing"
	"time"

	"layak/bot"
	"layak/flows"
)

// VersionStore is a store that keeps flow versions, too.
type VersionStore interface {
	bot.Store
	bot.Records
	bot.Versions
}

// versionSuite is one test's store with its flow versions.
type versionSuite struct {
	*suite
	flows bot.Versions
}

// RunVersions checks every promise of bot.Versions, as Run does those of bot.Store.
func RunVersions(t *testing.T, open func(t *testing.T) VersionStore) {
	for _, tt := range []struct {
		name string
		run  func(s *versionSuite)
	}{
		{"versions/kept_with_files_and_model", versionKept},
		{"versions/newest_publication_is_live", versionLive},
		{"versions/unused_ones_are_removed", versionPruned},
		{"versions/conversations_are_counted_and_moved", versionMoved},
		{"commands/taken_once_and_answered", commandOnce},
		{"commands/withdrawn_or_too_old_is_never_taken", commandGone},
	} {
		t.Run(tt.name, func(t *testing.T) {
			store := open(t)
			tt.run(&versionSuite{&suite{T: t, ctx: t.Context(), store: store, rec: store, now: start}, store})
		})
	}
}

// keep keeps a version with that digest.
func (s *versionSuite) keep(digest string) bot.FlowVersion {
	s.Helper()
	s.now = s.now.Add(time.Second)
	v := bot.FlowVersion{
		Digest: digest, Flow: "eligibility", Files: flows.Folder{"flow.yaml": "flow: " + digest, "lang/id.yaml": "é\n\u2028\"\\"},
		Model: []byte{0, 255, 1}, Author: "sari", Note: "note of " + digest, AddedAt: s.now,
	}
	s.ok(s.flows.AddVersion(s.ctx, v))
	return v
}

func (s *versionSuite) publish(digest string) int64 {
	s.Helper()
	s.now = s.now.Add(time.Second)
	id, err := s.flows.Publish(s.ctx, bot.Publication{Digest: digest, Folder: "folder of " + digest, Author: "budi", Note: "go", At: s.now})
	s.ok(err)
	return id
}

func versionKept(s *versionSuite) {
	_, err := s.flows.Version(s.ctx, "aa")
	s.is(err, bot.ErrNoVersion)
	want := s.keep("aa")
	s.equal("version", must(s.flows.Version(s.ctx, "aa")), want)
	again := want
	again.Author = "other"
	s.ok(s.flows.AddVersion(s.ctx, again))
	s.equal("kept once", must(s.flows.Version(s.ctx, "aa")), want)
	plain := want
	plain.Digest, plain.Model = "bb", nil
	s.ok(s.flows.AddVersion(s.ctx, plain))
	if v := must(s.flows.Version(s.ctx, "bb")); v.Model != nil {
		s.Errorf("model %v, want none", v.Model)
	}
}

func versionLive(s *versionSuite) {
	_, err := s.flows.Published(s.ctx)
	s.is(err, bot.ErrNoVersion)
	_, err = s.flows.Publish(s.ctx, bot.Publication{Digest: "aa", Folder: "aa", At: s.now})
	s.is(err, bot.ErrNoVersion)
	publication, _, err := s.flows.News(s.ctx)
	s.ok(err)
	s.equal("news", publication, int64(0))
	first, second := s.keep("aa"), s.keep("bb")
	s.publish("aa")
	s.publish("bb")
	id := s.publish("aa") // back again
	publication, _, err = s.flows.News(s.ctx)
	s.ok(err)
	s.equal("news", publication, id)
	s.equal("published", must(s.flows.Published(s.ctx)), bot.Publication{ID: id, Digest: "aa", Folder: "folder of aa", Author: "budi", Note: "go", At: s.now})
	s.equal("list", must(s.flows.ListVersions(s.ctx)), []bot.VersionInfo{
		{Digest: "aa", Flow: "eligibility", Author: "budi", Note: "go", AddedAt: first.AddedAt, PublishedAt: s.now, Live: true, Kept: true},
		{Digest: "bb", Flow: "eligibility", Author: "budi", Note: "go", AddedAt: second.AddedAt, PublishedAt: s.now.Add(-time.Second), Kept: true},
	})
	s.equal("seen", must(s.flows.FolderSeen(s.ctx, "folder of bb")), true)
	s.equal("not seen", must(s.flows.FolderSeen(s.ctx, "bb")), false)
	s.ok(s.flows.FlowFailed(s.ctx, "sari", s.now))
}

// on puts a chat's conversation on a version.
func (s *versionSuite) on(address, digest string) bot.ChatKey {
	s.Helper()
	key := s.says(address, "hi")
	t := s.turn(key, "hello")
	t.Next.ID, t.Next.FlowID, t.Next.FlowDigest = string(key), "eligibility", digest
	t.Next.Answers = map[string]flows.Value{flows.FactCategory: {Value: "herbal"}}
	s.ok(s.store.Commit(s.ctx, t))
	return key
}

func versionPruned(s *versionSuite) {
	for i := range 5 {
		s.keep(fmt.Sprint("v", i))
		s.publish(fmt.Sprint("v", i))
	}
	s.on("ana", "v0")
	n, err := s.flows.PruneVersions(s.ctx, 2)
	s.ok(err)
	s.equal("removed", n, 2)
	var left []string
	for _, v := range must(s.flows.ListVersions(s.ctx)) {
		left = append(left, v.Digest)
	}
	s.equal("left", left, []string{"v4", "v3", "v0"})
	s.equal("live", must(s.flows.Published(s.ctx)).Digest, "v4")
}

func versionMoved(s *versionSuite) {
	s.keep("aa")
	s.publish("aa")
	ana, budi, old := s.on("ana", "aa"), s.on("budi", "aa"), s.on("cici", "lost")
	_, err := s.rec.SetOwner(s.ctx, budi, "", "sari", s.now)
	s.ok(err)
	counts := map[string]int{}
	for _, v := range must(s.flows.ListVersions(s.ctx)) {
		counts[v.Digest] = v.Conversations
		if v.Kept != (v.Digest == "aa") {
			s.Errorf("%s is kept: %v", v.Digest, v.Kept)
		}
	}
	s.equal("counts", counts, map[string]int{"aa": 2, "lost": 1})
	var chats []bot.Chat
	for key := bot.ChatKey(""); ; {
		page := must(s.flows.ChatsOn(s.ctx, "aa", false, key, 1))
		if len(page) == 0 {
			break
		}
		chats, key = append(chats, page...), page[0].Key
	}
	s.equal("chats", len(chats), 2)
	for _, c := range chats {
		want := s.load(c.Key)
		s.equal("conversation", c.Conversation, want.Conversation)
		s.equal("owner", c.Owner, want.Owner)
	}
	if others := must(s.flows.ChatsOn(s.ctx, "aa", true, "", 10)); len(others) != 1 || others[0].Key != old {
		s.Errorf("others: %+v", others)
	}
	for _, key := range []bot.ChatKey{ana, budi} { // also one that somebody owns
		chat := s.load(key)
		next := chat.Conversation.Clone()
		next.FlowDigest, next.Place.State = "bb", "moved"
		entry := bot.AuditEntry{Who: "command", What: "moved", Note: "aa → bb"}
		s.ok(s.flows.Replace(s.ctx, key, chat.Conversation.Version, next, entry, s.now))
		s.is(s.flows.Replace(s.ctx, key, chat.Conversation.Version, next, entry, s.now), bot.ErrConflict)
		after := s.load(key)
		next.Version = chat.Conversation.Version + 1
		s.equal("after", after.Conversation, next)
		s.equal("owner", after.Owner, chat.Owner)
		audit := must(s.rec.Audit(s.ctx, key))
		s.equal("log", audit[len(audit)-1].AuditEntry, entry)
	}
	s.equal("left", len(must(s.flows.ChatsOn(s.ctx, "aa", false, "", 10))), 0)
	// A turn that was worked out before the move is worked out again.
	in := s.message("ana", "yes")
	s.accept(in)
	t := s.turn(ana, "ok")
	chat := s.load(ana)
	s.ok(s.flows.Replace(s.ctx, ana, chat.Conversation.Version, chat.Conversation, bot.AuditEntry{Who: "command", What: "moved"}, s.now))
	s.is(s.store.Commit(s.ctx, t), bot.ErrConflict)
}

func commandOnce(s *versionSuite) {
	_, found, err := s.flows.TakeCommand(s.ctx, s.now)
	s.ok(err)
	s.equal("found", found, false)
	asked := bot.Command{Name: "reload", Args: `{"note":"x"}`, AskedBy: "sari", AskedAt: s.now}
	id, err := s.flows.Ask(s.ctx, asked)
	s.ok(err)
	asked.ID = id
	_, newest, err := s.flows.News(s.ctx)
	s.ok(err)
	s.equal("news", newest, id)
	s.equal("waiting", must(s.flows.Command(s.ctx, id)), asked)
	got, found, err := s.flows.TakeCommand(s.ctx, s.now)
	s.ok(err)
	asked.Taken = true
	s.equal("found", found, true)
	s.equal("taken", got, asked)
	_, found, err = s.flows.TakeCommand(s.ctx, s.now)
	s.ok(err)
	s.equal("found again", found, false)
	s.equal("under way", must(s.flows.Command(s.ctx, id)), asked)
	done := s.now.Add(time.Second)
	s.ok(s.flows.FinishCommand(s.ctx, id, true, "fine\n", done))
	asked.DoneAt, asked.OK, asked.Result = done, true, "fine\n"
	s.equal("done", must(s.flows.Command(s.ctx, id)), asked)
}

func commandGone(s *versionSuite) {
	ask := func() int64 {
		s.Helper()
		id, err := s.flows.Ask(s.ctx, bot.Command{Name: "reload", Args: "{}", AskedAt: s.now})
		s.ok(err)
		return id
	}
	s.equal("withdrawn", must(s.flows.Withdraw(s.ctx, ask())), true)
	old := ask()
	_, found, err := s.flows.TakeCommand(s.ctx, s.now.Add(time.Second))
	s.ok(err)
	s.equal("found", found, false)
	_, found, err = s.flows.TakeCommand(s.ctx, s.now)
	s.ok(err)
	s.equal("found", found, true)
	s.equal("withdrawn while it is done", must(s.flows.Withdraw(s.ctx, old)), false)
}
