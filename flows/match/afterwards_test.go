package match

import "testing"

func TestAsksWhatToDo(t *testing.T) {
	for _, text := range []string{
		"apa yang harus kami lakukan supaya bisa?", "gimana caranya biar bisa", "how can we fix this", "terus gimana dong", "solusinya apa kak", "ada cara lain ga?", "apa yang harus diperbaiki",
		"kurangnya apa ya", "biar lolos gimana", "supaya disetujui harus apa", "langkah selanjutnya apa?", "saya harus ngapain", "lalu bagaimana?", "gmn caranyaa", "gimanaa dong", "apa yg mesti saya lakuin",
		"what should we do?", "what do I need to do", "what can I do to qualify", "how to become eligible", "what's next?", "how do I apply", "what are we missing", "is there any way", "any other options?",
		"jadi apa solusinya", "bagaimana supaya tetap bisa daftar?", "apa yang harus kami lakuan supaya bisa", "cara daftarnya gimana",
	} {
		if !AsksWhatToDo(text) {
			t.Errorf("AsksWhatToDo(%q) = false", text)
		}
	}
	for _, text := range []string{
		"", "itu diskriminasi", "kenapa?", "ok", "bisa", "tidak bisa", "gimana kalau jual obat", "how do I sell herbs", "ulang", "saya mau daftar", "makasih", "kapan dibalas?", "berapa lama prosesnya",
		"jual jalan raya", "jasa perbaikan ac", "halo?", "cara memasak", "we do catering",
	} {
		if AsksWhatToDo(text) {
			t.Errorf("AsksWhatToDo(%q) = true", text)
		}
	}
}

func TestObjects(t *testing.T) {
	for text, want := range map[string]bool{
		"Loh kok gitu? padahal kami legal": true, "itu diskriminasi": true, "gak adil banget": true, "tapi kami punya izin": true, "that's so unfair": true, "masa sih": true, "kecewa saya": true, "but we are licensed": true,
		"I want my money back": true, "refund dong": true, "this is a scam": true,
		"": false, "oke": false, "kapan bisa mulai": false, "nomor saya aktif": false,
	} {
		if got := Objects(text); got != want {
			t.Errorf("Objects(%q) = %v", text, got)
		}
	}
}

func TestClosing(t *testing.T) {
	for text, want := range map[string]string{
		"tidak": "no", "tidak ada kak": "no", "ga ada lagi": "no", "cukup": "no", "sudah cukup, makasih": "no", "no thanks": "no", "nothing else": "no", "itu saja": "no", "nggak": "no", "that's all": "no",
		"ya": "yes", "iya kak": "yes", "ada": "yes", "boleh kak": "yes", "ya tolong": "yes", "mau dong": "yes", "yes please": "yes", "1": "nothing", "???": "nothing", "🤔": "nothing", "!": "nothing",
		"mau tanya": "", "boleh jelaskan": "",
		"itu tidak adil": "", "kami legal": "", "itu diskriminasi": "", "tidak bisa begitu": "", "sudah berizin": "",
	} {
		if got := Closing(text); got != want {
			t.Errorf("Closing(%q) = %q, want %q", text, got, want)
		}
	}
}
