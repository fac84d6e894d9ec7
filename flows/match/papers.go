package match

import "strings"

// AsksAboutPapers reports whether a message asks about licences, and whether it does nothing else: "bpom itu apa", "izin apa
// saja yang diperlukan", "do I need a halal certificate?". A single word that is neither about papers nor about asking makes
// alone false, so that "izin apa buat jual obat" is left to the classifier first.
func AsksAboutPapers(text string) (asks, alone bool) {
	words := Tokens(text)
	if len(words) > maxCommandWords {
		return false, false
	}
	asks = strings.Contains(text, "?") || len(words) > 0 && inverted[words[0]]
	paper, alone := false, true
	for _, w := range words {
		switch {
		case NamesPaper(w) || paperWords[w]:
			paper = true
		case asking[w]:
			asks = true
		case !stopwords[w] && !aroundPapers[w] && !sign(w):
			alone = false
		}
	}
	return paper && asks, paper && asks && alone
}

// The words of a question about licences, normalised.
var (
	paperWords = set(`izin izinnya perizinan perijinan surat sertifikat sertifikasi legalitas legal lisensi registrasi nkv mui bpjph pse oss dokumen dokumennya
		license licence licenses licences licensed permit permits certificate certificates certification document documents papers paperwork legality`)
	asking = set(`apa apaan apakah kenapa mengapa bagaimana berapa mana dimana kapan siapa gunanya fungsi fungsinya beda bedanya perbedaan cara caranya maksud maksudnya
		what whats why how where when who which difference explain jelaskan jelasin wajib harus perlu mesti diperlukan dibutuhkan butuh required mandatory`)
	inverted     = set("do does is are must should can could will would")
	aroundPapers = set(`si tu tuh yah edar resmi nomor nomornya halalnya urus ngurus mengurus diurus bikin buat bikinnya dapat dapatkan ambil cek lihat ajukan ajuin mengajukan minta diminta ditanya
		ditanyain nanya tanya tanyakan syarat syaratnya wajibnya harusnya segala dulu belum lengkap siapkan disiapkan menyiapkan dipersiapkan terdaftar berizin punya kalau gimana sebenarnya sebenernya
		emang memang arti artinya singkatan kepanjangan semua berlaku berlakunya masa biaya gratis lama halal indonesia pemerintah negara tetap lolos diterima
		number numbers mean means meaning stand used need needs needed required must have has get getting obtain apply register registered prepare first before without still
		really actually asking ask question kind sort type official valid business it's there's halal important matter matters use using cost costs take takes long usaha usahanya bisnis perusahaan
		produk toko dagang company businesses product products shop saja bedanya jenis macam data lengkapnya mulai baru buka masing begini`)
)

// NamesPaper reports whether a normalised word is the name of one licence, such as "nib"; "izin" names none.
func NamesPaper(word string) bool { return answerPapers[word] && !alsoBusiness[word] }

// alsoBusiness are papers, or who issues them, that may be the very business.
var alsoBusiness = set("koperasi merek kemenkes dinkes")
