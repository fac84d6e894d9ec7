package match

import (
	"bufio"
	"encoding/json"
	"os"
	"testing"
)

func TestAsksForPerson(t *testing.T) {
	for _, text := range []string{
		"saya mau bicara sama manusia", "itu tidak adil, saya mau bicara dengan orang", "itu tidak adil saya mau bicara dengan orang",
		"tolong hubungkan saya dengan manusia", "mau tanya ke orang aja", "saya mau bicara dengan atasan anda", "minta nomor cs nya",
		"ada orangnya ga?", "bisa telpon saya?", "saya mau komplain", "bicara dengan manusia", "bicara sama manusia", "bicara dgn manusa",
		"saya mau bicara dengan orang", "minta org dong", "gw mau ngomong sama org", "pengen ngobrol sama manusia asli dong", "sy mw bcara dgn org",
		"boleh bicara dengan petugasnya?", "apakah saya bisa bicara dengan manusia?", "bisa ngobrol sama orang gak?", "gak bisa ngobrol sama orang ya?",
		"mau sama orang aja", "mending ngomong sama admin langsung", "tolong sambungin ke admin", "sambungkan saya ke cs dong kak", "hubungi cs aja deh",
		"mohon dihubungkan dengan customer service", "panggilin admin dong", "tolong panggilkan orangnya", "butuh manusia", "saya perlu bantuan orang",
		"halo kak, mau bicara sama adminnya bisa?", "bisa dihubungkan ke agen?", "saya males ngomong sama bot", "gak mau ngobrol sama robot", "ga mau chat sama mesin",
		"ada orang gak di sana?", "ada orang?", "ada manusianya ga sih", "orangnya mana", "mana orangnya?", "csnya online ga?", "adminnya ada?",
		"ada nomor yang bisa dihubungi?", "boleh minta kontak adminnya", "no telp cs berapa ya", "minta no hp admin dong kak", "nomor call center berapa?",
		"tolong telepon saya", "bisa tlp saya sekarang?", "hubungi saya dong", "bisa ditelpon?", "bisa telponan aja?", "tolong hubungi kami segera",
		"mau komplen", "saya ingin mengajukan keluhan", "kami mau protes", "saya mau komplain soal hasilnya", "mau ajukan banding", "saya mau mengadu",
		"saya ga terima, pokoknya minta bicara sama manajer", "kok gitu sih. saya mau ngomong sama supervisor", "saya mau tanya langsung ke tim Anda",
		"mau bicara dengan orang dari layak", "saya mau bicara dengan orang yang bisa bantu", "minta tolong dihubungkan ke orang", "Saya mau bicara dengan orang, bukan bot",
		"saya mau ngobrol sama orang karena ini ribet", "dilayani orang langsung bisa?", "ini ga jelas saya mau bicara sama cs saja", "aku pingin ngomong karo uwong tolong sambungkan ke orang",
		"I want to talk to a human", "can I speak to someone please?", "let me speak to your manager", "this is unfair, I want to speak to a real person",
		"please connect me to an agent", "could someone call me?", "call me", "call me back please", "I need a human", "get me a person", "is there a person I can talk to?",
		"is anyone there?", "can you transfer me to a representative", "I'd like to make a complaint", "I want to complain", "I want to appeal", "I don't want to talk to a bot",
		"what is your phone number?", "do you have a number I can call?", "how do I contact customer service", "I would rather talk to a person", "speak to a supervisor",
		"how can I talk to a human?", "put me through to someone", "can I contact your team?",
		"assalamualaikum, mau bicara sama orangnya langsung", "bisa minta nomor telepon adminnya?", "ini bot ya? saya mau ngobrol sama manusia", "saya mau ngomong sama pimpinan kalian",
		"ada admin yang bisa bantu?", "adakah orang yang bisa saya ajak bicara?", "bisa bicara sama manusia ga ya", "gimana caranya bicara sama cs", "tolong carikan orang yang paham",
		"saya tidak puas, hubungkan dengan atasan", "ga puas. minta atasan", "mana managernya", "mau complain!!", "minta dihubungi cs", "kapan saya dihubungi orang?",
		"pls let me chat with a human", "real human please, connect me to someone", "are you a bot? I want to talk to a person",
		"can somebody help me, I want a person", "I wanna speak with someone from your team", "give me a human", "may I have your phone number", "is there anybody there",
		"gue mau ngomong langsung ama orang lo", "bisa ga sih yang jawab manusia", "tolong dong admin manusianya yg jawab", "bisa bicara dengan tim legal kalian?", "kami ingin bertemu perwakilan anda",
		"can I get a callback", "who can I talk to?", "siapa yang bisa saya hubungi?", "no more bots, human please", "saya kecewa, mau ngomong sama yang punya", "tlg csnya balas dong", "admin tolong balas",
		"minta dibalas orang bukan bot", "kok bot terus sih, mana manusianya", "transfer ke agen", "any human here?",
	} {
		if !AsksForPerson(text) {
			t.Errorf("AsksForPerson(%q) = false", text)
		}
	}
	for _, text := range []string{
		"", "orang", "agen properti", "jasa call center", "kami agen properti", "jual tiket orang dewasa", "saya mau hubungi pelanggan lewat wa", "customer service outsourcing",
		"saya mau bicara dengan pelanggan", "kami mau chat dengan pembeli", "aplikasi untuk ngobrol dengan orang asing", "platform biar pasien bisa bicara dengan dokter",
		"kami menghubungkan pembeli dengan agen", "usaha kami menyalurkan tenaga admin", "saya mau jadi agen", "kami cari agen pulsa", "saya jual pakaian orang dewasa",
		"kursus bicara di depan orang", "jasa telepon orang tua", "saya mau hubungi orang tua murid lewat wa", "butuh orang buat jaga toko", "saya butuh karyawan",
		"saya tanya orang rumah dulu", "mau tanya atasan dulu", "saya mau bicara dengan bos saya dulu", "saya tanya admin dulu ya", "mau tanya min", "mau tanya kak", "saya mau tanya admin",
		"ini siapa?", "ini bot apa manusia?", "am I talking to a human?", "is this a real person?", "are you a human", "apakah saya bicara dengan manusia?", "kamu orang?", "saya bicara dengan siapa?",
		"jangan hubungi saya", "jangan telpon saya", "don't call me", "saya tidak mau bicara dengan orang", "tidak perlu bicara dengan orang", "gak usah hubungi saya",
		"hubungi kami di nomor ini", "nomor nib saya 1234567890123", "nomor", "no", "ada", "ada kok", "ada orangnya", "sudah ada", "nomor telepon saya sudah aktif",
		"aplikasi komplain pelanggan", "kami menangani keluhan pelanggan", "jasa lapor pajak", "saya mau lapor pajak", "biro konsultasi", "konsultan hukum", "konsultasi dengan dokter",
		"jual hp dan nomor cantik", "jual nomor hp", "toko telepon", "konter hp", "perusahaan asuransi jiwa, ada agen", "jual robot", "kami agen travel", "manpower, supply tenaga manusia",
		"we connect buyers with agents", "we sell people finder software", "call center outsourcing", "human resources consultancy", "I run a support agency", "our agents call customers",
		"we help people talk to someone", "real estate agent", "travel agent", "we need to contact our customers", "I want to send messages to people", "personal trainer",
		"makasih admin", "halo admin", "ok min", "kirim pesan ke orang", "saya mau jual ke orang", "jasa admin", "kami agen", "toko bos", "jual boneka manusia salju",
		"kami mau kirim notifikasi ke pelanggan dan agen kami", "nelayan, jual ke orang pasar", "panggil teknisi AC", "jasa panggil tukang", "kontak lensa", "jual kontak lensa",
		"sudah, diurus orang kantor", "belum, katanya petugas masih cek", "kata admin belum", "izinnya dipegang atasan", "minta harga", "minta info", "ada promo?", "ada kantor di Bandung?",
		"kantornya dimana kak", "boleh minta alamat kantor?", "kami butuh WA API biar admin bisa balas chat", "saya mau admin saya bisa balas chat dari 3 hp", "pakai chatbot buat balas orang",
		"kami punya 10 cs dan 2 admin", "berapa cs yang bisa pakai satu nomor?", "bisa dipakai banyak admin?", "bisa multi agent ga?", "apakah bisa untuk call center kami?",
		"we have 20 agents", "can my staff use it too?", "can several agents use one number?", "we want customers to contact us", "pelanggan bisa hubungi saya lewat wa",
		"pelanggan mau bicara dengan cs kami", "aplikasi curhat, user bisa ngobrol sama orang lain", "jasa teman ngobrol", "talent agency", "employment agency, we connect workers",
		"ada izin?", "ada NIB", "ada, di kantor", "mau daftar", "saya mau tanya", "mau tanya dong", "mau tanya soal izin", "boleh tanya?", "mau konsultasi", "bisa bantu saya?",
		"p", "help", "bot", "orang jual beli", "penyalur ART dan baby sitter", "jasa pijat panggilan", "terapis panggil ke rumah", "kami menerima komplain lewat wa",
		"kami butuh admin", "staf kami 10 orang", "ada 3 orang", "nomor hp saya boleh dipakai?", "apa nomor kantor bisa dipakai?", "apakah bisa telpon pelanggan lewat api?", "biaya admin berapa?", "ini yang jawab manusia?",
		"siapa yang bisa daftar?", "who can apply?", "is a representative office allowed?", "konseling, bicara dengan psikolog", "admin bisa balas chat pelanggan?", "pemilik usaha", "saya owner toko", "jual bot, orang suka",
		"bot untuk balas chat", "staf legal", "saya yang punya toko", "siapa pemilik layak?",
	} {
		if AsksForPerson(text) {
			t.Errorf("AsksForPerson(%q) = true", text)
		}
	}
}

// No description of a business and no answer of the corpora is taken for the wish for a person.
func TestAsksForPersonInTheCorpora(t *testing.T) {
	for _, name := range []string{"testdata/classify_dev.jsonl", "testdata/replies.jsonl", "testdata/blind.jsonl"} {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		lines := bufio.NewScanner(f)
		for lines.Scan() {
			var line struct{ Text string }
			if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
				t.Fatal(err)
			}
			if AsksForPerson(line.Text) {
				t.Errorf("%s: %q is taken for the wish for a person", name, line.Text)
			}
		}
	}
}
