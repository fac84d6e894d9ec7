package flows_test

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"layak/flows"
	"layak/flows/hours"
)

// staffed returns a chat whose engine knows office hours in Jakarta: Monday to Friday, 09:00 to 17:00, not on 25 December.
func staffed(t *testing.T, jakarta string) *chat {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Jakarta")
	if err != nil {
		t.Fatal(err)
	}
	var week [7][]hours.Span
	for day := time.Monday; day <= time.Friday; day++ {
		week[day] = []hours.Span{{From: 9 * 60, To: 17 * 60}}
	}
	calendar, err := hours.New(zone, week, []hours.Holiday{{Date: "12-25", Name: "Natal"}})
	if err != nil {
		t.Fatal(err)
	}
	now, err := time.ParseInLocation("2006-01-02 15:04", jakarta, zone)
	if err != nil {
		t.Fatal(err)
	}
	c := newChat(t)
	c.engine, c.now = c.engine.WithHours(calendar), now.UTC()
	return c
}

// A8: whoever asks for a person is told when one will answer, and how to call it off.
func TestPersonIsPromisedInBusinessHours(t *testing.T) {
	for _, test := range []struct{ name, at, id, en string }{
		{"within", "2026-11-23 10:00", "akan membalas hari ini.", "will answer today."},
		{"before_opening", "2026-11-23 06:00", "mulai hari ini pukul 09.00 WIB.", "from today at 09:00 WIB."},
		{"just_before_opening", "2026-11-23 08:50", "mulai hari ini pukul 09.00 WIB.", "from today at 09:00 WIB."},
		{"just_before_closing", "2026-11-23 16:45", "mulai besok pukul 09.00 WIB.", "from tomorrow at 09:00 WIB."},
		{"evening", "2026-11-23 20:00", "mulai besok pukul 09.00 WIB.", "from tomorrow at 09:00 WIB."},
		{"friday_evening", "2026-11-27 20:00", "mulai Senin pukul 09.00 WIB.", "from Monday at 09:00 WIB."},
		{"holiday", "2026-12-25 10:00", "mulai Senin pukul 09.00 WIB.", "from Monday at 09:00 WIB."},
		{"before_the_holiday", "2026-12-24 17:30", "mulai Senin pukul 09.00 WIB.", "from Monday at 09:00 WIB."},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := staffed(t, test.at)
			c.say("halo", "agen")
			c.want(test.id, "Ketik *batal*")
			c.handOff(flows.HandOffAsked)
			c = staffed(t, test.at)
			c.say("english", "talk to a human")
			c.want(test.en, "Type *cancel*")
		})
	}
}

func TestPersonIsPromisedAfterThirdMissAndReview(t *testing.T) {
	c := staffed(t, "2026-11-27 20:00")
	c.choose("herbal_medicine")
	c.say("zzz qqq", "zzz qqq", "zzz qqq")
	c.handOff(flows.HandOffNotUnderstood)
	c.want("mulai Senin pukul 09.00 WIB")
	c.say("1", "1", "betul")
	c.verdict("needs_review")
	c.want("mulai Senin pukul 09.00 WIB")
}

// Without business hours nothing is promised, and a person can still be called off.
func TestNoHoursNoPromise(t *testing.T) {
	c := newChat(t)
	c.say("halo", "agen")
	c.want("Ketik *batal*")
	if text := c.last.Replies[0].Text; strings.Contains(text, "pukul") || strings.Contains(text, "hari ini") {
		t.Errorf("a time is promised:\n%s", text)
	}
	if text := c.engine.Apology("en", c.now); !strings.Contains(text, "Type *cancel*") {
		t.Errorf("the apology: %q", text)
	}
}

func TestCancelWithdrawsTheCase(t *testing.T) {
	for _, word := range []string{"batal", "cancel", "ga jadi kak"} {
		c := newChat(t)
		c.choose("herbal_medicine")
		question := c.last.Ask.ID
		c.say("agen", word)
		c.want("tidak perlu lagi")
		c.asks(question)
		if len(c.last.Effects) != 1 || c.last.Effects[0] != (flows.Withdraw{}) {
			t.Errorf("%s: effects %v, want one Withdraw", word, c.last.Effects)
		}
		if c.say(word); len(c.last.Effects) > 0 && c.last.Effects[0] == (flows.Withdraw{}) {
			t.Errorf("%s withdrew a case that is withdrawn", word)
		}
	}
}

func TestCancelWithoutACaseIsNoWrongAnswer(t *testing.T) {
	c := newChat(t)
	c.choose("herbal_medicine")
	question := c.last.Ask.ID
	c.say("batal")
	c.want("Tidak ada yang perlu dibatalkan", "*ulang*", "*stop*")
	c.asks(question)
	if c.c.Misses > 0 || len(c.last.Effects) > 0 {
		t.Errorf("misses %d, effects %v", c.c.Misses, c.last.Effects)
	}
}

// The word also answers other questions: there, and where nobody waits for a person, it withdraws nothing.
func TestCancelMeansTheQuestionThatStands(t *testing.T) {
	c := newChat(t)
	c.say("halo", "agen", "hapus data", "batal")
	c.want("tidak ada yang dihapus")
	if !c.c.Waiting {
		t.Error("the case was withdrawn")
	}
	c = newChat(t)
	c.say("halo", "agen", "ulang", "batal")
	if c.c.Waiting || len(c.last.Effects) != 1 {
		t.Errorf("after a restart the case is not withdrawn: %v", c.last.Effects)
	}
}

// closed gives a chat back after a person closed the case.
func (c *chat) closed() {
	c.t.Helper()
	turn, err := c.engine.Closed(c.t.Context(), c.c, c.now.Add(time.Hour))
	if err != nil {
		c.t.Fatal(err)
	}
	c.c, c.last, c.now = turn.Next, turn, c.now.Add(time.Hour)
}

func TestAfterwardsAsksWhetherItHelped(t *testing.T) {
	for answer, want := range map[string]flows.HelpedAnswer{
		"1": flows.HelpedYes, "ya": flows.HelpedYes, "terbantu kak, makasih": flows.HelpedYes, "2": flows.HelpedNo, "belum": flows.HelpedNo,
	} {
		c := newChat(t)
		c.choose("herbal_medicine")
		question, answers := c.last.Ask.ID, len(c.c.Answers)
		c.say("agen")
		c.closed()
		c.asks("helped")
		c.want("asisten otomatis lagi", "1. Ya, terbantu\n2. Belum")
		c.say(answer)
		if len(c.last.Effects) != 1 || c.last.Effects[0] != (flows.Helped{Answer: want}) {
			t.Errorf("%s: effects %v, want %s", answer, c.last.Effects, want)
		}
		c.asks(question)
		if len(c.c.Answers) != answers || c.c.Misses > 0 || c.c.HandedOver || c.c.Waiting {
			t.Errorf("%s: the conversation is %+v", answer, c.c)
		}
	}
	c := newChat(t)
	c.choose("herbal_medicine")
	c.closed()
	c.input(flows.Input{Kind: flows.InputTap, Choice: "yes"})
	if len(c.last.Effects) != 1 || c.last.Effects[0] != (flows.Helped{Answer: flows.HelpedYes}) {
		t.Errorf("a tap: %v", c.last.Effects)
	}
}

// Whether it helped is only asked once: anything else than an answer is one to the question that stood.
func TestHelpedDoesNotDisturb(t *testing.T) {
	c := newChat(t)
	c.choose("herbal_medicine")
	question := c.last.Ask.ID
	c.closed()
	c.say("TR193612348")
	if c.c.Answers[question].Value != "yes" || c.c.Misses > 0 {
		t.Errorf("the licence was not taken: %+v", c.c)
	}
	c = newChat(t)
	c.choose("herbal_medicine")
	c.closed()
	c.say("status")
	c.asks(question)
	c = newChat(t)
	c.choose("herbal_medicine")
	c.say("2", "betul")
	if !c.c.Judged {
		t.Fatal("no verdict")
	}
	c.closed()
	c.say("ya")
	c.want("Senang mendengarnya", "Ketik *ulang*")
}

func TestHelpedIsNotAskedOfWhoStopped(t *testing.T) {
	c := newChat(t)
	c.say("halo", "stop")
	c.closed()
	if len(c.last.Replies) > 0 || c.c.Status != flows.Stopped {
		t.Errorf("somebody who stopped is asked: %+v", c.last)
	}
	turn, err := c.engine.Closed(t.Context(), flows.Conversation{}, c.now)
	if err != nil || len(turn.Replies) > 0 {
		t.Errorf("somebody who never wrote is asked: %+v, %v", turn, err)
	}
}
