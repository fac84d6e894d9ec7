package flows_test

import (
	"slices"
	"testing"

	"layak/flows"
)

func TestAQuestionAboutLicencesIsNoBusinessAndNoMistake(t *testing.T) {
	for _, c := range []struct{ text, says string }{
		{"kenapa harus ada bpom", "BPOM mengawasi obat dan makanan."},
		{"ojk itu apa", "OJK adalah pengawas jasa keuangan"},
		{"izin apa saja yang diperlukan", "Izin apa yang diperlukan tergantung jenis usahanya."},
		{"what is a PIRT", "PIRT is the permit for home-made food"},
		{"yang ngeluarin PIRT tuh siapa", "PIRT adalah izin pangan rumahan"},
		{"do I need a licence?", "Which licences matter depends on the kind of business."},
	} {
		first := newChat(t)
		first.say(c.text)
		first.want(c.says)
		first.asks("business")

		later := newChat(t)
		later.say("halo", c.text, c.text, c.text, c.text)
		later.want(c.says)
		later.asks("business")
		later.handOff("")
		if later.c.Misses != 0 || later.c.Category() != "" {
			t.Errorf("%q: %d misses, business %q", c.text, later.c.Misses, later.c.Category())
		}
	}
}

// A list ends with one way to say that nothing fits, and whoever says so of a second one is not asked a third time.
func TestOneWayToSaySomethingElse(t *testing.T) {
	for _, text := range []string{"jual macem macem barang", "obat", "token", "hadiah", "travel", "mitra", "toko online", "obat sama alat", "jual yang lucu lucu"} {
		c := newChat(t)
		c.say(text)
		if c.last.Ask == nil {
			continue
		}
		for _, o := range c.last.Ask.Options {
			if o.ID == "other_unlisted" {
				t.Errorf("%q: offered %v", text, c.last.Ask.Options)
			}
		}
	}

	c := newChat(t)
	c.say("obat", "lainnya")
	c.want("Coba ceritakan dengan kata sendiri")
	c.asks("business")
	c.say("token", "lainnya")
	c.want("belum ada di daftar saya", "perlu ditinjau tim kami")
	if c.c.Category() != "other_unlisted" || !slices.ContainsFunc(c.last.Effects, func(e flows.Effect) bool { _, ok := e.(flows.HandOff); return ok }) {
		t.Errorf("business %q, effects %v", c.c.Category(), c.last.Effects)
	}

	c = newChat(t) // the same after "change": nothing was turned down in between
	c.say("obat", "1", "ubah 1", "token", "lainnya")
	c.asks("business")
}
