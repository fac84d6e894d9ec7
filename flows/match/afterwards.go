package match

import (
	"slices"
	"strings"
)

// AsksWhatToDo reports whether the whole message asks what to do about a result: "apa yang harus kami lakukan supaya bisa?",
// "gimana caranya biar lolos", "how can we fix this", "what's next?".
func AsksWhatToDo(text string) bool {
	r := scanReply(text)
	if r.long || len(r.tokens) > maxCommandWords {
		return false
	}
	words := make([]string, 0, len(r.tokens))
	for _, token := range r.tokens {
		if talkMarks[token] || sign(token) {
			continue
		}
		short := squeeze(token, 1)
		switch {
		case todoTopic[token] || todoAround[token]:
		case todoTopic[short] || todoAround[short]:
			token = short
		default:
			for _, want := range todoLong {
				if len(token) >= 6 && oneTypo(token, want) {
					token = want
				}
			}
		}
		words = append(words, token)
	}
	return about(words, todoTopic, todoAround)
}

// Objects reports whether a message takes issue with a result: "padahal kami legal", "itu diskriminasi", "that's unfair".
func Objects(text string) bool {
	tokens := scanReply(text).tokens
	for i := 1; i < len(tokens); i++ {
		if tokens[i-1] == "money" && tokens[i] == "back" || tokens[i] == "money" && tokens[i-1] == "my" {
			return true
		}
	}
	return slices.ContainsFunc(tokens, func(w string) bool { return objections[w] || objections[squeeze(w, 1)] }) ||
		len(tokens) > 1 && (tokens[0] == "tapi" || tokens[0] == "but" || tokens[0] == "tp")
}

// NamesTrade reports whether a message says that it speaks of a business: "saya jual kopi juga", "we run a school".
func NamesTrade(text string) bool {
	return slices.ContainsFunc(scanReply(text).tokens, func(w string) bool { return tradeCues[w] })
}

// AsksWhen reports whether a message asks how much, when, who or where ("berapa lama?"), which names no business.
func AsksWhen(text string) bool {
	return slices.ContainsFunc(scanReply(text).tokens, func(w string) bool { return whenWords[w] })
}

var whenWords = set("berapa brp kapan siapa dimana kemana how when who where long")

// Closing reads the answer to whether there is anything else, or whether to call somebody: "no" and "yes" where the whole
// message says only that, "nothing" where it says nothing in words ("??", a number), and "" where it says something.
func Closing(text string) string {
	words := slices.DeleteFunc(scanReply(text).tokens, func(token string) bool { return talkMarks[token] || sign(token) })
	if strings.TrimFunc(text, func(r rune) bool { return r == '?' || r == ' ' || r == '.' || r == '!' }) == "" || len(words) == 0 {
		return "nothing"
	}
	yes, no, digits := false, false, false
	for _, w := range words {
		short := squeeze(w, 1)
		switch {
		case closingNo[w] || closingNo[short]:
			no = true
		case closingYes[w] || closingYes[short]:
			yes = true
		case len(w) == 1 && w[0] >= '0' && w[0] <= '9':
			digits = true
		case !closingAround[w] && !closingAround[short]:
			return ""
		}
	}
	switch {
	case no:
		return "no"
	case yes:
		return "yes"
	case digits:
		return "nothing"
	}
	return ""
}

var (
	todoTopic = set(`cara caranya gimana bagaimana gmn gmna gmana gimna solusi solusinya solusiny lakukan dilakukan lakuin dilakuin perbaiki diperbaiki perbaikan benerin dibenerin kurang kurangnya ngapain langkah langkahnya selanjutnya berikutnya lanjutannya
		jalan opsi pilihan alternatif alternatifnya saran sarannya tips tipsnya supaya biar agar
		how fix next steps step qualify eligible missing solution options option alternative alternatives way ways do done advice suggestion suggest improve change`)
	todoAround = set(`daftarnya apa yang yg aja saja harus hrs mesti perlu kami saya kita aku gue gw bisa bs boleh lolos disetujui diterima daftar mendaftar ngajuin mengajukan apply diapprove approve approved acc di diurus urus siapkan disiapkan
		itu ini hasilnya hasil tidak gak ga nggak enggak gk terus trus lalu jadi nah kalau klo kalo begitu gitu gini dong ya sih nih deh kah ada lain lainnya untuk buat kak pak bu min admin mas mbak bang gan bro sis tolong mohon kasih tahu tau beri
		wa api whatsapp business bisnis usaha masih apakah maka supaya berarti keluar keluarnya nya ke dari sini sekarang dulu pun halo ok oke maaf oh lah loh lho waduh dan atau tetap tetep layak memenuhi syarat jika bila
		can could should must we i need to the this that it is are there any other what whats a for be become get in order make us me my our then now so have am please tell would will ok hi hello sorry else of about it's and possible our business accepted allowed pass we're still`)
	todoLong   = []string{"lakukan", "gimana", "bagaimana", "caranya", "solusi", "selanjutnya", "berikutnya", "perbaiki", "diperbaiki", "disetujui", "supaya"}
	objections = set(`padahal adil diskriminasi diskriminatif zalim dzolim dzalim curang unfair fair discrimination discriminatory ridiculous nonsense masa masak kecewa mengecewakan disappointed disappointing aneh keliru kok
		legal resmi protes wrong unbelievable gila parah kesal kesel dirugikan merugikan unacceptable why kenapa
		kompetitor kompetitornya pesaing saingan competitor competitors rival rivals refund kembalikan balikin penipu penipuan nipu tipu scam bohong pembohong`)
	// "punya", "barang" and "small" stand in complaints as well.
	tradeCues = set(`jual jualan menjual ngejual jualin dagang dagangan berdagang usaha usahaku usahanya bisnis bisnisnya toko warung jasa jasanya produksi produsen pabrik bikin buka bergerak distributor agen
		sell selling sells business company shop store run trading trader import export service services`)
	closingNo     = set("tidak gak ga nggak enggak gk ngga tdk cukup no nope nothing none sudah udah udh sdh itu thats that's")
	closingYes    = set("mau boleh panggil panggilkan sure tolong please silakan silahkan bolehlah ya iya yes yup yap yep yeah ada iyah yoi yaa")
	closingAround = set("saja aja ada lagi kak pak bu min mas mbak bang admin gan bro sis makasih terima kasih thanks thank you ok oke dong deh sih ya kok itu dulu sekarang that's thats all for now else enough im i'm good untuk ini is it thx you no")
)
