package storagetest

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"layak/bot"
)

// A3: from claim until return no turn is stored in the chat, and nothing that the bot composed is given out to be sent,
// whatever was under way. Agents, turns and senders of several chats run against one another here.
func claimFence(s *desk) {
	const chats, rounds, senders = 3, 12, 2
	var keys [chats]bot.ChatKey
	var ids [chats]int64
	// odd from before a person has the chat for sure until just before they give it back
	var held [chats]atomic.Int64
	chatOf := map[bot.ChatKey]int{}
	for i := range chats {
		keys[i], ids[i] = s.opens(fmt.Sprintf("p%d", i))
		chatOf[keys[i]] = i
	}
	now := s.tick().Add(time.Hour)
	var counter, turns, sent, withdrawn atomic.Int64
	done := make(chan struct{})
	running := func() bool {
		select {
		case <-done:
			return false
		default:
			return true
		}
	}
	check := func(i int, before int64, what string) {
		if before%2 == 1 && held[i].Load() == before {
			s.Errorf("%s in a chat that a person has", what)
		}
	}

	var others sync.WaitGroup
	for i := range chats {
		others.Go(func() { // somebody writes, and the bot answers
			for running() {
				n := counter.Add(1)
				in := bot.Inbound{
					Channel: "test", Address: fmt.Sprintf("p%d", i), Sender: "p", MessageID: fmt.Sprintf("RACE-IN%d", n), ReceivedAt: now,
				}
				in.Input.Kind, in.Input.Text, in.Input.At = "text", "more", now
				if _, err := s.store.Accept(s.ctx, in); err != nil {
					s.Errorf("accept: %v", err)
				}
				before := held[i].Load()
				c, err := s.store.Load(s.ctx, keys[i])
				if err != nil {
					s.Errorf("load: %v", err)
					return
				}
				if c.Owner != "" || len(c.Pending) == 0 {
					continue
				}
				t := bot.TurnRecord{Chat: c.Key, Base: c.Conversation.Version, Next: c.Conversation, At: now}
				for _, p := range c.Pending {
					t.Answered = append(t.Answered, p.ID)
				}
				for m := range 2 {
					o := bot.Outbound{MessageID: fmt.Sprintf("RACE-OUT%d-%d", n, m), Author: bot.AuthorBot}
					o.Reply.Text = "answer"
					t.Out = append(t.Out, o)
				}
				switch err := s.store.Commit(s.ctx, t); {
				case err == nil:
					turns.Add(1)
					check(i, before, "a turn was stored")
				case !errors.Is(err, bot.ErrConflict):
					s.Errorf("commit: %v", err)
				}
			}
		})
	}
	for range senders {
		others.Go(func() {
			for running() {
				var before [chats]int64
				for i := range chats {
					before[i] = held[i].Load()
				}
				out, err := s.store.Claim(s.ctx, "test", now, time.Hour, 10)
				if err != nil {
					s.Errorf("claim: %v", err)
					return
				}
				for _, o := range out {
					if o.Author == bot.AuthorBot {
						check(chatOf[o.Chat], before[chatOf[o.Chat]], "the bot spoke")
					}
					sent.Add(1)
					if err := s.store.Settle(s.ctx, o.ID, bot.Attempt{Outcome: bot.OutcomeSent, At: now}); err != nil {
						s.Errorf("settle: %v", err)
					}
				}
			}
		})
	}
	var agents sync.WaitGroup
	for i := range chats {
		agents.Go(func() {
			for n := range rounds {
				if n%3 == 2 {
					in := bot.Inbound{
						Channel: "test", Address: fmt.Sprintf("p%d", i), Sender: "me", FromMe: true, MessageID: fmt.Sprintf("HAND%d-%d", i, n), ReceivedAt: now,
					}
					in.Input.Kind, in.Input.Text, in.Input.At = "text", "by hand", now
					if _, err := s.store.Accept(s.ctx, in); err != nil {
						s.Errorf("take over: %v", err)
					}
				} else if _, err := s.desk.ClaimCase(s.ctx, ids[i], "sari", now); err != nil {
					s.Errorf("claim case: %v", err)
				}
				held[i].Add(1)
				for range 15 { // others have time to do wrong
					if _, err := s.store.Load(s.ctx, keys[i]); err != nil {
						s.Errorf("load: %v", err)
					}
				}
				c, err := s.store.Load(s.ctx, keys[i])
				if err != nil || c.Owner == "" {
					s.Errorf("load: owner %q, %v", c.Owner, err)
					return
				}
				held[i].Add(1)
				t := bot.TurnRecord{Chat: keys[i], Base: c.Conversation.Version, At: now, Return: &bot.Return{From: c.Owner}}
				if err := s.store.Commit(s.ctx, t); err != nil {
					s.Errorf("return: %v", err)
				}
				for range 20 { // the bot has something to say again, most of the time
					if c, err = s.store.Load(s.ctx, keys[i]); err != nil || c.Conversation.Version > t.Base {
						break
					}
				}
			}
		})
	}
	agents.Wait()
	close(done)
	others.Wait()
	for _, key := range keys {
		lines, err := s.rec.Transcript(s.ctx, key)
		s.ok(err)
		for _, l := range lines {
			if l.State == bot.LineDropped {
				withdrawn.Add(1)
			}
		}
	}
	s.Logf("%d turns, %d messages sent, %d withdrawn", turns.Load(), sent.Load(), withdrawn.Load())
}
