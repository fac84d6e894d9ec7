package flows_test

import (
	"strings"
	"testing"

	"layak/flows"
)

// These are ways in which people tried to get a yes that they should not get, or were misread.

func TestWordsAroundANumberCanTakeItBack(t *testing.T) {
	for _, text := range []string{
		"bukan TR987654321", "TR987654321 palsu", "TR987654321 tapi sudah expired", "TR987654321 punya teman saya",
		"belum, nanti dapat seperti TR987654321", "formatnya TR987654321 gitu ya?", "satu produk TR987654321, yang lain belum ada",
		"cuma 1 yang ada TR987654321", "TR987654321, sisanya masih proses", "TR203612347",
	} {
		c := newChat(t)
		c.choose("herbal_medicine")
		c.say(text)
		if v := c.c.Answers["licence.bpom_tr"]; v.Value == "yes" {
			t.Errorf("%q was taken for a yes:\n%s", text, c.last.Replies[0].Text)
		}
	}
	for _, text := range []string{"TR987654321", "POM TR 987 654 321", "nomornya TR987654321 kak", "sudah ada, TR987654321", "ini TR987654321 ya", "TR987654321 sama TR987654322"} {
		c := newChat(t)
		c.choose("herbal_medicine")
		c.say(text)
		if v := c.c.Answers["licence.bpom_tr"]; v.Value != "yes" {
			t.Errorf("%q was not taken:\n%s", text, c.last.Replies[0].Text)
		}
	}
	c := newChat(t)
	c.choose("packaged_food")
	c.say("P-IRT 2063201010123")
	c.want("15 angka")
}

func TestAnotherBusinessNamedOnTheWayIsAskedAbout(t *testing.T) {
	c := newChat(t)
	c.choose("vehicle_equipment_rental")
	c.say("sebenarnya saya jual togel")
	c.asks("business.confirm")
	c.say("bukan")
	c.asks("licence.nib")
	c.say("sudah")
	c.asks("recap")
	c.say("saya bandar togel online")
	c.asks("business.confirm")
	c.say("iya")
	c.verdict("not_eligible")
}

func TestARefusalIsRememberedBesideALaterYes(t *testing.T) {
	c := newChat(t)
	c.choose("gambling")
	c.verdict("not_eligible")
	c.say("ulang")
	c.c.Place = flows.Place{State: "group", Offer: []string{"vehicle_equipment_rental"}}
	c.say("1", "sudah", "ya")
	c.verdict("eligible")
	c.want("Catatan", "judi", "tetap tidak bisa")
}

func TestRecapTakesEveryYes(t *testing.T) {
	for _, yes := range []string{"iya betul", "y", "betul semua", "sudah", "iya bener", "yoi", "👍", "ok", "sudah benar kak", "yes", "that's right"} {
		c := newChat(t)
		c.choose("vehicle_equipment_rental")
		c.say("1", yes)
		if c.last.Verdict() == nil {
			t.Errorf("%q at the recap was not understood:\n%s", yes, c.last.Replies[0].Text)
		}
	}
	for text, asks := range map[string]string{"ubah nib": "licence.nib", "ganti usaha": "business", "salah": "change", "belum benar": "change"} {
		c := newChat(t)
		c.choose("vehicle_equipment_rental")
		c.say("1", text)
		if c.last.Ask == nil || c.last.Ask.ID != asks {
			t.Errorf("%q at the recap: asked %+v, want %s", text, c.last.Ask, asks)
		}
	}
}

func TestAskingWhatALicenceIsIsNoAnswer(t *testing.T) {
	for _, text := range []string{"apa itu NIB?", "NIB itu apa?", "what is a NIB"} {
		c := newChat(t)
		c.choose("vehicle_equipment_rental")
		c.say(text)
		c.asks("licence.nib")
		if _, answered := c.c.Answers["licence.nib"]; answered || c.c.Misses != 0 {
			t.Errorf("%q: answers %v, misses %d", text, c.c.Answers, c.c.Misses)
		}
		c.want("OSS")
	}
}

func TestCandidatesAreToldApartInTheQuestionsOwnWords(t *testing.T) {
	c := newChat(t)
	c.say("halo")
	c.c.Place = flows.Place{State: "clarify", Offer: []string{"jamu_drinks", "herbal_medicine"}}
	c.say("dua duanya")
	if got := c.c.Category(); got != "herbal_medicine" {
		t.Errorf("both: got %q, want the stricter herbal_medicine", got)
	}
}

func TestFirstMessageMayAskForTheListOrForHelp(t *testing.T) {
	c := newChat(t)
	c.say("daftar")
	c.want("asisten otomatis", "10. ")
	c = newChat(t)
	c.say("bantuan")
	c.want("asisten otomatis", "ubah 2", "Apa usaha Anda?")
	c = newChat(t)
	c.say("qwpoei zmxn")
	missed := false
	for _, e := range c.last.Effects {
		_, is := e.(flows.Missed)
		missed = missed || is
	}
	if !missed {
		t.Error("an unreadable first message is not noted for the admin")
	}
	if strings.Contains(c.last.Replies[0].Text, "belum menangkap") {
		t.Error("the first message counts as a mistake")
	}
}

func TestThreeMissesWhileChangingKeepTheBusiness(t *testing.T) {
	c := newChat(t)
	c.choose("herbal_medicine")
	c.say("1", "1", "ubah 1", "qwrtp", "zxcvb", "mnbvc")
	c.handOff(flows.HandOffNotUnderstood)
	if got := c.c.Category(); got != "herbal_medicine" {
		t.Errorf("the business became %q", got)
	}
}
