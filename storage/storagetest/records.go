package storagetest

import (
	"layak/bot"
	"layak/flows"
)

func transcript(s *suite) {
	key := s.says("ana", "hi")
	s.answers(key, "hello")
	s.sendAll()
	s.says("ana", "shop")
	s.equal("lines", s.lines(key), []string{"> hi answered", "bot hello sent", "> shop pending"})
	l := must(s.rec.Transcript(s.ctx, key))[1]
	s.equal("line", l, bot.Line{
		MessageID: l.MessageID, Author: "bot", Text: "hello", Reply: &flows.Reply{Text: "hello"}, At: l.At, State: bot.LineSent, Attempts: 1,
	})
}
