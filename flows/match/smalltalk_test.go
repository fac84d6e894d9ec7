package match

import "testing"

func TestSmallTalk(t *testing.T) {
	for _, tt := range []struct {
		text string
		want Talk
	}{
		{"makasih ya", TalkThanks},
		{"terima kasih banyak kak", TalkThanks},
		{"thanks", TalkThanks},
		{"thank you so much!", TalkThanks},
		{"🙏", TalkThanks},
		{"makasiiih", TalkThanks},
		{"mksh min", TalkThanks},
		{"tq", TalkThanks},
		{"matur nuwun", TalkThanks},
		{"ok makasih infonya", TalkThanks},
		{"halo", TalkGreeting},
		{"haloooo", TalkGreeting},
		{"hai kak", TalkGreeting},
		{"assalamualaikum", TalkGreeting},
		{"Assalamualaikum wr wb", TalkGreeting},
		{"selamat pagi", TalkGreeting},
		{"pagi kak", TalkGreeting},
		{"malam min", TalkGreeting},
		{"hello there", TalkGreeting},
		{"good morning", TalkGreeting},
		{"P", TalkGreeting},
		{"permisi kak", TalkGreeting},
		{"tes", TalkGreeting},
		{"ok", TalkOK},
		{"oke kak", TalkOK},
		{"siap", TalkOK},
		{"baik", TalkOK},
		{"noted", TalkOK},
		{"👍", TalkOK},
		{"okeee", TalkOK},
		{"oh gitu ya", TalkOK},
		{"I see", TalkOK},
		{"wkwkwk", TalkLaugh},
		{"wkwk", TalkLaugh},
		{"hahaha", TalkLaugh},
		{"hehe", TalkLaugh},
		{"😂😂", TalkLaugh},
		{"xixixi", TalkLaugh},
		{"lol", TalkLaugh},
		{"maaf", TalkSorry},
		{"maaf kak salah kirim", TalkSorry},
		{"sorry", TalkSorry},
		{"my bad", TalkSorry},
		{"maaf baru balas", TalkSorry},
		{"sebentar ya", TalkWait},
		{"tunggu", TalkWait},
		{"bentar kak", TalkWait},
		{"wait a minute", TalkWait},
		{"hold on", TalkWait},
		{"ok sebentar", TalkWait},
		{"saya cek dulu ya", TalkWait},
		{"maaf, tunggu sebentar", TalkWait},
		{"ini siapa?", TalkWho},
		{"ini robot ya?", TalkWho},
		{"kamu bot?", TalkWho},
		{"are you a bot?", TalkWho},
		{"is this a real person?", TalkWho},
		{"siapa ini", TalkWho},
		{"ini bot apa manusia?", TalkWho},
		{"who are you", TalkWho},
		{"am I talking to a human?", TalkWho},
		{"halo, ini siapa ya?", TalkWho},
		{"berapa biayanya?", TalkPrice},
		{"biayanya berapa kak", TalkPrice},
		{"bayar gak?", TalkPrice},
		{"bayarnya berapa?", TalkPrice},
		{"gratis?", TalkPrice},
		{"how much does it cost?", TalkPrice},
		{"is it free", TalkPrice},
		{"harganya brp min", TalkPrice},
		{"pagi kak, berapa harga wa api?", TalkPrice},
		{"", TalkNone},
		{"saya jual baju", TalkNone},
		{"halo kak, saya jual baju", TalkNone},
		{"sudah", TalkNone},
		{"belum", TalkNone},
		{"jasa bayar tagihan", TalkNone},
		{"2", TalkNone},
		{"agen", TalkNone},
		{"toko robot mainan", TalkNone},
		{"jual makanan gratis ongkir", TalkNone},
		{"tidak", TalkNone},
		{"makasih, sudah ada", TalkNone},
		{"ya", TalkNone},
		{"iya kak", TalkNone},
		{"catering pagi", TalkNone},
		{"mau bicara dengan manusia", TalkNone},
		{"orang", TalkNone},
		{"ok stop", TalkNone},
		{"kok gitu sih", TalkNone},
		{"kirim uang", TalkNone},
		{"salam travel umroh", TalkNone},
		{"1 menit menuju sukses", TalkNone},
		{"pinjaman tanpa biaya", TalkNone},
	} {
		if got := SmallTalk(tt.text); got != tt.want {
			t.Errorf("SmallTalk(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestWhy(t *testing.T) {
	for text, want := range map[string]bool{
		"kenapa?": true, "kok gitu sih": true, "kok ditolak kak?": true, "alasannya apa ya": true, "knp gak bisa": true, "why not?": true,
		"": false, "gitu": false, "tidak bisa": false, "kenapa harus ada BPOM": false, "kok mahal": false, "ok": false, "what is the reason for NIB": false,
	} {
		if got := Why(text); got != want {
			t.Errorf("Why(%q) = %v, want %v", text, got, want)
		}
	}
}
