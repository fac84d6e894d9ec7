package agentchat

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"layak/bot"
	"layak/flows"
	"layak/storage"
)

// askEngine hands over whoever writes "agen", and answers anything else with a question.
type askEngine struct{}

func (askEngine) Step(_ context.Context, c flows.Conversation, in flows.Input) (flows.Turn, error) {
	c.Place.State, c.Lang = "asked", "id"
	t := flows.Turn{Next: c, Replies: []flows.Reply{{Text: "bot: " + in.Text}}}
	if in.Text == "agen" {
		t.Effects = []flows.Effect{flows.HandOff{Reason: flows.HandOffAsked}}
	}
	return t, nil
}

// desk gives chats back as the program does.
type desk struct {
	store *storage.Store
	turns *bot.Turns
	gone  func(context.Context) ([]string, error)
}

func (d desk) Claim(ctx context.Context, id int64, by string) (string, error) {
	return (&bot.Agents{Store: d.store, Turns: d.turns, Gone: d.gone}).Claim(ctx, id, by)
}

func (d desk) Return(ctx context.Context, id int64, by string) error {
	return d.end(ctx, id, by, nil)
}

func (d desk) Close(ctx context.Context, id int64, c bot.Closing) error {
	owner, err := d.store.CloseCase(ctx, id, c, time.Now())
	if errors.Is(err, bot.ErrNotOwner) && owner == c.By {
		return d.end(ctx, id, c.By, &c)
	}
	return err
}

func (d desk) end(ctx context.Context, id int64, by string, c *bot.Closing) error {
	card, err := d.store.Card(ctx, id)
	if err != nil {
		return err
	}
	if card.Owner != by {
		return bot.ErrNotOwner
	}
	chat, err := d.store.Load(ctx, card.Chat)
	if err != nil {
		return err
	}
	return d.store.Commit(ctx, bot.TurnRecord{
		Chat: chat.Key, Base: chat.Conversation.Version, Return: &bot.Return{From: by, Close: c}, At: time.Now(),
	})
}

const (
	sariNumber = "62811000001@s.whatsapp.net"
	sariLID    = "111@lid"
)

// world is a store, the bot's turns, and agents sari and budi.
type world struct {
	t      *testing.T
	store  *storage.Store
	turns  *bot.Turns
	agents *Agents
	n      int
}

func newWorld(t *testing.T, detail Detail) *world {
	t.Helper()
	store, err := storage.Open(t.Context(), filepath.Join(t.TempDir(), "layak.db"), storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	w := &world{t: t, store: store}
	w.turns = &bot.Turns{Store: store, Engine: askEngine{}, NewMessageID: func(string) string { w.n++; return fmt.Sprint("OUT", w.n) }}
	gone := bot.Roster{Store: store, Chats: []string{"sari", "budi"}}.Gone
	w.agents = New(Config{
		Store: store, Desk: desk{store, w.turns, gone}, Gone: gone, Channel: "whatsapp", Detail: detail,
		Agents:    []Agent{{"sari", sariNumber}, {"budi", "62811000002@s.whatsapp.net"}},
		MessageID: func(seed string) string { return "ID " + seed },
		Title:     func(category, _ string) string { return category },
	})
	w.turns.AgentChats = w.agents
	if _, err := w.agents.follow(t.Context()); err != nil { // nothing that was there before is told
		t.Fatal(err)
	}
	return w
}

// write has somebody write, has it answered and agents told, and returns what is sent to whom.
func (w *world) write(in bot.Inbound) map[string][]string {
	w.t.Helper()
	w.n++
	in.Channel, in.MessageID = "whatsapp", fmt.Sprint("IN", w.n)
	in.Sender, in.ReceivedAt = in.Address, time.Now()
	if in.Input.Kind == "" {
		in.Input.Kind = flows.InputText
	}
	in.Input.At = in.ReceivedAt
	a, err := w.store.Accept(w.t.Context(), in)
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := w.turns.Answer(w.t.Context(), a.Chat); err != nil {
		w.t.Fatal(err)
	}
	return w.sent()
}

// sent tells agents what happened, and takes everything that is to be sent.
func (w *world) sent() map[string][]string {
	w.t.Helper()
	if _, err := w.agents.follow(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	all := map[string][]string{}
	for {
		out, err := w.store.Claim(w.t.Context(), "whatsapp", time.Now().Add(time.Second), time.Minute, 100)
		if err != nil {
			w.t.Fatal(err)
		}
		if len(out) == 0 {
			return all
		}
		for _, o := range out {
			all[o.Address] = append(all[o.Address], o.Reply.Text)
			if err := w.store.Settle(w.t.Context(), o.ID, bot.Attempt{Outcome: bot.OutcomeSent, At: time.Now()}); err != nil {
				w.t.Fatal(err)
			}
		}
	}
}

// says is write with a text.
func (w *world) says(address, text string) map[string][]string {
	w.t.Helper()
	return w.write(bot.Inbound{Address: address, Input: flows.Input{Text: text}})
}

// one fails unless address got one message that holds all parts, and returns it.
func (w *world) one(sent map[string][]string, address string, parts ...string) string {
	w.t.Helper()
	if len(sent[address]) != 1 {
		w.t.Fatalf("%s got %q, want one message with %q", address, sent[address], parts)
	}
	for _, p := range parts {
		if !strings.Contains(sent[address][0], p) {
			w.t.Errorf("%s got %q, want %q in it", address, sent[address][0], p)
		}
	}
	return sent[address][0]
}

const person = "62899000009@s.whatsapp.net"

// quoting replies to the card of case 1.
func (w *world) quoting(address, text string) map[string][]string {
	w.t.Helper()
	key, err := w.store.Find(w.t.Context(), "whatsapp", sariNumber, time.Time{})
	if err != nil {
		w.t.Fatal(err)
	}
	return w.write(bot.Inbound{Address: address, Input: flows.Input{
		Text: text, Quoted: w.agents.cfg.MessageID(fmt.Sprintf("case 1 agent %s opened", key)),
	}})
}

func TestAgentWorksOnACase(t *testing.T) {
	w := newWorld(t, Minimal)
	w.one(w.says(sariNumber, "halo"), sariNumber, "terdaftar sebagai agen", "*ambil #12*")
	sent := w.says(person, "agen")
	card := w.one(sent, sariNumber, "*Kasus #1* menunggu", "minta bicara dengan orang", "belum diketahui", "Indonesia", "*ambil*")
	if strings.Contains(card, "62899") || len(sent["62811000002@s.whatsapp.net"]) > 0 {
		t.Errorf("the card tells who it is, or went to an agent who never wrote: %q", sent)
	}
	w.one(w.quoting(sariNumber, "Ambil"), sariNumber, "Kasus #1 sekarang milik Anda", "> agen")
	sent = w.says(person, "halo, ada orang?")
	w.one(sent, sariNumber, "#1: halo, ada orang?")
	if len(sent[person]) > 0 {
		t.Errorf("the bot speaks: %q", sent)
	}
	sent = w.quoting(sariNumber, "balas Selamat pagi,\nsaya Sari.")
	w.one(sent, person, "Selamat pagi,\nsaya Sari.")
	w.one(sent, sariNumber, "Balasan untuk kasus #1 dikirim")
	w.one(w.says(sariNumber, "balas 2 dus tersedia"), person, "2 dus tersedia") // the only case of hers
	w.one(w.says(sariNumber, "balas #1 ya"), person, "ya")
	w.one(w.says(sariNumber, "daftar"), sariNumber, "Menunggu: tidak ada", "Milik Anda:\n#1")
	w.one(w.quoting(sariNumber, "kembalikan"), sariNumber, "kembali ke bot")
	w.one(w.says(person, "lanjut"), person, "bot: lanjut")
	w.one(w.says(sariNumber, "balas #1 halo"), sariNumber, "Ketik *ambil #1* dulu")
	w.one(w.says(sariNumber, "selesai #1 beres"), sariNumber, `"beres" tidak dikenal`)
	w.one(w.says(sariNumber, "selesai #1 ditolak usaha pinjaman"), sariNumber, "ditutup (ditolak)")
	cases, err := w.store.Cases(t.Context(), w.key(person))
	if err != nil || len(cases) != 1 || cases[0].Outcome != bot.ClosedRefused || cases[0].ClosedBy != "sari" || cases[0].Note != "usaha pinjaman" {
		t.Errorf("%+v, %v", cases, err)
	}
	w.one(w.says(sariNumber, "ambil 1"), sariNumber, "sudah ditutup")
	w.one(w.says(sariNumber, "ambil 99"), sariNumber, "Kasus #99 tidak ada")
}

func (w *world) key(address string) bot.ChatKey {
	w.t.Helper()
	key, err := w.store.Find(w.t.Context(), "whatsapp", address, time.Time{})
	if err != nil {
		w.t.Fatal(err)
	}
	return key
}

// Nobody but a listed agent can give a command, whatever they write, quote or are called.
func TestImpostorIsAnOrdinaryPerson(t *testing.T) {
	w := newWorld(t, Minimal)
	w.says(sariNumber, "halo")
	w.says(person, "agen")
	for i, address := range []string{"62811000003@s.whatsapp.net", "222@lid", "62811000001@lid"} {
		for _, text := range []string{"ambil", "ambil 1", "balas #1 halo", "selesai #1"} {
			w.one(w.quoting(address, text), address, "bot: "+text)
		}
		in := bot.Inbound{Address: address, Name: "sari", Input: flows.Input{Text: "ambil 1"}}
		w.one(w.write(in), address, "bot: ambil 1")
		if c, err := w.store.Card(t.Context(), 1); err != nil || c.Owner != "" || !c.ClosedAt.IsZero() {
			t.Fatalf("impostor %d: the case is %+v, %v", i, c.Case, err)
		}
	}
}

// An agent is known under both addresses, once WhatsApp told that they belong together.
func TestAgentWritesFromTheHiddenID(t *testing.T) {
	w := newWorld(t, Minimal)
	in := bot.Inbound{Address: sariLID, Alt: sariNumber, Input: flows.Input{Text: "help"}}
	w.one(w.write(in), sariLID, "You are listed as an agent")
	w.one(w.says(person, "agen"), sariLID, "*Case #1* is waiting") // where and how she wrote last
	w.one(w.says(sariLID, "claim 1"), sariLID, "is yours now")
	w.one(w.says(sariNumber, "reply hello"), person, "hello")
}

// A number without # may begin the text, but where it names somebody else's case nothing is sent.
func TestReplyForOneCaseDoesNotReachAnother(t *testing.T) {
	w := newWorld(t, Minimal)
	const other = "62899000077@s.whatsapp.net"
	w.says(sariNumber, "halo")
	w.says(person, "agen")
	w.says(other, "agen")
	w.says(sariNumber, "ambil 1")
	sent := w.says(sariNumber, "balas 2 izin Anda belum ada")
	w.one(sent, sariNumber, "Kasus yang mana?")
	if len(sent[person]) > 0 || len(sent[other]) > 0 {
		t.Errorf("sent %q", sent)
	}
	w.one(w.says(sariNumber, "kembalikan 2"), sariNumber, "belum milik Anda")
	w.one(w.says(sariNumber, "balas 3 hari kerja"), person, "3 hari kerja")
}

// Whoever goes through many cards with one word is no machine.
func TestOneWordForManyCards(t *testing.T) {
	w := newWorld(t, Minimal)
	w.says(sariNumber, "halo")
	texts := map[string]int{}
	w.turns.Looping = func(_ bot.ChatKey, in flows.Input) bool {
		texts[in.Text]++
		return texts[in.Text] > 1
	}
	for i := range 3 {
		w.n++
		sent := w.write(bot.Inbound{Address: sariNumber, Input: flows.Input{Text: "selesai", Quoted: fmt.Sprint("card ", i)}})
		if len(sent[sariNumber]) != 1 {
			t.Errorf("card %d: the agent got %q", i, sent[sariNumber])
		}
	}
	if sent := w.write(bot.Inbound{Address: sariNumber, Input: flows.Input{Text: "selesai", Quoted: "card 0"}}); len(sent) > 0 {
		t.Errorf("a loop is answered with %q", sent)
	}
}

// Somebody who opens a case for the number of an agent does not silence the agent.
func TestAgentIsNobodysCase(t *testing.T) {
	w := newWorld(t, Minimal)
	w.says(sariNumber, "halo")
	if _, err := w.store.OpenCase(t.Context(), w.key(sariNumber), "budi", time.Now()); err != nil {
		t.Fatal(err)
	}
	w.sent()
	w.one(w.says(sariNumber, "daftar"), sariNumber, "Menunggu")
}

func TestTwoAgentsRace(t *testing.T) {
	w := newWorld(t, Answers)
	w.says(sariNumber, "halo")
	w.says("62811000002@s.whatsapp.net", "halo")
	sent := w.says(person, "agen")
	w.one(sent, sariNumber, "menunggu")
	w.one(sent, "62811000002@s.whatsapp.net", "menunggu")
	w.one(w.says(sariNumber, "ambil 1"), sariNumber, "milik Anda")
	w.one(w.says("62811000002@s.whatsapp.net", "ambil 1"), "62811000002@s.whatsapp.net", "sudah diambil sari")
	w.one(w.says("62811000002@s.whatsapp.net", "balas #1 halo"), "62811000002@s.whatsapp.net", "milik sari")
	if err := w.store.AssignCase(t.Context(), 1, "sari", "budi", time.Now()); err != nil {
		t.Fatal(err)
	}
	w.one(w.sent(), "62811000002@s.whatsapp.net", "diserahkan kepada Anda oleh sari")
}

// What is done again after a crash, since the message is still pending, is not done twice.
func TestCommandTwice(t *testing.T) {
	w := newWorld(t, Minimal)
	w.says(sariNumber, "halo")
	w.says(person, "agen")
	chat, err := w.store.Load(t.Context(), w.key(sariNumber))
	if err != nil {
		t.Fatal(err)
	}
	for i, text := range []string{"ambil 1", "balas halo", "selesai"} {
		var told [2]bot.CommandResult
		for try := range told {
			p := bot.Pending{MessageID: fmt.Sprint("CMD", i), Input: flows.Input{Kind: flows.InputText, Text: text}}
			if text == "selesai" {
				p.Input.Text = "selesai #1"
			}
			if told[try], err = w.agents.Command(t.Context(), "sari", chat, p); err != nil {
				t.Fatal(err)
			}
		}
		if told[0].Texts[0] != told[1].Texts[0] {
			t.Errorf("%s: first %q, then %q", text, told[0].Texts, told[1].Texts)
		}
	}
	if sent := w.sent(); len(sent[person]) != 1 {
		t.Errorf("the person got %q, want one message", sent[person])
	}
}

// Events are told once, also when the process ends between two steps or another one works beside it.
func TestCardsAreToldOnce(t *testing.T) {
	w := newWorld(t, Minimal)
	w.says(sariNumber, "halo")
	w.one(w.says(person, "agen"), sariNumber, "menunggu")
	w.says(person, "agen") // another reason for the same case
	from, err := w.store.Follow(t.Context(), Follower)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.store.Tell(t.Context(), Follower, from-1, from, nil, time.Now()); !errors.Is(err, bot.ErrConflict) {
		t.Errorf("an old place was taken: %v", err)
	}
	again := New(w.agents.cfg)
	if more, err := again.follow(t.Context()); more || err != nil {
		t.Errorf("after a restart there is more: %v, %v", more, err)
	}
	if sent := w.sent(); len(sent[sariNumber]) > 0 {
		t.Errorf("told twice: %q", sent)
	}
}

func TestStopAndForget(t *testing.T) {
	w := newWorld(t, Minimal)
	w.says(sariNumber, "halo")
	w.one(w.says(sariNumber, "stop"), sariNumber, "tidak ada kartu lagi")
	if sent := w.says(person, "agen"); len(sent[sariNumber]) > 0 {
		t.Errorf("a card after stop: %q", sent)
	}
	w.says(sariNumber, "halo")
	w.one(w.says(sariNumber, "ambil 1"), sariNumber, "> agen")
	w.says(person, "rahasia saya")
	w.says(sariNumber, "balas soal rahasia itu")
	w.says(sariNumber, "kembalikan")
	chat, err := w.store.Load(t.Context(), w.key(person))
	if err != nil {
		t.Fatal(err)
	}
	rec := bot.TurnRecord{Chat: chat.Key, Base: chat.Conversation.Version, Next: chat.Conversation, Forget: true, At: time.Now()}
	if err := w.store.Commit(t.Context(), rec); err != nil {
		t.Fatal(err)
	}
	lines, err := w.store.Transcript(t.Context(), w.key(sariNumber))
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lines {
		if strings.Contains(l.Text, "rahasia") || strings.Contains(l.Text, "> agen") {
			t.Errorf("left in the agent's chat: %q", l.Text)
		}
	}
}

// Colleagues may write to each other from the business phone; that takes nothing over.
func TestAgentsChatIsNotTakenOver(t *testing.T) {
	w := newWorld(t, Minimal)
	w.says(sariNumber, "halo")
	if _, err := w.store.SetOwner(t.Context(), w.key(sariNumber), "", bot.OwnerPhone, time.Now()); err != nil {
		t.Fatal(err)
	}
	w.one(w.says(person, "agen"), sariNumber, "menunggu")
	w.one(w.says(sariNumber, "ambil 1"), sariNumber, "milik Anda")
	if name, err := w.agents.AgentAt(t.Context(), "whatsapp", sariLID, sariNumber); name != "sari" || err != nil {
		t.Errorf("%q, %v", name, err)
	}
}
