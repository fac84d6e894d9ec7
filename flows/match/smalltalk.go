package match

import (
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// Talk is what a message that answers nothing is.
type Talk string

// The kinds of small talk. TalkNone is a message that says something else.
const (
	TalkNone     Talk = ""
	TalkThanks   Talk = "thanks"
	TalkGreeting Talk = "greeting"
	TalkOK       Talk = "ok"
	TalkLaugh    Talk = "laugh"
	TalkSorry    Talk = "sorry"
	TalkWait     Talk = "wait"
	TalkWho      Talk = "who"
	TalkPrice    Talk = "price"
)

// SmallTalk says which kind of small talk the whole message is, or TalkNone when any word of it says something else.
// Of several kinds the one that wants an answer most is given: "ok, makasih, ini siapa ya?" is TalkWho.
func SmallTalk(text string) Talk {
	r := scanReply(text)
	if r.long || len(r.tokens) == 0 || len(r.tokens) > maxCommandWords {
		return TalkNone
	}
	asked := slices.Contains(r.tokens, "?")
	words := make([]string, 0, len(r.tokens))
	for _, token := range r.tokens {
		if !talkMarks[token] {
			words = append(words, talkWord(token))
		}
	}
	if about(words, priceTopic, priceAround) {
		return TalkPrice
	}
	if about(words, whoTopic, whoAround) && (asked || !slices.ContainsFunc(words, func(w string) bool { return w == "mau" }) && (len(words) > 1 || whoAlone[words[0]])) {
		return TalkWho
	}
	best := TalkNone
	for at := 0; at < len(words); {
		kind, n := talkPhrase(words[at:])
		if n == 0 {
			return TalkNone
		}
		if talkRank[kind] > talkRank[best] {
			best = kind
		}
		at += n
	}
	return best
}

// talkRank orders the kinds by how much they want an answer.
var talkRank = map[Talk]int{TalkNone: 0, TalkGreeting: 1, TalkOK: 2, TalkLaugh: 3, TalkSorry: 4, TalkThanks: 5, TalkWait: 6}

var talkMarks = set(", . ? ( ) : / & + #")

// talkWord gives the listed spelling of a word: "makasiiih", "wkwkwkwk", "halooo".
func talkWord(token string) string {
	if _, ok := talkPhrases[token]; ok {
		return token
	}
	if full, ok := talkSpellings[token]; ok {
		return full
	}
	if laughs(token) {
		return "haha"
	}
	if len(token) >= 11 && (token[0] == 'a' || token[0] == 's') && levenshtein.ComputeDistance(token, "assalamualaikum") <= 3 {
		return "assalamualaikum" // "asalamualaikm", "assalamu'alaykum"
	}
	short := squeeze(token, 1)
	if full, ok := talkSpellings[short]; ok {
		return full
	}
	if _, ok := talkPhrases[short]; ok {
		return short
	}
	return token
}

// laughs reports whether a word is laughter: two letters or more of one of the kinds, repeated.
func laughs(token string) bool {
	if len(token) < 3 || token == "hah" {
		return false
	}
	for _, kind := range [...]string{"ha", "he", "hi", "wk", "xi", "ck", "kw", "hu", "lo"} {
		if kind == "lo" {
			return strings.Trim(token, "l") == "o" && len(token) >= 3 || token == "lmao"
		}
		rest, n := token, 0
		for strings.HasPrefix(rest, kind) {
			rest, n = rest[2:], n+1
		}
		if n >= 2 && (rest == "" || rest == kind[:1]) || n >= 1 && strings.Trim(token, kind) == "" && len(token) >= 5 {
			return true
		}
	}
	return false
}

var talkSpellings = table(`
makasih: mksh mksih makasi mkasih makasihh maksih maacih maaciw makaci trims tks thx tq ty thanks thanx tengkyu tengkiu tenkyu nuhun suwun thankyou arigato terimakasih trimakasih trmksh xiexie mauliate suksma kamsia tengs
terima: trima trm
kasih: ksih kasi ksh
ok: oke okay okey oks okk oki okeh okee okei okai k kk okelah
siap: syiap siaap sip sipp siip
sebentar: bentar bntr sbntr sbentar bntar sebntar sekejap sekedap sakedap
tunggu: tnggu tungguin tgg
maaf: maap mf maafkan map sorry sori sry sorri punten ngapunten nyuwun
halo: hallo alo haloo hlo helo hello hei hey hay hai hi hallow halooo
assalamualaikum: asalamualaikum assalamulaikum asalamulaikum aslm aslmkm askum asslmkm asslamualaikum assalamualikum asslm samlekum salamualaikum asw
selamat: slmt met slamat
siapa: sapa spa sp siape
berapa: brp brapa brpa piro pinten sabaraha
biaya: biayanya biayany byaya biyaya ongkos ongkosnya tarif tarifnya fee fees cost costs
harga: harganya hrg hrga price prices pricing pricelist hargany
kak: kakak ka kk kaka
`)

// talkLists gives the phrases of each kind, between bars.
var talkLists = map[Talk]string{
	TalkThanks: `makasih|terima kasih|makasih banyak|terima kasih banyak|thank you|thank u|thank you so much|thank you very much|thanks a lot|makasih lot|matur makasih|matur nuwun|matur makasih sanget|hatur makasih|hatur nuhun|appreciate it|jazakallah|jazakillah|jazakumullah khairan|jazakallah khair|jazakallahu khairan|
		🙏|🙏🏻|terima kasih atas bantuannya|atas bantuannya|atas infonya|infonya|atas informasinya|atas penjelasannya|atas waktunya|infonya membantu|sangat membantu|banyak terima kasih|for your help|for the help|for the info|for that|membantu sekali|very helpful|helpful|sama sama|semoga sukses|sukses selalu|💖|❤|🙇`,
	TalkGreeting: `halo|assalamualaikum|assalam|pagi|siang|sore|malam|selamat pagi|selamat siang|selamat sore|selamat malam|salam|salam kenal|salam sejahtera|good morning|morning|good afternoon|good evening|good day|greetings|permisi|misi|sampurasun|om swastiastu|shalom|kulonuwun|kulo nuwun|warahmatullahi wabarakatuh|warohmatullahi wabarokatuh|wr wb|wr|wb|apa kabar|how are you|whats up|yo|👋|horas|test|tes|tes tes|ping|p|p p|p p p|wassalamualaikum|waalaikumsalam|hi there|there`,
	TalkOK: `ok|siap|baik|baiklah|noted|good|fine|great|nice|alright|mantap|mantab|gas|lanjut|understood|i see|got it|cool|i understand|👍|👌|ok siap|ok deh|ya ok|ok noted|mengerti|saya mengerti|paham|saya paham|ngerti|oh begitu|oh gitu|ooh gitu|o gitu|begitu|gitu|begitu ya|wah|oh|oh ya|oya|oiya|catat|tercatat|dimengerti|oh begitu ya|🆗|all good|sounds good|makes sense|perfect|awesome|bagus|keren|asik|asyik|
		wah bagus|alhamdulillah|syukurlah|amin|aamiin|aminn|🤲|😊|🙂|☺|😁|🥰|😍|👏|💪|🔥`,
	TalkLaugh: `haha|lucu|kocak|ngakak|😂|🤣|😆|😄|😅|lmao|rofl|haha lucu|ada ada saja|ada ada aja|just kidding|bercanda|becanda|canda|jk`,
	TalkSorry: `maaf|mohon maaf|maaf ya|minta maaf|saya minta maaf|maaf salah kirim|salah kirim|salah ketik|typo|salah pencet|kepencet|maaf kepencet|apologies|my bad|my apologies|im sorry|i am sorry|my mistake|oops|ups|wrong chat|salah chat|maaf lama|maaf baru balas|maaf telat balas|baru balas|telat balas|lama balas|slow respon|slow response|maaf slow respon|sory|maaf mengganggu|mengganggu|ganggu|maaf ganggu|maaf merepotkan|merepotkan`,
	TalkWait: `sebentar|tunggu|tunggu sebentar|sebentar tunggu|wait|wait a moment|wait a minute|wait a sec|wait a second|hold on|hang on|one moment|one sec|one second|one minute|just a moment|just a sec|just a second|just a minute|give me a minute|give me a moment|give me a sec|a moment|moment|moment please|brb|be right back|nanti dulu|sabar|sabar dulu|1 menit|5 menit|satu menit|lima menit|
		saya cek dulu|cek dulu|saya cari dulu|cari dulu|saya lihat dulu|lihat dulu|let me check|let me see|ill check|i will check|saya tanya dulu|tanya dulu|nanti saya balas|nanti saya lanjut|nanti saya kabari|nanti dilanjut|nanti lanjut lagi|lanjut nanti|nanti lagi|lagi di jalan|lagi nyetir|lagi sibuk|lagi kerja|masih di jalan|dulu|sebentar dulu|sebentar lagi|stand by|later|ill be back|back later|ntar|ntar dulu|nanti|nanti saja|nanti aja|
		saya cek|saya cek sebentar|saya carikan dulu|saya ambil dulu|ambil dulu|saya tanyakan dulu|⏳|sek|sik|seki|sek yo|antosan|sakedap`,
	"filler": `kak|pak|bu|bapak|ibu|mas|mbak|min|admin|bang|gan|bro|sis|bos|boss|om|tante|sir|maam|dok|mimin|kawan|teman2|guys|all|ya|yah|iya|dong|deh|sih|nih|lah|aja|saja|tuh|loh|lho|yaa|banyak|sekali|banget|bgt|very much|so much|a lot|please|pls|atas|untuk|buat|semuanya|semua|ini|itu|dan|and|for|everything|udah|sudah|dibantu|bantuannya|info|kasih|lg|lagi ya|
		hmm|hm|eh|ah|oh|o|wah|waduh|aduh|then|lagi|team|tim|kita|saya|dulu ya|for now|so|well|dear|sayang|say|cuy|gaes|u|you|sangat|sebelumnya|selamat|hari|balik|kembali2|sure2|😀|😃|☕|✨|🎉|🌹|💐|😇|🤗|😘|😉|😌|🤝|✌`,
}

type talkEntry struct {
	words []string
	kind  Talk
}

var talkPhrases = buildTalkPhrases()

func buildTalkPhrases() map[string][]talkEntry {
	m := map[string][]talkEntry{}
	for kind, list := range talkLists {
		if kind == "filler" {
			kind = TalkNone
		}
		for phrase := range strings.SplitSeq(list, "|") {
			words := strings.Fields(phrase)
			if len(words) == 0 {
				continue
			}
			for i, w := range words {
				if full, ok := talkSpellings[w]; ok {
					words[i] = full
				}
			}
			m[words[0]] = append(m[words[0]], talkEntry{words, kind})
		}
	}
	for first := range m {
		slices.SortFunc(m[first], func(a, b talkEntry) int {
			if len(a.words) != len(b.words) {
				return len(b.words) - len(a.words)
			}
			return talkRank[b.kind] - talkRank[a.kind] // "test" is a greeting before it is a filler
		})
	}
	return m
}

// talkPhrase gives the kind of the longest phrase that words begin with; n is 0 when there is none.
func talkPhrase(words []string) (kind Talk, n int) {
	for _, entry := range talkPhrases[words[0]] {
		if len(entry.words) <= len(words) && slices.Equal(entry.words, words[:len(entry.words)]) {
			return entry.kind, len(entry.words)
		}
	}
	return TalkNone, 0
}

// Why reports whether the whole message asks for the reason of what was just said: "kenapa?", "kok gitu sih", "why not".
func Why(text string) bool {
	r := scanReply(text)
	if r.long || len(r.tokens) > maxCommandWords {
		return false
	}
	words := slices.DeleteFunc(slices.Clone(r.tokens), func(token string) bool { return talkMarks[token] })
	return about(words, whyTopic, whyAround)
}

// about reports whether words are on a topic and nothing else.
func about(words []string, topic, around map[string]bool) bool {
	on := false
	for _, w := range words {
		switch {
		case topic[w]:
			on = true
		case !around[w]:
			return false
		}
	}
	return on
}

// The words of a question about the price, and of one about who is answering.
var (
	priceTopic  = set(`biaya harga gratis bayar bayarnya dibayarnya berbayar dibayar membayar free charge charged pay paid much dipungut cost tarif fee`)
	priceAround = set(`berapa ada apa apakah ini itu kena kah pakai untuk buat daftar pendaftaran wa whatsapp api bisnis business per bulan nya ya kak pak bu mas mbak min admin bang sis gan bro halo tanya mau nanya kalau
		tidak gak ga nggak gk enggak atau harus perlu is it the for a does do i have to how are there any this service your what whats of in apply applying will be you layanan layanannya jasanya jasa bot kira sih dong nih
		to get api2 maaf permisi boleh tau tahu totalnya total semuanya semua pagi siang sore malam selamat makasih ok cek pengecekan pengajuan pengajuannya ngajuin maksimal minimal mulai dari kita kami saya bulanan sebulan setahun`)
	whoTopic  = set(`bot robot siapa manusia human who mesin ai chatbot robotkah otomatis person automated`)
	whoAround = set(`ini itu kamu anda kakak kak min admin ya kah sih dengan sama bicara ngobrol chat chatting apa apakah atau beneran asli orang are you is this a an real am i talking to speaking with it the or saya lagi sedang yang balas jawab bales jawabin
		halo maaf permisi mas mbak pak bu bang bro sis dong nih kok do be bukan lo lu chatnya nya tanya mau boleh tau tahu hi selamat pagi siang sore malam dgn dri dari mana your name whos berarti jadi pake pakai cs membalas menjawab robotnya programnya actual here`)
	whyTopic  = set(`kenapa knp knapa napa ngapa mengapa kok alasan alasannya sebab sebabnya why reason reasons`)
	whyAround = set(`apa gitu begitu gini bisa ditolak tolak tidak gak ga nggak gk enggak belum boleh ya sih nih dong kak pak bu mas mbak min admin bang sis gan hasilnya jadi harus masih itu ini maaf
		is it that so not no can cant cannot i we the what was am are refused rejected though but tell me for whats`)
	whoAlone = set("siapa robot bot who robotkah chatbot")
)
