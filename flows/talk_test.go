package flows_test

import (
	"testing"

	"layak/flows"
)

// A1: whoever plainly asks for a person gets one, at any question and after the result, whatever else the message holds.
func TestA1AskingForAPersonWins(t *testing.T) {
	for _, text := range []string{
		"saya mau bicara sama manusia", "itu tidak adil, saya mau bicara dengan orang", "bicara dengan manusia", "minta nomor cs nya", "ada orangnya ga?",
		"ini bot ya? saya mau komplain", "I want to speak to a human", "are you a bot? let me talk to your manager",
	} {
		for _, before := range [][]string{nil, {"halo"}, {"jual obat herbal"}, {"pinjol", "belum"}} {
			c := newChat(t)
			c.say(before...)
			c.say(text)
			c.handOff(flows.HandOffAsked)
		}
	}
	for _, text := range []string{"ini bot apa manusia?", "am I talking to a human?"} {
		c := newChat(t)
		c.say("jual obat herbal", text)
		c.handOff("")
		c.want("asisten otomatis")
	}
	c := newChat(t)
	c.say("jasa call center")
	c.handOff("")
	c.say("saya mau hubungi pelanggan lewat wa")
	c.handOff("")
}

// P4: after the result, too, what is not understood is listed, a person is offered the second time, and comes the third.
func TestP4AfterTheResult(t *testing.T) {
	missed := func(c *chat) string {
		for _, e := range c.last.Effects {
			if m, is := e.(flows.Missed); is {
				return m.Question + ": " + m.Text
			}
		}
		return ""
	}
	c := newChat(t)
	c.say("pinjol p2p lending", "sudah", "1")
	c.verdict("not_eligible")
	c.say("Loh kok gitu? padahal kami legal")
	c.want("mengecewakan", "*kenapa*", "*agen*")
	if got := missed(c); got != "result: Loh kok gitu? padahal kami legal" {
		t.Errorf("listed as not understood: %q", got)
	}
	c.handOff("")
	for _, talk := range []string{"ok", "makasih ya", "halo?", "🤔", "tidak", "ya", "??"} {
		c.say(talk)
		c.handOff("")
		if c.c.Misses != 1 || missed(c) != "" {
			t.Errorf("%q counted as not understood: %d %q", talk, c.c.Misses, missed(c))
		}
	}
	c.say("itu diskriminasi")
	c.want("Mau saya panggilkan tim kami? Ketik *agen*")
	c.handOff("")
	c.say("kompetitor kami kok jalan terus ya heran")
	c.handOff(flows.HandOffNotUnderstood)
	c.want("tim kami", "membalas di sini")
	c.say("blablabla xyzzy")
	c.want("sudah saya kabari")
	c.handOff("")

	c = newChat(t)
	c.say("we run a p2p lending platform", "yes", "1", "that's unfair")
	c.want("disappointing")
	c.say("our rivals have it, qwerty")
	c.want("Type *agent*")
	c.say("lorem ipsum dolor")
	c.handOff(flows.HandOffNotUnderstood)
}

func TestYesToTheOfferOfAPerson(t *testing.T) {
	c := newChat(t)
	c.say("jual rokok", "itu tidak adil", "ya")
	c.handOff("")
	c.say("diskriminasi ini", "boleh kak")
	c.handOff(flows.HandOffAsked)
}

func TestTheSameBusinessAgainGetsTheSameResult(t *testing.T) {
	c := newChat(t)
	c.say("jual rokok", "kalau vape gimana?")
	c.want("Hasil: tidak bisa", "vape")
	c.handOff("")
}

func TestWhatToDoAfterTheResult(t *testing.T) {
	c := newChat(t)
	c.say("jual obat herbal", "belum", "1")
	for _, text := range []string{"apa yang harus kami lakukan supaya bisa?", "gimana caranya biar bisa"} {
		c.say(text)
		c.want("mengubah hasil", "BPOM", "*agen*")
		c.handOff("")
	}
	c = newChat(t)
	c.say("we run a p2p lending platform", "yes", "1", "correct", "how can we fix this?") // "correct" is no wish to correct an answer
	c.want("nothing would change", "*agent*")
}

func TestGreetingAfterTheResultSaysWhatCanBeDone(t *testing.T) {
	c := newChat(t)
	c.say("pinjol p2p lending", "sudah", "1", "halo?")
	c.want("Halo!", "*ulang*", "*agen*")
	for _, salam := range []string{"asalamualaikm", "assalamualaikum", "Asslamu'alaikum wr wb", "assalammualaikum kak", "assalamuallaikum"} {
		c.say(salam)
		c.want("Waalaikumsalam!", "*ulang*")
		first := newChat(t)
		first.say(salam)
		first.want("Waalaikumsalam!")
	}
}

// P15: a conversation that became English by a loan word becomes Indonesian with the first word that is; one that was asked for stays.
func TestP15IndonesianWordsLeadBack(t *testing.T) {
	for _, text := range []string{"sudah", "belum", "kenapa?", "gak punya"} {
		c := newChat(t)
		c.say("p2p lending")
		c.c.Lang = "en"
		c.say("ya")
		c.c.Lang = "en"
		c.say(text)
		if c.c.Lang != "id" {
			t.Errorf("after %q the language is %s", text, c.c.Lang)
		}
	}
	c := newChat(t)
	c.say("we sell herbal medicine", "ya")
	if c.c.Lang != "en" {
		t.Errorf("ya alone made it %s", c.c.Lang)
	}
	c = newChat(t)
	c.say("english", "sudah")
	if c.c.Lang != "en" {
		t.Error("a language that was asked for did not stay")
	}
}

func TestALanguageIsAskedForInASentence(t *testing.T) {
	c := newChat(t)
	c.say("Hi, do you speak English?")
	c.want("I'm Layak", "What is your business?")
	c.asks("business")
	if c.c.Lang != "en" || !c.c.LangChosen {
		t.Errorf("language %s, chosen: %v", c.c.Lang, c.c.LangChosen)
	}
	c.say("bisa bahasa indonesia ga?")
	c.want("bahasa Indonesia", "Apa usaha Anda?")
	c = newChat(t)
	c.say("kursus bahasa inggris")
	if c.c.Category() != "education" || c.c.Lang != "id" {
		t.Errorf("category %s, language %s", c.c.Category(), c.c.Lang)
	}
}

// A list does not stand in the way of somebody who says in words what the business is.
func TestADescriptionAnswersAList(t *testing.T) {
	for _, list := range [][]string{{"halo", "3"}, {"gimana kalau jual kopi"}} {
		for text, want := range map[string]string{
			"saya punya 3 salon kecantikan": "beauty_wellness", "bukan itu, saya jual baju anak": "fashion_retail", "we are a dental clinic in jakarta": "clinic_hospital",
			"kami sewa tenda buat nikahan": "vehicle_equipment_rental", "adalah usaha laundry kiloan, bukan 1 atau 2": "professional_services",
		} {
			c := newChat(t)
			c.say(list...)
			c.say(text)
			if got := c.c.Category(); got != want {
				t.Errorf("%q after %q is taken for %q, want %s", text, list, got, want)
			}
		}
		c := newChat(t)
		c.say(list...)
		c.say("semua salah, saya jual sepatu dan tas") // not clear yet
		c.want("Pakaian, sepatu, tas")
		if c.c.Misses > 0 {
			t.Error("another description counts as not understood")
		}
		c.say("1")
		if c.c.Category() != "fashion_retail" {
			t.Errorf("category %q", c.c.Category())
		}
	}
}

// Whoever was taken to name another business after the result, and did not, comes back to the result.
func TestNoOtherBusinessAfterAll(t *testing.T) {
	c := newChat(t)
	c.say("jual rokok", "jual madu dan jamu dan alat kesehatan juga")
	c.asks("business.confirm")
	c.say("siapa yang memutuskan?")
	c.asks("business.confirm")
	c.say("siapa yang memutuskan sih?")
	c.want("Mau saya panggilkan tim kami?")
	c.say("boleh")
	c.handOff(flows.HandOffAsked)
	for _, text := range []string{"bayarnya berapa?", "berapa lama prosesnya", "I want my money back", "kapan bisa dipakai", "ini penipuan ya", "siapa yang memutuskan?"} {
		c := newChat(t)
		c.say("jual rokok", text)
		if c.last.Ask != nil {
			t.Errorf("%q is taken for another business", text)
		}
	}
}
