package storagetest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"layak/bot"
	"layak/flows"
)

func views(s *desk) {
	_, ana := s.opens("ana")
	_, budi := s.opens("budi")
	_, cici := s.opens("cici")
	_, dedi := s.opens("dedi")
	s.claims(cici, "sari")
	s.claims(budi, "sari")
	s.ok(s.desk.ReplyCase(s.ctx, budi, "sari", "R1", "hello", s.tick())) // it is their turn
	_, err := s.desk.CloseCase(s.ctx, ana, bot.Closing{By: "sari"}, s.tick())
	s.ok(err)
	_, again := s.opens("ana")
	for view, want := range map[bot.CaseView][]int64{
		bot.ViewQueue:  {dedi, again},
		bot.ViewMine:   {cici, budi},
		bot.ViewOpen:   {cici, dedi, again, budi},
		bot.ViewClosed: {ana},
		bot.ViewAll:    {again, dedi, cici, budi, ana},
	} {
		s.equal(string(view), s.list(bot.CaseQuery{View: view, Owner: "sari"}), want)
	}
	s.equal("somebody else's", s.list(bot.CaseQuery{View: bot.ViewMine, Owner: "budi"}), []int64(nil))
	if _, err := s.desk.ListCases(s.ctx, bot.CaseQuery{View: "other"}); err == nil {
		s.Error("there is a list that does not exist")
	}
	queue, mine, err := s.desk.CaseCounts(s.ctx, "sari")
	s.ok(err)
	s.equal("counts", []int{queue, mine}, []int{2, 2})
}

// The cases of those who are gone are in the queue, in order of who waits, in pages and with what else is looked for.
func viewOfTheGone(s *desk) {
	_, err := s.desk.Owners(s.ctx)
	s.ok(err)
	ids := map[string]int64{}
	for _, name := range []string{"ana", "budi", "cici", "dedi", "eka"} {
		_, ids[name] = s.opens(name)
	}
	s.claims(ids["ana"], "gone")
	s.claims(ids["cici"], bot.OwnerAgent)
	s.claims(ids["dedi"], "sari")
	s.claims(ids["eka"], "gone")
	s.ok(s.desk.SetLabels(s.ctx, ids["eka"], "sari", []string{"urgent"}, s.tick()))
	_, err = s.desk.CloseCase(s.ctx, ids["budi"], bot.Closing{By: "sari"}, s.tick())
	s.ok(err)
	_, ids["budi"] = s.opens("budi")
	owners, err := s.desk.Owners(s.ctx)
	s.ok(err)
	s.equal("owners", owners, []string{bot.OwnerAgent, "gone", "sari"})
	gone := []string{bot.OwnerAgent, "gone", "never here"}
	q := bot.CaseQuery{View: bot.ViewQueue, Gone: gone}
	want := []int64{ids["ana"], ids["cici"], ids["eka"], ids["budi"]}
	s.equal("queue", s.list(q), want)
	s.equal("queue without them", s.list(bot.CaseQuery{View: bot.ViewQueue}), []int64{ids["budi"]})
	q.Limit = 1
	var paged []int64
	for range 4 {
		page, err := s.desk.ListCases(s.ctx, q)
		s.ok(err)
		paged = append(paged, page.Cases[0].ID)
		q.Cursor = page.Next
	}
	s.equal("in pages", paged, want)
	s.equal("after the last", q.Cursor, "")
	s.equal("with a label", s.list(bot.CaseQuery{View: bot.ViewQueue, Gone: gone, Label: "urgent"}), []int64{ids["eka"]})
	s.equal("search", s.list(bot.CaseQuery{View: bot.ViewQueue, Gone: gone, Search: "person please, cici"}), []int64{ids["cici"]})
	queue, mine, err := s.desk.CaseCounts(s.ctx, "sari", gone...)
	s.ok(err)
	s.equal("counts", []int{queue, mine}, []int{4, 1})
}

func pages(s *desk) {
	for i := range 7 {
		key, id := s.opens(fmt.Sprintf("p%d", i))
		switch i % 3 {
		case 1: // some have the same place in the order
			s.claims(id, "sari")
			s.ok(s.desk.ReplyCase(s.ctx, id, "sari", fmt.Sprintf("R%d", i), "hello", s.tick()))
		case 2:
			_, err := s.desk.CloseCase(s.ctx, id, bot.Closing{By: "sari"}, start)
			s.ok(err)
			s.opens(fmt.Sprintf("p%d", i))
		}
		_ = key
	}
	for _, view := range []bot.CaseView{bot.ViewQueue, bot.ViewMine, bot.ViewOpen, bot.ViewClosed, bot.ViewAll} {
		q := bot.CaseQuery{View: view, Owner: "sari"}
		all := s.list(q)
		var paged []int64
		q.Limit = 2
		for {
			page, err := s.desk.ListCases(s.ctx, q)
			s.ok(err)
			if len(page.Cases) > 2 {
				s.Fatalf("%s: a page of %d", view, len(page.Cases))
			}
			for _, c := range page.Cases {
				paged = append(paged, c.ID)
			}
			if page.Next == "" {
				break
			}
			q.Cursor = page.Next
		}
		if !slices.Equal(all, paged) || len(all) < 2 {
			s.Errorf("%s: in pages %v, at once %v", view, paged, all)
		}
	}
	if _, err := s.desk.ListCases(s.ctx, bot.CaseQuery{View: bot.ViewOpen, Cursor: "no'where"}); err == nil {
		s.Error("there is a page that no page named")
	}
}

// number is a person known by a telephone number and a hidden id.
func (s *desk) number(phone, lid, text string) bot.ChatKey {
	s.Helper()
	in := s.message(lid+"@lid", text)
	in.Alt, in.Name = phone+"@s.whatsapp.net", "name of somebody"
	if phone == "" {
		in.Alt = ""
	}
	return s.accept(in).Chat
}

// needs opens a case for a chat.
func (s *desk) needs(key bot.ChatKey, texts ...string) int64 {
	s.Helper()
	t := s.turn(key, texts...)
	t.Next.Answers = map[string]flows.Value{flows.FactCategory: {Value: "herbal"}}
	t.HandOff = &bot.HandOff{Reason: flows.HandOffNeedsReview, Summary: "category: herbal"}
	s.ok(s.store.Commit(s.ctx, t))
	return s.openCase(key).ID
}

func rows(s *desk) {
	id := s.needs(s.number("6281100001", "777", "I sell herbs"), "we will look\n at it")
	hidden := s.needs(s.number("", "888", "me too"), "fine")
	page, err := s.desk.ListCases(s.ctx, bot.CaseQuery{View: bot.ViewQueue})
	s.ok(err)
	r := page.Cases[0]
	s.equal("row", []any{r.ID, r.Name, r.Phone, r.Category, r.Lang, r.Last, r.LastIn, r.Failed},
		[]any{id, "name of somebody", "6281100001", "herbal", "id", "I sell herbs", true, false}) // not what the bot said after it
	s.equal("a hidden id is no number", []any{page.Cases[1].ID, page.Cases[1].Phone}, []any{hidden, ""})
	s.number("6281100001", "777", strings.Repeat("long\n ", 100))
	said := s.now
	s.tick()
	s.answers(r.Chat, "wait") // and what we say later changes nothing
	s.claim()
	r = s.card(id).CaseRow
	s.equal("last", []any{r.LastIn, r.LastAt, len(r.Last) < 200, strings.HasPrefix(r.Last, "long long")}, []any{true, said, true, true})
	for _, in := range []flows.Input{
		{Kind: flows.InputMedia, Media: "voice"},
		{Kind: flows.InputTap, Choice: "yes"},
		{Kind: flows.InputText, Text: "<b>a receipt</b>", Media: "image"},
		{Kind: flows.InputEdit, Text: "two receipts"},
		{Kind: flows.InputDelete},
	} {
		m := s.message("777@lid", "")
		in.At = m.Input.At
		m.Input = in
		s.accept(m)
		r = s.card(id).CaseRow
		s.equal("last", []any{r.LastIn, r.LastKind, r.LastMedia, r.Last}, []any{true, in.Kind, in.Media, cmp.Or(in.Text, in.Choice)})
	}
	phone := s.message("777@lid", "we call you")
	phone.FromMe = true
	s.accept(phone)
	s.equal("after the business phone", s.card(id).LastKind, flows.InputDelete)
}

// Of somebody who never wrote, a list shows what was written to them.
func rowsOfTheSilent(s *desk) {
	key, err := s.rec.Find(s.ctx, "test", "777@lid", s.tick())
	s.ok(err)
	s.answers(key, "withdrawn") // and never said
	id, err := s.desk.OpenCase(s.ctx, key, "sari", s.tick())
	s.ok(err)
	s.claim()
	s.equal("nothing yet", []any{s.card(id).Last, s.card(id).LastIn, s.card(id).LastAt}, []any{"", false, time.Time{}})
	s.ok(s.desk.ReplyCase(s.ctx, id, "sari", "R1", "are you there?", s.tick()))
	s.equal("an agent's", []any{s.card(id).Last, s.card(id).LastIn, s.card(id).LastAt}, []any{"are you there?", false, s.now})
	s.tick()
	phone := s.message("777@lid", "from the phone")
	phone.FromMe = true
	s.accept(phone)
	s.equal("the phone's", []any{s.card(id).Last, s.card(id).LastIn, s.card(id).LastAt}, []any{"from the phone", false, s.now})
}

func search(s *desk) {
	ana := s.needs(s.number("6281100001", "777", "jual jamu \"pegal\" 100%"), "baik")
	budi := s.needs(s.number("6281100002", "888", "kind of text"), "Silakan hubungi kami")
	s.ok(s.desk.SetLabels(s.ctx, ana, "sari", []string{"urgent"}, s.tick()))
	s.ok(s.desk.AddNote(s.ctx, budi, "sari", "promised a call", s.tick()))
	for text, want := range map[string][]int64{
		fmt.Sprint(ana): {ana}, fmt.Sprintf("#%d", budi): {budi},
		"+62 811-00001": {ana}, "0811 00002": {budi}, "81100": {ana, budi}, "777": nil, "888@lid": nil, "name of": {ana, budi},
		"URGENT": {ana}, "a CALL": {budi}, "pegal": {ana}, `"pegal"`: {ana}, "100%": {ana}, "10_%": nil, "hubungi": {budi},
		"Jamu": {ana}, "text": {budi}, "nothing": nil, "' OR 1=1": nil, `\`: nil, "\x00\xff": nil,
	} {
		s.equal("search "+text, s.list(bot.CaseQuery{View: bot.ViewOpen, Search: text}), want)
	}
	s.claims(budi, "sari")
	s.equal("within a list", s.list(bot.CaseQuery{View: bot.ViewMine, Owner: "sari", Search: "name of"}), []int64{budi})
	page, err := s.desk.ListCases(s.ctx, bot.CaseQuery{View: bot.ViewOpen, Search: "name of", Limit: 1})
	s.ok(err)
	s.equal("next page", s.list(bot.CaseQuery{View: bot.ViewOpen, Search: "name of", Limit: 1, Cursor: page.Next}), []int64{budi})
}

func card(s *desk) {
	key := s.number("6281100001", "777", "I sell herbs")
	first := s.needs(key)
	_, err := s.desk.CloseCase(s.ctx, first, bot.Closing{By: "sari"}, s.tick())
	s.ok(err)
	s.number("6281100001", "777", "gibberish")
	t := s.turn(key, "I did not understand")
	yes := true
	t.Missed, t.OptOut = []bot.Missed{{Question: "business", Text: "gibberish"}}, &yes
	t.Audit = []bot.AuditEntry{{Who: bot.AuthorBot, What: "turn", Note: "a → b"}}
	t.Next.Misses, t.Next.FlowDigest = 2, "digest"
	t.HandOff = &bot.HandOff{Reason: flows.HandOffNotUnderstood, Summary: "none"}
	s.ok(s.store.Commit(s.ctx, t))
	id := s.openCase(key).ID
	s.ok(s.desk.AddNote(s.ctx, id, "sari", "note", s.tick()))
	c := s.card(id)
	s.equal("addresses", c.Addresses, []string{"6281100001@s.whatsapp.net", "777@lid"})
	s.equal("card", []any{c.Channel, c.OptedOut, c.Phone, c.Conversation.Misses, c.Conversation.FlowDigest, string(c.Conversation.Place.State), c.Conversation.Version},
		[]any{"test", true, "6281100001", 2, "digest", "asked", int64(2)})
	s.equal("missed", c.Missed, []bot.Missed{{Question: "business", Text: "gibberish"}})
	s.equal("notes", len(c.Notes), 1)
	s.equal("earlier", []any{len(c.Earlier), c.Earlier[0].ID}, []any{1, first})
	s.equal("lines", len(c.Lines), 3)
	if !slices.ContainsFunc(c.Audit, func(l bot.AuditLine) bool { return l.What == "turn" }) {
		s.Errorf("audit %+v", c.Audit)
	}
}

func mergeDesk(s *desk) {
	a, b := s.says("pn", "1"), s.says("lid", "2")
	first, second := s.needs(a), s.needs(b)
	s.ok(s.desk.AddNote(s.ctx, first, "sari", "on the first", s.tick()))
	s.ok(s.desk.AddNote(s.ctx, second, "sari", "on the second", s.tick()))
	s.ok(s.desk.SetLabels(s.ctx, first, "sari", []string{"a", "b"}, s.tick()))
	s.ok(s.desk.SetLabels(s.ctx, second, "sari", []string{"b", "c"}, s.tick()))
	s.ok(s.desk.OverrideVerdict(s.ctx, second, "sari", "eligible", "seen", s.tick()))
	s.claims(second, "sari")
	waiting := s.card(first).WaitingSince
	before := s.last()
	key := s.acquaint("pn", "lid", "3")
	c := s.card(first)
	s.equal("case", []any{c.Chat, c.Owner, c.Labels, len(c.Notes), c.Override, c.WaitingSince, c.ClaimedAt.IsZero()},
		[]any{key, "sari", []string{"a", "b", "c"}, 3, "eligible", waiting, false})
	s.equal("open", s.list(bot.CaseQuery{View: bot.ViewOpen}), []int64{first})
	s.equal("closed", s.list(bot.CaseQuery{View: bot.ViewClosed}), []int64{second})
	s.equal("events", s.happened(before), []string{"closed system", "owner system", "message"})
	s.ok(s.desk.ReplyCase(s.ctx, first, "sari", "R1", "hello", s.tick()))
	// The open case is known to the chat: what it does is an event.
	before = s.last()
	s.says("pn", "thanks")
	s.equal("events", s.happened(before), []string{"message"})
	// One that only one side has stays.
	c2, d := s.says("pn2", "1"), s.says("lid2", "2")
	s.answers(c2, "newer")
	id := s.needs(d)
	s.answers(c2, "newest")
	key = s.acquaint("pn2", "lid2", "3")
	before = s.last()
	s.answers(key, "go on")
	s.equal("events", s.happened(before), []string{"message bot"})
	s.equal("open case", s.openCase(key).ID, id)
}

func forgetDesk(s *desk) {
	_, id := s.opens("ana")
	s.ok(s.desk.AddNote(s.ctx, id, "sari", "secret note", s.tick()))
	s.ok(s.desk.SetLabels(s.ctx, id, "sari", []string{"secret label"}, s.tick()))
	s.ok(s.desk.OverrideVerdict(s.ctx, id, "sari", "eligible", "secret reason", s.tick()))
	_, err := s.desk.CloseCase(s.ctx, id, bot.Closing{By: "sari", Note: "secret closing"}, s.tick())
	s.ok(err)
	key, open := s.opens("ana")
	s.ok(s.desk.AddNote(s.ctx, open, "sari", "secret note", s.tick()))
	before := s.last()
	s.ok(s.store.Commit(s.ctx, s.forgetting(key)))
	s.equal("events", s.happened(before), []string{"closed system"})
	if c := s.card(open); c.Phone != "" || len(c.Addresses) > 0 {
		s.Errorf("while the goodbye waits, the case shows %q and %q", c.Phone, c.Addresses)
	}
	s.sendAll() // the goodbye still needed their address
	for _, id := range []int64{id, open} {
		c := s.card(id)
		if text := fmt.Sprintf("%+v", c); strings.Contains(text, "secret") || strings.Contains(text, "ana") {
			s.Errorf("the case still knows them: %s", text)
		}
	}
	s.equal("note", s.card(open).Note, bot.NoteForgotten)
	s.equal("who closed the earlier one", s.card(id).ClosedBy, "sari")
	s.ok(s.desk.AddNote(s.ctx, open, "sari", "it was them who asked for it", s.tick()))
	s.equal("closed", s.list(bot.CaseQuery{View: bot.ViewClosed}), []int64{open, id})

	// Retention takes the same.
	key, id = s.opens("budi")
	s.answers(key)
	s.sendAll()
	s.ok(s.desk.AddNote(s.ctx, id, "sari", "secret note", s.tick()))
	_, err = s.desk.CloseCase(s.ctx, id, bot.Closing{By: "sari", Note: "secret closing"}, s.tick())
	s.ok(err)
	s.expire(s.now.Add(time.Hour))
	if text := fmt.Sprintf("%+v", s.card(id)); strings.Contains(text, "secret") || strings.Contains(text, "budi") {
		s.Errorf("the case still knows them: %s", text)
	}
}

// expireWords: what was written about a case that was closed long ago goes, also when the person still writes.
func expireWords(s *desk) {
	key, id := s.opens("ana")
	s.ok(s.desk.AddNote(s.ctx, id, "sari", "secret note", s.tick()))
	s.ok(s.desk.OverrideVerdict(s.ctx, id, "sari", "eligible", "secret reason", s.tick()))
	_, err := s.desk.CloseCase(s.ctx, id, bot.Closing{By: "sari", Outcome: bot.ClosedOther, Note: "secret closing"}, s.tick())
	s.ok(err)
	_, open := s.opens("budi")
	s.ok(s.desk.AddNote(s.ctx, open, "sari", "of an open case", s.tick()))
	before := s.tick()
	s.now = s.now.Add(time.Hour)
	s.says("ana", "still there")
	s.expire(before)
	c := s.card(id)
	if text := fmt.Sprintf("%+v", c); strings.Contains(text, "secret") {
		s.Errorf("the case still holds words: %s", text)
	}
	s.equal("case", []any{c.Chat, c.Outcome, c.ClosedBy, c.Override}, []any{key, bot.ClosedOther, "sari", "eligible"})
	s.equal("notes of an open case", len(s.card(open).Notes), 1)
}

// withdrawnCase: the chat has no open case any more when the person withdraws it.
func withdrawnCase(s *desk) {
	key, id := s.opens("ana")
	s.says("ana", "never mind")
	before := s.last()
	t := s.turn(key)
	t.Withdraw = true
	s.ok(s.store.Commit(s.ctx, t))
	s.says("ana", "it helped")
	t = s.turn(key, "thank you")
	t.Helped = "yes"
	s.ok(s.store.Commit(s.ctx, t))
	s.equal("events", s.happened(before), []string{"closed", "helped"})
	s.equal("helped", s.card(id).Helped, "yes")
	s.equal("queue", s.list(bot.CaseQuery{View: bot.ViewQueue}), []int64(nil))
}

func events(s *desk) {
	s.equal("last of none", s.last(), int64(0))
	const chats, each = 8, 12
	var keys [chats]bot.ChatKey
	var ids [chats]int64
	for i := range chats {
		keys[i], ids[i] = s.opens(fmt.Sprintf("p%d", i))
	}
	begin := s.last()
	now := s.tick()
	var writers, reader sync.WaitGroup
	done := make(chan struct{})
	var seen []int64
	reader.Go(func() { // a browser that asks again and again misses nothing
		last := begin
		for stop := false; !stop; {
			select {
			case <-done:
				stop = true
			default:
			}
			events, err := s.desk.Events(s.ctx, last, 7)
			for err == nil && len(events) > 0 {
				for _, e := range events {
					seen = append(seen, e.ID)
					last = e.ID
				}
				events, err = s.desk.Events(s.ctx, last, 7)
			}
			if err != nil {
				s.Error(err)
				return
			}
		}
	})
	for i := range chats {
		writers.Go(func() {
			for n := range each {
				if err := s.desk.AddNote(s.ctx, ids[i], "sari", fmt.Sprint(n), now); err != nil {
					s.Error(err)
				}
			}
		})
	}
	flow := s.store.(bot.Versions) // whatever else adds events keeps the order, too
	for range chats {
		writers.Go(func() {
			for range each {
				if err := flow.FlowFailed(s.ctx, "admin", now); err != nil {
					s.Error(err)
				}
			}
		})
	}
	writers.Wait()
	close(done)
	reader.Wait()
	all, err := s.desk.Events(s.ctx, begin, 0)
	s.ok(err)
	if len(all) != 2*chats*each || len(seen) != len(all) {
		s.Errorf("%d events, of which the reader saw %d, want %d", len(all), len(seen), 2*chats*each)
	}
	all = slices.DeleteFunc(all, func(e bot.Event) bool { return e.Kind == bot.EventFlow })
	s.equal("case", []any{all[0].Kind, all[0].Who, all[0].At, slices.Contains(ids[:], all[0].Case)}, []any{bot.EventNote, "sari", now, true})
	last := s.last()
	s.ok(flow.FlowFailed(s.ctx, "admin", now))
	s.equal("events", s.happened(last), []string{"flow admin"})
}
