package storagetest

import (
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/google/go-cmp/cmp/cmpopts"

	"layak/bot"
)

func firstMessage(s *suite) {
	in := s.message("ana", "hi")
	in.Ephemeral = 86400
	a := s.accept(in)
	c := s.load(a.Chat)
	want := bot.Chat{
		Key: a.Chat, Channel: "test", Address: "ana", Ephemeral: 86400, HeardAt: in.ReceivedAt,
		Pending: []bot.Pending{{MessageID: in.MessageID, Address: "ana", Sender: "ana", Input: in.Input, ReceivedAt: in.ReceivedAt}},
	}
	s.equal("chat", c, want, cmpopts.IgnoreFields(bot.Pending{}, "ID"))
	if b := s.says("budi", "hi"); b == a.Chat {
		s.Error("two people share a chat")
	}
}

func sameMessageAgain(s *suite) {
	in := s.message("ana", "hi")
	first := s.accept(in)
	for range 4 {
		if again := s.accept(in); again.Fresh || again.Chat != first.Chat {
			s.Fatalf("accepted again %+v, want the same chat and not fresh", again)
		}
	}
	s.answers(first.Chat, "hello")
	if again := s.accept(in); again.Fresh {
		s.Error("fresh again after the answer")
	}
	s.equal("pending", s.pendingTexts(first.Chat), []string(nil))
}

func sameMessageAtOnce(s *suite) {
	in := s.message("ana", "hi")
	var fresh atomic.Int32
	atOnce(8, func(int) {
		a, err := s.store.Accept(s.ctx, in)
		if err != nil {
			s.Error(err)
		}
		if a.Fresh {
			fresh.Add(1)
		}
	})
	s.equal("fresh", fresh.Load(), int32(1))
}

func sameIDElsewhere(s *suite) {
	in := s.message("ana", "hi")
	in.Sender = "ana:1@net"
	s.accept(in)
	other := in
	other.Address, other.Sender = "budi", "budi:1@net"
	device := in
	device.Sender = "ana:2@net"
	me := fromMe(in)
	for name, in := range map[string]bot.Inbound{"other chat": other, "other device": device, "written by us": me} {
		if !s.accept(in).Fresh {
			s.Errorf("%s: taken for a repetition", name)
		}
	}
}

func inputSurvives(s *suite) {
	in := s.message("ana", "1 😀\n'quoted' \"text\"")
	in.Input.Choice, in.Input.Media, in.Input.Target, in.Input.Masked = "yes", "image", "IN0", []string{"nik", "card"}
	key := s.accept(in).Chat
	s.equal("input", s.load(key).Pending[0].Input, in.Input)
	s.equal("input in transcript", must(s.rec.Transcript(s.ctx, key))[0].Input, &in.Input)
}

func incomplete(s *suite) {
	for _, broken := range []func(*bot.Inbound){
		func(in *bot.Inbound) { in.Channel = "" },
		func(in *bot.Inbound) { in.Address = "" },
		func(in *bot.Inbound) { in.MessageID = "" },
	} {
		in := s.message("ana", "hi")
		broken(&in)
		if _, err := s.store.Accept(s.ctx, in); err == nil {
			s.Errorf("accepted %+v", in)
		}
	}
}

func acceptOrder(s *suite) {
	var key bot.ChatKey
	var want []string
	for i := range 20 {
		key = s.says("ana", fmt.Sprint(i))
		s.says("budi", "between")
		want = append(want, fmt.Sprint(i))
	}
	s.equal("order", s.pendingTexts(key), want)
	ps := s.load(key).Pending
	if !slices.IsSortedFunc(ps, func(a, b bot.Pending) int { return int(a.ID - b.ID) }) {
		s.Error("ids do not rise")
	}
}
