package match

import "strings"

// Language guesses the language of text, "id" or "en". sure is false without clear evidence; then keep the language
// that the conversation already has. Trade words that Indonesians use in English ("online shop", "delivery") and words
// of both ("no", "ok") are evidence for neither, and one English word alone is never clear. The first 64 words decide.
func Language(text string) (lang string, sure bool) {
	id, en := 0, 0
	for _, token := range scanReply(text).tokens {
		if !englishWords[token] && !indonesianWords[token] {
			token = squeeze(token, 1)
		}
		switch {
		case indonesianWords[token], indonesianShape(token):
			id++
		case englishWords[token]:
			en++
		}
	}
	switch {
	case en >= 2 && en >= 3*id:
		return "en", true
	case id >= 1 && id >= en:
		return "id", en == 0 || id >= 2*en
	case en > id:
		return "en", false
	}
	return "id", false
}

// PlainlyIndonesian reports whether a text, however short, holds a word that only somebody who writes Indonesian uses
// ("sudah", "kenapa?"), and none of English. "Ya", greetings, addresses and goods ("warung", "jamu") do not count: people
// who write English use them, too.
func PlainlyIndonesian(text string) bool {
	plain := false
	for _, token := range scanReply(text).tokens {
		if englishWords[token] {
			return false
		}
		plain = plain || onlyIndonesian[token] || onlyIndonesian[squeeze(token, 1)]
	}
	return plain
}

// onlyIndonesian are words that an English text never has.
var onlyIndonesian = set(`sudah belum tidak bukan iya kenapa mengapa gimana bagaimana saya kami kita aku anda kamu mereka punya yang untuk dengan dari bisa dapat mau ingin apa apakah karena kalau jika supaya biar tapi tetapi juga lagi masih akan boleh
	harus ini itu siapa kapan berapa tolong makasih maaf jualan menjual jual bingung lupa tahu paham ngerti kok dong sih nih lho loh blm blom belom sdh udh udah dah gak nggak enggak ngga gk tdk yg dgn utk knp gmn brp klo kalo
	tp krn jg lg sm bgt mungkin kayaknya sepertinya kurang semua sebagian cuma hanya aja saja nanti dulu tadi gw gue terdaftar izinnya diurus sedang bikin usahanya bisnisnya dimana ada bener benar betul salah padahal terus pakai
	mboten dereng sampun piye opo henteu abdi`)

// indonesianShape reports whether a word carries affixes that only Indonesian has.
func indonesianShape(token string) bool {
	if len(token) < 6 {
		return false
	}
	for _, suffix := range [...]string{"nya", "kan", "annya", "kannya", "inya"} {
		if strings.HasSuffix(token, suffix) {
			return true
		}
	}
	for _, prefix := range [...]string{"meng", "meny", "peng", "peny", "diper", "berke", "keti", "ngeju", "nge"} {
		if strings.HasPrefix(token, prefix) {
			return !strings.HasPrefix(token, "pengui")
		}
	}
	return false
}

// englishWords are words that an Indonesian text has only when it changes language.
var englishWords = set(`i im ive id ill we were weve well our ours us my mine you your youre he she they them their it its is isnt are arent am was be been being have has had havent hasnt
	do does dont doesnt did didnt can cant could would should will wont shall may might must the and or of for with without from by at as than then that this these those there here what which who whom
	whose when where why how not yet already also but because although though however if unless until while about into over under between among through during before after only just some any every each
	all none nothing everything anything something someone more most less few many much very too really quite almost maybe perhaps probably sure know think believe guess want need like let get got give make made making take
	sell sells selling sold buy buys buying offer offers offering provide provides providing run runs running own owns help helps helping work works working deliver delivers delivering use uses using manage
	clothes clothing shoes bags kids women men people customers companies products goods things stuff houses cars bikes books toys homemade handmade secondhand small big family years year month months week ago
	dunno idk nope yeah yup yep never license licence licensed registered registration permit permits waiting applied applying expired issued approved please tell explain mean ask question answer talk speak
	can could apply eligible allowed business businesses companys shop shops store stores owner owners based called named located other another both either neither again still now today tomorrow yesterday soon later idea not sorry hey
	medicine medicines herbs herbal remedies loans lending borrow borrowers lenders restaurant clinic pharmacy school farm farmers fresh vegetables jewelry furniture`)

// loanWords look English and are everyday Indonesian trade words; they are taken out of englishWords.
var loanWords = set(`shop shops store stores owner herbal please sorry hey business clinic made handmade homemade license licence free yes no ok okay hi hello thanks us id as at by may am men kids
	us well mine than here get like most more all too so restaurant can like`)

// indonesianWords are function words and everyday verbs of Indonesian, with chat and regional spellings.
var indonesianWords = buildIndonesianWords()

func buildIndonesianWords() map[string]bool {
	for w := range loanWords {
		delete(englishWords, w)
	}
	m := set(`yang dan di ke dari untuk pada dengan dalam oleh ini itu saya kami kita aku anda kamu dia mereka nya adalah ialah ada tidak bukan belum sudah akan sedang telah masih bisa dapat boleh harus mau ingin
		bisnis bisnisnya resto layanan pakaian perhiasan rumahan kuliner katering pengiriman pakai lewat melalui punya jual jualan menjual beli toko warung usaha jasa dagang apa apakah siapa kapan dimana mana kenapa mengapa bagaimana gimana berapa tolong mohon maaf terima kasih makasih selamat pagi siang sore malam
		assalamualaikum waalaikumsalam halo hai kak kakak bang bapak ibu mas mbak pak bu dong deh sih nih kok lah kah pun ya iya juga saja aja lagi lebih sangat sekali banget banyak sedikit semua setiap beberapa
		atau tapi tetapi karena kalau jika supaya agar seperti antara sampai hingga sejak tanpa secara tentang sebagai bagi para si sang hanya cuma baru lama besar kecil murah mahal orang anak rumah makan minum makanan minuman
		baju sepatu tas obat jamu kosmetik herbal2 motor mobil sewa kredit cicil pinjam pinjaman koperasi bengkel apotek klinik sekolah kursus kue roti ayam sayur buah ikan daging kopi teh kayu emas perak tanah kebun
		izin surat nomor daftar mendaftar terdaftar urus lengkap tahu paham ngerti lupa bingung mungkin kayaknya sepertinya nanti besok kemarin sekarang dulu tadi tahun bulan minggu hari jam kota desa pasar
		kirim pesan pelanggan pembeli pemasok harga biaya bayar gratis uang modal untung rugi ganti ubah kembali ulang berhenti bantuan agen keluar masuk buat bikin kerja karyawan perusahaan produk barang bahan
		gak ga nggak enggak ngga gk tdk blm sdh udah udh yg utk dgn dg sy gw gue lo lu klo kalo krn tp jg jgn lg sm bgt dr dlm pke pake kyk gmn knp brp skrg hrs bs blum
		inggih nggih mboten ora dereng sampun wonten kulo piye opo teu henteu abdi nuhun euy atuh mah urang aya tos ambo indak awak lae horas bli suksma`)
	for _, spellings := range [...]map[string]string{answerSpellings, abbreviations} {
		for short := range spellings {
			if len(short) >= 3 && !englishWords[short] && !loanWords[short] && !foreignSpellings[short] {
				m[short] = true
			}
		}
	}
	for w := range foreignSpellings {
		delete(m, w)
	}
	return m
}

// foreignSpellings stand in the tables of spellings but are English, or of both languages.
var foreignSpellings = set(`proces progres yes yess yep yup yap yupp yepp yeah yea yeap yeps yass yus yis yesh yaps ndaa thanks thx tks trims complete completed everything process because bcs bcz coz cuz cause since since2 expired expire exp lapsed
	supplier suplier admin min don dont online org info ago bro sis how kit kin all any are bat bst bus met mad mom nor now pro per pen pin put sad sat say sin soon sun tam tan ten tim ton too top two use van via was way
	bisnes bussines bussiness mid ade ono eya era one two lapse mbl cm nye ends pas then thn2 thee ken beum nelum uda gone gag gan nang`)
