package match

import "strings"

// abbreviations maps chat spellings, slang and regional forms of function words to one form.
var abbreviations = table(`
saya: sy sya aq ak aku gue gua gw gwe ane ana kulo kula abdi ambo sayah q
kami: kmi kita kt qta
anda: kamu kmu km lu lo loe ente
tidak: ga gak gk gaak nggak ngga ngak enggak engga enga kagak kaga kgk ndak nda ndk tdk tak gag ora mboten mbten teu henteu indak nd dak gada
bukan: bkn bkan bukn sanes dudu
belum: blm blum blom belom dereng durung
sudah: udah udh sdh dah uda sampun wis wes
ada: ad wonten aya
yang: yg yng nu sing
untuk: utk u/ untk unt kanggo kangge
buat: bwt bt bwat
dengan: dgn dg dengn dngn sareng kaliyan
dan: n
sama: sm ama
tapi: tp tpi tetapi namun nanging tapinya
karena: krn karna krna soalnya
dari: dr dri saking ti
di: d teng ning
pada: pd
dalam: dlm
seperti: kayak kyk kaya spt
juga: jg jga
saja: aja aj ae wae doang doank
lagi: lg lgi
bisa: bs bsa bisaa saged iso tiasa
mau: mw mo arep bade hoyong pgn pengen pingin ingin
kalau: kalo klo kl klw kalu menawi lamun
sekarang: skrg skrng skr skg sekrang saiki sakniki ayeuna kini
dulu: dlu dl rumiyin
banyak: byk bnyk
orang: org orng tiyang jalmi
barang: brg brng
jual: jl jul sade ngical ngicalan jualin
jualan: jualn dodolan sadean icalan
bagaimana: gmn gimana gmna bgmn pripun kumaha
apa: ap nopo
berapa: brp brapa
kenapa: knp knapa
tolong: tlg tlong
terima kasih: makasih mksh trims tks thx thanks makasi nuhun suwun
kak: ka kk kakak kakk
bang: bg abang
pak: bapak bpk
bu: ibu
mas: mz
mbak: mba mb
admin: min mimin
selamat: slmt slamat
assalamualaikum: asalamualaikum assalamualaikum assalamulaikum aslm askum asslmkm
daftar: dftar dftr
usaha: ush usha ushaa
bisnis: bisnes bsnis bussines bussiness
sedikit: dikit dkt sdikit sedikitt
bulan: bln
tahun: thn
hari: hr
minggu: mgg
tempat: tmpt tmpat
depan: dpn
dekat: deket dkt cedhak celak caket
rumah: rmh rumh omah
kantor: ktr kntr
makanan: mkanan mknan maem
minuman: minumn mnuman
sepeda: spda
motor: mtr mtor
mobil: mbl mobl
bahan: bhn
macam: macem mcm
pakai: pake pk pkai pakek nganggo
hanya: cuma cm cuman cma cmn mung ngan
langsung: lgsg lgsung lsg
lewat: lwt
setiap: tiap tp2
izin: ijin izn ijn
produk: prduk prodk
nasabah: nsabah
online: onlen onlne onlin daring
dont: don't
`)

// units are words that follow a number without a space.
var units = set(`rb ribu jt juta kg gr gram ml liter ltr cm mm meter mtr km bln bulan thn tahun hr hari jam menit mnt x pcs pc lusin dus
kali orang org unit hp gb mb tb inch inci watt volt ekor ton kwintal pak box btl botol an th st nd rd ers lot kodi gang rupiah persen cc pk kwh`)

// set makes a set of the words in s.
func set(s string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(s) {
		m[w] = true
	}
	return m
}

// table reads lines of "full: short short …" into a map from short to full.
func table(s string) map[string]string {
	m := map[string]string{}
	for line := range strings.Lines(s) {
		full, shorts, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok {
			continue
		}
		for w := range strings.FieldsSeq(shorts) {
			m[w] = full
		}
	}
	return m
}

// lookalikes maps letters that look like Latin ones to them. Capitals stand apart where they look like another letter
// than their small form does.
var lookalikes = map[rune]string{
	// Cyrillic
	'а': "a", 'А': "a", 'в': "b", 'В': "b", 'ь': "b", 'с': "c", 'С': "c", 'ԁ': "d", 'е': "e", 'Е': "e", 'һ': "h", 'н': "h", 'Н': "h",
	'і': "i", 'І': "i", 'ј': "j", 'Ј': "j", 'к': "k", 'К': "k", 'ӏ': "l", 'Ӏ': "i", 'м': "m", 'М': "m", 'п': "n", 'о': "o", 'О': "o",
	'р': "p", 'Р': "p", 'ԛ': "q", 'г': "r", 'ѕ': "s", 'Ѕ': "s", 'т': "t", 'Т': "t", 'и': "u", 'ц': "u", 'ѵ': "v", 'ԝ': "w", 'х': "x",
	'Х': "x", 'у': "y", 'У': "y", 'ɡ': "g", 'ԍ': "g", 'л': "l", 'д': "d", 'б': "b", 'ґ': "r",
	// Greek
	'α': "a", 'Α': "a", 'β': "b", 'Β': "b", 'ε': "e", 'Ε': "e", 'Ζ': "z", 'ζ': "z", 'η': "n", 'Η': "h", 'ι': "i", 'Ι': "i", 'κ': "k",
	'Κ': "k", 'Μ': "m", 'μ': "u", 'ν': "v", 'Ν': "n", 'ο': "o", 'Ο': "o", 'ρ': "p", 'Ρ': "p", 'σ': "s", 'ς': "s", 'τ': "t", 'Τ': "t",
	'υ': "u", 'Υ': "y", 'χ': "x", 'Χ': "x", 'γ': "y", 'ω': "w", 'δ': "d", 'λ': "l", 'π': "n",
	// Armenian
	'օ': "o", 'ո': "n", 'ս': "u", 'հ': "h", 'ց': "g", 'զ': "q",
	// Latin letters that have no compatibility form
	'ɑ': "a", 'ı': "i", 'ɪ': "i", 'ø': "o", 'Ø': "o", 'đ': "d", 'Đ': "d", 'ð': "d", 'ł': "l", 'Ł': "l", 'ħ': "h", 'ŧ': "t", 'æ': "ae",
	'Æ': "ae", 'œ': "oe", 'ß': "ss", 'þ': "p", 'ɓ': "b", 'ɗ': "d", 'ƒ': "f", 'ᴀ': "a", 'ʙ': "b", 'ᴄ': "c", 'ᴅ': "d", 'ᴇ': "e",
	'ꜰ': "f", 'ɢ': "g", 'ʜ': "h", 'ᴊ': "j", 'ᴋ': "k", 'ʟ': "l", 'ᴍ': "m", 'ɴ': "n", 'ᴏ': "o", 'ᴘ': "p", 'ʀ': "r", 'ꜱ': "s", 'ᴛ': "t",
	'ᴜ': "u", 'ᴠ': "v", 'ᴡ': "w", 'ʏ': "y", 'ᴢ': "z", 'ɩ': "i", 'ʋ': "v", 'ɛ': "e", 'ɔ': "o", 'ɵ': "o", 'ʌ': "a",
	// Signs used as letters
	'€': "e", '£': "l", '¥': "y", '¢': "c", '§': "s", '×': "x", '¡': "i", '’': "'", '‘': "'", 'ʼ': "'", '´': "'",
}
