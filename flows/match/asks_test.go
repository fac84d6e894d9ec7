package match_test

import (
	"strings"
	"testing"

	"layak/flows/match"
)

func TestAsksBack(t *testing.T) {
	for kind, texts := range map[match.Asking]map[string]string{ // what is asked about, by text
		match.AskMeaning: {
			"what is BPOM": "bpom", "what is OJK?": "ojk", "apa itu NIB?": "nib", "apa itu bpom kak": "bpom", "BPOM itu apa": "bpom", "ojk itu apa ya kak?": "ojk",
			"apaan tuh": "", "apaan sih itu": "", "itu apa?": "", "apa itu": "", "itu apaan ya": "", "apa tuh kak": "", "lah apaan itu": "",
			"what's that?": "", "whats that": "", "what is that": "", "what is it": "", "wat is that": "", "what's a BPOM number?": "bpom number",
			"what does NIB mean": "nib", "what does that mean?": "", "what do you mean by SIP": "sip", "meaning of NIB?": "nib", "SIP maksudnya apa?": "sip",
			"maksudnya?": "", "maksudnya apa ya": "", "mksdnya apa kak": "", "artinya apa?": "", "OSS kepanjangan apa": "oss", "singkatan dari apa BPOM": "bpom",
			"jelasin dong BPOM itu apa": "bpom", "tolong jelaskan NIB": "nib", "can you explain PIRT please": "pirt", "CPOTB tuh apaan?": "cpotb", "apa sih halal itu": "halal",
			"ga ngerti NIB itu apa": "nib", "gak tau itu apa": "", "kurang paham kak itu apa ya": "", "belum tahu kak apa itu": "", "saya belum paham, bpom itu apa?": "bpom",
			"I don't know what that is": "", "SKPL apa ya?": "skpl", "apa itu foobar": "foobar", "apa ya NIB itu": "nib", "NIB?": "nib", "izin apa?": "izin", "maksudnya izin apa?": "izin",
			"what is an AKL number": "akl number", "whats nib": "nib", "apa itu kbli ya min": "kbli", "opo iku NIB": "nib", "eh BPOM itu apa sih": "bpom", "apa bedanya SIP sama STPT": "sip stpt", "izin operasional itu yang mana?": "izin operasional", "contohnya apa?": "", "contohnya gimana": "",
			"apa contohnya": "", "what's the difference between MD and ML": "md ml", "bedanya apa TR sama TI": "tr ti",
		},
		match.AskReason: {
			"kenapa?": "", "kenapa ditanya?": "", "knp hrs pny bpom?": "bpom", "buat apa?": "", "why?": "", "why do you ask": "", "why": "", "knp ya kak": "", "untuk apa ya": "",
			"why do I need it": "", "what for?": "", "emang kenapa?": "", "kok ditanya?": "", "kok harus punya NIB?": "nib", "gunanya apa?": "", "apa gunanya": "", "emang wajib?": "", "bpom wajib ga?": "bpom", "perlu bpom gak": "bpom", "kok ditanyain ginian": "", "knp sih emang penting": "", "do i really need it?": "", "wajib ga sih": "", "kok wajib banget sih": "", "ini buat apa sih sebenernya": "",
			"wajib punya ya?": "", "apakah harus ada izin": "", "is it mandatory?": "", "kenapa harus?": "", "kenapa butuh NIB": "nib", "knapa nanya itu": "", "apa hubungannya?": "",
			"why are you asking this": "", "why does that matter?": "", "kenpa ditnya": "", "kok gitu": "",
		},
		match.AskHow: {
			"caranya gimana?": "", "gmn cara urusnya kak": "", "cara bikin NIB gimana": "nib", "daftar NIB dimana ya": "nib", "urus bpom dmn": "bpom", "how do I get it?": "", "where can i register": "", "who issues it": "",
			"siapa yang ngeluarin PIRT": "pirt", "how long does it take to get": "", "bikinnya gimana?": "", "where do we get an NIB": "nib", "prosesnya berapa lama": "",
		},
		match.AskList: {
			"izin apa saja yang dibutuhkan?": "", "syaratnya apa aja": "", "izin apa aja kak?": "", "dokumen apa saja yang diperlukan": "", "apa saja syaratnya": "", "apa aja yg dibutuhin?": "",
			"what documents do I need?": "", "which licences are required": "", "what are the requirements": "", "berkas apa saja yang harus disiapkan": "", "syaratnya apa?": "", "what permits do we need to have": "",
			"apa aja persyaratannya min": "", "syarat lengkapnya apa aja min": "", "syarat2nya apa aja ya": "", "dokumen2 apa aja yg diperlukan": "", "butuh izin apa aja": "", "izin yg dibutuhkan apa": "", "surat apa aja yg perlu disiapkan utk usaha saya": "", "what papers are needed": "",
		},
		match.AskNothing: {
			"": "", "?": "", "sudah": "", "belum": "", "ya": "", "ada kok": "", "belum, emang wajib?": "", "why not": "", "sure why not": "", "kenapa tidak": "", "gak tau": "", "kurang paham": "",
			"sudah punya semua": "", "apa ya": "", "sudah apa belum ya": "", "apa boleh?": "", "ada apa?": "", "sudah...?": "", "ada?": "", "harus punya": "", "izin sudah ada": "", "kami jual apa saja": "",
			"jual obat": "", "terus apa?": "", "ini siapa": "", "berapa biayanya": "", "what's the price": "", "sertifikatnya ada": "", "hasilnya apa": "", "belum tau": "", "NIB? sudah kak": "", "nama tokonya Contoh Sejahtera": "", "nanti kalo udah disetujui baru saya jelasin": "", "gak wajib": "", "gak tau caranya": "", "belum, caranya gimana?": "", "lagi diurus": "", "masih proses lama": "", "sudah daftar dimana mana": "", "gimana ya": "", "how are you": "", "siapa ya": "", "lama": "", "proses": "", "prosesnya lama": "", "tidak perlu": "", "ga perlu kan": "", "wajib": "", "beda": "", "punya yang mana": "", "I have what is needed": "",
			"ada izin apa adanya": "", "whatever": "", "yang mana?": "", "punya NIB aja": "", "what's your name": "", "apa kabar": "", "belum, itu apa saja boleh": "",
		},
	} {
		for text, about := range texts {
			got, words := match.AsksBack(text)
			if got != kind || strings.Join(words, " ") != about {
				t.Errorf("%q: got %q about %q, want %q about %q", text, got, words, kind, about)
			}
		}
	}
}
