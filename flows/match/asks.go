package match

import "slices"

// Asking is what somebody wants to know who asks back instead of answering.
type Asking string

// The kinds of asking back. AskNothing is a message that says something else.
const (
	AskNothing Asking = ""
	AskMeaning Asking = "meaning" // what something is: "apa itu NIB?"
	AskReason  Asking = "reason"  // why it is asked, what for, whether it is needed: "kenapa ditanya?"
	AskHow     Asking = "how"     // how, where or how fast one gets it: "caranya gimana?"
	AskList    Asking = "list"    // which papers are needed: "izin apa saja?"
)

// maxTermWords bounds what somebody can ask the meaning of.
const maxTermWords = 5

// AsksBack reports whether a message asks something about a question instead of answering it, and the words it asks about
// ("nib"), in the spelling of Tokens; none for "itu apa?". A message that answers as well ("belum, emang wajib?") is
// AskNothing, unless it asks what something is.
func AsksBack(text string) (kind Asking, about []string) {
	r := scanReply(text)
	if r.long || len(r.tokens) == 0 || len(r.tokens) > maxCommandWords {
		return AskNothing, nil
	}
	asked := slices.Contains(r.tokens, "?")
	var all []string
	var clauses [][]string
	from := 0
	for i := range r.tokens {
		w := askingWord(r.tokens[i])
		if w == "," || w == "?" || w == "(" || w == ")" || w == ":" {
			clauses = append(clauses, all[from:len(all):len(all)])
			from = len(all)
			continue
		}
		switch {
		case isSign(w), askManners[w]:
		case w == "irt" && len(all) > from && all[len(all)-1] == "p": // P-IRT
			all[len(all)-1] = "pirt"
		case twoWords[w] != nil:
			all = append(all, twoWords[w]...)
		default:
			all = append(all, w)
		}
	}
	clauses = append(clauses, all[from:])
	if len(all) == 0 {
		return AskNothing, nil
	}
	if list(all, asked) {
		return AskList, nil
	}
	if about, ok := reason(all, asked); ok {
		return AskReason, about
	}
	if about, ok := how(all); ok {
		return AskHow, about
	}
	if about, ok := meaning(all, asked); ok {
		return AskMeaning, about
	}
	for _, c := range clauses {
		if len(c) == 0 || len(c) == len(all) {
			continue
		}
		if about, ok := meaning(c, false); ok {
			return AskMeaning, about
		}
	}
	return AskNothing, nil
}

// askingWord gives the first spelling of a word of a question.
func askingWord(token string) string {
	token = reduplicated(token) // syarat2nya
	if full, ok := askSpellings[token]; ok {
		return full
	}
	for _, keep := range [...]int{2, 1} {
		short := squeeze(token, keep)
		if full, ok := askSpellings[short]; ok {
			return full
		}
		if askWords[short] {
			return short
		}
	}
	if len(token) >= 5 && !askWords[token] {
		for _, target := range askTargets {
			if slip(token, target) {
				return target
			}
		}
	}
	return token
}

// list reports whether words ask which papers there are: "syaratnya apa aja", "what documents do I need".
func list(words []string, asked bool) bool {
	which, paper, all := false, false, false
	for i, w := range words {
		switch {
		case w == "apa" || w == "mana" || w == "what" || w == "which" || w == "berapa" || w == "banyak":
			which = true
			all = all || i+1 < len(words) && words[i+1] == "saja"
		case listPapers[w]:
			paper = true
		case w == "daftar" || w == "list" || w == "sebutkan":
			which = true
		case !aroundList[w]:
			return false
		}
	}
	need := slices.ContainsFunc(words, func(w string) bool { return needed[w] })
	return which && (all || paper && (need || slices.ContainsFunc(words, func(w string) bool { return whatIsNeeded[w] })) || asked && need && slices.Contains(words, "what"))
}

// reason reports whether words ask why something is asked or needed, and the paper they name.
func reason(words []string, asked bool) (about []string, ok bool) {
	why, must := false, false
	for i, w := range words {
		switch {
		case whyWords[w], w == "kok" && i == 0 && len(words) > 1,
			(w == "buat" || w == "untuk") && (i+1 < len(words) && words[i+1] == "apa" || i > 0 && words[i-1] == "apa"),
			w == "what" && slices.Contains(words, "for") && !slices.Contains(words, "the"):
			why = true
		case mustWords[w]:
			must = true
		case NamesPaper(w):
			about = append(about, w)
		case w == "tidak" && (i == len(words)-1 || i == len(words)-2 && pointers[words[i+1]]) && slices.ContainsFunc(words, func(w string) bool { return mustWords[w] }): // wajib gak
			asked = true
		case !aroundReason[w]:
			return nil, false
		}
	}
	return about, why || must && (asked || slices.Contains(words, "apakah") || slices.Contains(words, "emang"))
}

// how reports whether words ask how a paper is had, and the paper they name.
func how(words []string) (about []string, ok bool) {
	asks, get := false, false
	for _, w := range words {
		switch {
		case howWords[w]:
			asks = true
		case getWords[w]:
			get = true
		case NamesPaper(w):
			about = append(about, w)
			get = true
		case !aroundHow[w]:
			return nil, false
		}
	}
	return about, asks && get
}

// meaning reports whether words ask what something is, and what they ask about.
func meaning(words []string, asked bool) (about []string, ok bool) {
	words = withoutDoubt(words)
	if len(words) == 0 {
		return nil, false
	}
	pointer, what, explain, is := false, false, false, false
	at := -1 // of the word that asks
	for i, w := range words {
		switch {
		case explainWords[w]:
			explain = true
		case w == "apa" || w == "what":
			if what {
				return nil, false
			}
			what, at = true, len(about)
		case pointers[w]:
			pointer = true
		case w == "mana" && i == len(words)-1 && pointer: // izin itu yang mana
			what, at = true, len(about)
		case w == "is" || w == "are" || w == "was":
			is = true
		case aroundMeaning[w]:
		case answering[w]:
			return nil, false
		case i > 0 && w == words[i-1]:
		default:
			about = append(about, w)
		}
	}
	named := len(about) > 0 && !slices.ContainsFunc(about, func(w string) bool { return !NamesPaper(w) && !paperWords[w] })
	switch {
	case len(about) > maxTermWords:
		return nil, false
	case explain:
		return about, what || asked || named || len(about) < 2 && words[0] != "beda"
	case !what:
		return about, asked && named && !pointer && len(words) == len(about) && NamesPaper(about[0]) // "BPOM?"
	case len(about) == 0:
		return nil, pointer || is
	case at > 0 && at < len(about): // "jual apa di sini"
		return nil, false
	case pointer || is || named, asked && len(about) == 1 && at == 1:
		return about, true
	}
	return nil, false
}

// withoutDoubt leaves out what says that somebody does not know: "kurang paham", "I don't know".
func withoutDoubt(words []string) []string {
	knows := -1
	for i, w := range words {
		if knowing[w] {
			knows = i
			break
		}
	}
	if knows < 0 {
		return words
	}
	var out []string
	for _, w := range words {
		if !knowing[w] && !denying[w] {
			out = append(out, w)
		}
	}
	return out
}

var askSpellings = table(`
apa: apaa ap opo naon apakh
apaan: apan appaan apaann
apakah: apkah apkh
what: wat wut wht wot
whats: wats whatis wots whatsis
is: iz
why: whyy ywhy
kenapa: knp knapa napa ngapa knpa kenpa kenapaa ngapain knape kunaon kenape mengapa
emang: memang emng emg mang memangnya emangnya mmg
harus: hrs hrus haruss harusnya kudu mesti musti kuduk
wajib: wjb wajibkah wajip
perlu: prlu perlukah perlunya prl
punya: pny pnya puny pya duwe
ada: ad adaa
saja: aja aj ae wae sj sja ajah ajaa
gimana: gmn gmna gimna gmana bgmn bagaimana pripun kumaha piye gimane
dimana: dmn dmna dimn dmana
itu: iku tu tuh ituu itu2 thu kuwi
ini: ni nih inii
sih: si sihh
yang: yg yng nu
untuk: utk untk utuk
buat: bwt buwat bt kanggo
izin: ijin izn ijn izinnya ijinnya perizinan perijinan perizinannya idzin
syarat: syaratnya persyaratan persyaratannya sarat sarate
dokumen: dokumennya dok dokument berkas berkasnya surat suratnya surat2 kelengkapan
dibutuhkan: dibutuhin dibutuhkn butuh butuhnya
diperlukan: diperluin diperlukn perluin
ditanya: ditanyakan ditanyain dtanya ditanyai ditny nanya tanya tanyain menanyakan bertanya nanyain tanyakan
contohnya: contoh examples misalnya
diminta: dimintain minta mintanya
jelaskan: jelasin jelasinnya terangkan terangin tolongjelaskan dijelaskan dijelasin penjelasan penjelasannya
maksud: maksudnya mksd mksdnya maksdnya mksudnya maksute maksutnya maksute dimaksud
arti: artinya artine
tidak: ga gak gk nggak ngga enggak tdk tak gag kagak ndak ora g
belum: blm blum belom blom durung
tahu: tau taw tauu tw know
paham: faham pham ngerti mengerti mudeng understand
usaha: usahanya usahaku bisnis bisnisnya
saya: sy aku ak gue gw
mean: means meaning meant definition
please: pls plz plis
license: licence licenses licences lisensi
document: documents docs paper papers paperwork
requirement: requirements reqs
permit: permits
certificate: certificates certification
needed: need needs required require
explain: explanation
`)

// twoWords are words that stand for two.
var twoWords = map[string][]string{"whats": {"what", "is"}, "apaan": {"apa", "itu"}}

// askTargets are the words that a slip of the finger is forgiven in.
var askTargets = []string{"kenapa", "maksudnya", "dibutuhkan", "diperlukan", "syaratnya", "persyaratan", "jelaskan", "meaning", "requirements", "documents", "ditanya", "mandatory"}

var (
	// askManners say nothing in a question, wherever they stand.
	askManners = set(`kak kakak kk pak bu bapak ibu mas mbak min admin bang gan bro sis sir maam dong deh ya yah yaa iyah kah lah please tolong mohon maaf sorry permisi halo hai hi hello hey eh oh um hmm loh lho nah
		dulu and dan ok oke okay actually just really so then exactly boleh bolehkah bisa can could you me tell mau numpang pengen ingin terus lalu trus sebenarnya sebenernya sebetulnya makasih btw wait ka
		& + / # team tim`)
	pointers   = set(`itu sih ini tadi that this it those these`)
	listPapers = set(`izin syarat dokumen license document requirement permit certificate legalitas sertifikat surat`)
	// whatIsNeeded also count without a word of needing: "syaratnya apa?".
	whatIsNeeded = set(`syarat requirement`)
	needed       = set(`dibutuhkan diperlukan harus wajib perlu needed must mandatory disiapkan siapkan siapin disiapin nyiapin menyiapkan prepare lengkapi dilengkapi diminta have`)
	aroundList   = set(`lengkap lengkapnya full complete resmi saja yang untuk buat usaha saya kami kita itu ini sih dibutuhkan diperlukan harus wajib perlu needed must mandatory disiapkan siapkan siapin disiapin nyiapin menyiapkan prepare lengkapi
		dilengkapi diminta punya ada dipunya miliki dimiliki ditanya lagi semua semuanya nya di sini kalau jadi total i we do does to have my our business for is are the of a all other else get ready daftar api wa whatsapp
		biar supaya agar lolos mengajukan pengajuan ajukan ngajuin apply applying here ask asking will apakah emang jenis kind kinds`)
	whyWords     = set(`kenapa why gunanya fungsinya manfaatnya tujuannya pentingnya hubungannya urusannya kaitannya alasannya relevan relevansinya alasan guna fungsi tujuan manfaat`)
	mustWords    = set(`harus wajib perlu mandatory needed must necessary compulsory penting`)
	aroundReason = set(`harus wajib perlu needed must mandatory necessary punya ada ditanya diminta itu ini sih apa apakah emang izin nomor dokumen surat sertifikat semua saja sampai segala pakai for ask asking asked do does
		is are have to know my our the that it this i we they a an what matter matters relevant about with legal bukti yang untuk buat gitu begitu here question ginian gituan beginian begituan banget bgt amat really always sih pun jawab dijawab cek dicek juga saya kami kita usaha license permit
		document certificate number tahu dgn dengan sama apanya nya pake tujuan butuh dibutuhkan diperlukan of`)
	howWords = set(`gimana bagaimana how where who dimana mana siapa kemana berapa`)
	getWords = set(`cara caranya carane urus ngurus ngurusnya urusnya diurus mengurus mengurusnya bikin bikinnya buat buatnya membuat membuatnya dibuat dapat dapet dapatnya dapatkan mendapatkan dapetin dapetinnya ngajuin ajukan mengajukan
		prosesnya proses prosedurnya prosedur langkahnya ngeluarin menerbitkan terbit terbitnya mengeluarkan get obtain register apply issues issue obtained registering got`)
	aroundHow = set(`itu ini sih di ke yang untuk untuknya izin license permit certificate nomor dokumen syarat it this that do does i we to the a for an one can is takes take itunya nya online daftar daftarnya mendaftar usaha number jadi sampai kalau
		you my our such them from hari lama long`)
	explainWords  = set(`maksud arti mean singkatan kepanjangan jelaskan explain define definisi pengertian artian jelas2 stand stands jelasnya contohnya example beda bedanya perbedaan perbedaannya difference differences`)
	aroundMeaning = set(`adalah yang dari dengan oleh of by a an the do does s namanya istilah kata term word nih dalam bahasa in dimaksud tersebut sama itunya lagi kalau soal about for saya gimana bagaimana sama antara between seperti kayak kaya`)
	knowing       = set(`tahu paham sure pernah dengar familiar kenal ingat idea clue`)
	denying       = set(`tidak belum kurang dont not no i im have saya jujur masih sama sekali do we baru bingung gatau gaktau nggatau juga`)
	// answering words say something of one's own: a question about a word holds none of them.
	answering = set(`sudah belum tidak punya ada memiliki yes no have has had got already not bukan tapi but jual jualan mau akan harus wajib perlu bisa saja dimana kapan siapa
		kenapa why how where when who i we my our kami kita saya bikin urus daftar hasilnya hasil berikutnya selanjutnya sekarang next price cost biaya harga name your kamu anda langkah step status time jam kabar`)
)

// askWords are all words of questions.
var askWords = func() map[string]bool {
	all := map[string]bool{}
	for _, words := range []map[string]bool{askManners, pointers, needed, aroundList, listPapers, whyWords, mustWords, aroundReason, explainWords, aroundMeaning, knowing, denying, answering, set("apa what apaan whats")} {
		for w := range words {
			all[w] = true
		}
	}
	return all
}()

// issuers are who or what licences come from.
var issuers = set("nkv mui bpjph pse oss")

// SaysLittle reports whether a word of a question names no paper of its own: "izin", "number", "usaha".
func SaysLittle(word string) bool {
	return !NamesPaper(word) && !issuers[word] && (paperWords[word] || aroundPapers[word] || askWords[word] || stopwords[word])
}
