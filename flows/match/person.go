package match

import (
	"slices"
	"strings"
)

// AsksForPerson reports whether a message plainly asks to deal with a person: "itu tidak adil, saya mau bicara dengan orang",
// "minta nomor cs nya", "ada orangnya ga?", "bisa telpon saya?", "saya mau komplain", "let me speak to your manager". A
// business that has to do with people ("jasa call center", "jual tiket orang dewasa"), a question whether this is one, and
// a wish to ask one's own people first do not count.
func AsksForPerson(text string) bool {
	var clause []string
	bot := false // a machine was named before
	tokens := scanReply(text).tokens
	for i := 0; i <= len(tokens); i++ {
		if i < len(tokens) && !clauseMarks[tokens[i]] {
			clause = append(clause, personWord(tokens[i]))
			continue
		}
		p := personClause{words: joinNouns(clause), asked: i < len(tokens) && tokens[i] == "?"}
		if p.asks() || bot && !p.asked && p.onlyNames() {
			return true
		}
		bot = bot || p.holds(machines)
		clause = clause[:0]
	}
	return false
}

var clauseMarks = set(", ? ( ) : /")

// personClause is the part of a message between two marks.
type personClause struct {
	words []string
	asked bool // it ends in a question mark
}

func (p personClause) asks() bool {
	if slices.ContainsFunc(p.words, func(w string) bool { return w == "jangan" || w == "don't" || w == "dont" && !p.holds(machines) }) {
		return false
	}
	if p.namesNumber() || p.noun() || p.replies() || p.whom() {
		return true
	}
	for i, w := range p.words {
		switch {
		case contactVerbs[w] && (p.contact(i) || p.callsMe(i)),
			phoneMe[w] && p.opens(i, true) && closes(p.words[i+1:]),
			complaints[w] && p.complains(i):
			return true
		}
	}
	return false
}

// onlyNames reads the "human please" of "no more bots, human please".
func (p personClause) onlyNames() bool {
	return len(p.words) > 0 && plainPeople[p.words[0]] && closes(p.words[1:])
}

func (p personClause) holds(words map[string]bool) bool {
	return slices.ContainsFunc(p.words, func(w string) bool { return words[w] })
}

// contact reads "bicara langsung dengan orang", the verb being at i.
func (p personClause) contact(i int) bool {
	w := p.words
	j := i + 1
	for j < len(w) && betweenVerb[w[j]] {
		j++
	}
	linked := j < len(w) && personLinks[w[j]]
	if linked {
		j++
	}
	for j+1 < len(w) && personModifiers[w[j]] && !isPerson(w[j:j+2]) && !(personNouns[w[j]] && !personNouns[w[j+1]]) {
		j++
	}
	if j >= len(w) {
		return false
	}
	if linked && machines[w[j]] {
		return slices.ContainsFunc(w[:i], func(w string) bool { return unwilling[w] })
	}
	if !isPerson(w[j:]) || !linked && !(directVerbs[w[i]] || askVerbs[w[i]] && plainPeople[w[j]]) {
		return false
	}
	if slices.Contains(w, "dulu") && (askVerbs[w[i]] || superiors[w[j]]) {
		return false // they ask their own people
	}
	return p.opens(i, false) && closes(w[j+1:])
}

// callsMe reads "bisa telpon saya?", the verb being at i.
func (p personClause) callsMe(i int) bool {
	w := p.words
	if !callVerbs[w[i]] || i+1 >= len(w) || !myself[w[i+1]] || !closes(w[i+2:]) {
		return false
	}
	ours := w[i+1] == "kami" || w[i+1] == "us" || w[i+1] == "kita" // "hubungi kami" alone is what advertisements say
	return p.opens(i, ours)
}

// complains reads "saya mau komplain", the word being at i.
func (p personClause) complains(i int) bool {
	rest := p.words[i+1:]
	if len(rest) > 0 && rest[0] == "dengan" {
		rest = nil
	}
	return p.opens(i, true) && closes(rest)
}

// noun reads "minta orang dong", "ada orangnya ga?", "adminnya mana".
func (p personClause) noun() bool {
	w := p.words
	asked := p.asked || p.holds(questionWords) || len(w) > 0 && w[0] == "is"
	for j := range w {
		if !isPerson(w[j:]) || w[j] == "bos" || w[j] == "boss" { // "tidak ada bos"
			continue
		}
		k := j
		for k > 0 && (personModifiers[w[k-1]] && !getters[w[k-1]] || w[k-1] == "me") {
			k--
		}
		ownStaff := k > 0 && wishes[w[k-1]] && !plainPeople[w[j]] && slices.Contains(w[:k], "kami") // "kami butuh admin"
		if k > 0 && !ownStaff && closes(w[j+1:]) && (getters[w[k-1]] && (p.opens(k-1, false) || p.opens(k, false)) ||
			askGetters[w[k-1]] && asked && allIn(w[:k-1], aroundRequest)) {
			return true
		}
		if !allIn(w[:j], aroundRequest) {
			continue
		}
		where, there := false, false
		rest := slices.DeleteFunc(slices.Clone(w[j+1:]), func(w string) bool {
			where, there = where || whereWords[w], there || thereWords[w]
			return whereWords[w] || thereWords[w] || questionWords[w]
		})
		if (where || there && asked) && closes(rest) {
			return true
		}
	}
	return false
}

// namesNumber reads "minta nomor cs nya", "ada nomor yang bisa dihubungi?".
func (p personClause) namesNumber() bool {
	number, whose, wanted := false, false, p.asked
	for i, w := range p.words {
		n := phoneWords[w]
		who := isPerson(p.words[i:]) || reachable[w]
		number, whose, wanted = number || n, whose || who, wanted || numberWishes[w]
		if !n && !who && !numberWishes[w] && !aroundRequest[w] && !closers[w] && !aroundNumber[w] {
			return false
		}
	}
	return number && whose && wanted
}

// replies reads "tolong admin manusianya yang jawab", "csnya balas dong".
func (p personClause) replies() bool {
	who, reply, wished := false, false, false
	for i, w := range p.words {
		person := isPerson(p.words[i:])
		who, reply = who || person, reply || replyWords[w]
		wished = wished || w == "dong" || w == "bisa" || w == "mau" || politeRequests[w]
		if !person && !replyWords[w] && !aroundRequest[w] && !closers[w] && w != "yang" {
			return false
		}
	}
	return who && reply && wished
}

// whom reads "siapa yang bisa saya hubungi?", "who can I talk to?".
func (p personClause) whom() bool {
	who, reach := false, false
	for _, w := range p.words {
		verb := contactVerbs[w] || w == "dihubungi"
		who, reach = who || w == "siapa" || w == "who", reach || verb
		if !verb && !aroundRequest[w] && !closers[w] && !personLinks[w] && w != "yang" && w != "siapa" && w != "who" {
			return false
		}
	}
	return who && reach && slices.Contains(p.words, "bisa")
}

// opens reports whether the words before i lead up to a request: nothing but what one says around it, or whatever stands
// before "saya mau". wish says that somebody has to want it in so many words.
func (p personClause) opens(i int, wish bool) bool {
	before := p.words[:i]
	wished, subject := false, false
	for at, w := range before {
		if at+1 < len(before) && denials[w] && wishes[before[at+1]] && before[at+1] != "bisa" && before[at+1] != "boleh" {
			return false // "saya tidak mau bicara dengan orang"
		}
		wished = wished || wishes[w]
		subject = subject || subjects[w]
	}
	if i > 0 && denials[before[i-1]] {
		return false
	}
	if allIn(before, aroundRequest) {
		return wished || !subject && !wish || !wish && p.holds(politeRequests)
	}
	k := i
	for k > 0 && (aroundVerb[before[k-1]] || wishes[before[k-1]]) {
		k--
	}
	if k == i {
		return false
	}
	firm := slices.ContainsFunc(before[k:], func(w string) bool { return firmWishes[w] })
	return firm && (politeRequests[before[k]] || k > 0 && firstPerson[before[k-1]])
}

// closes reports whether what follows a request says nothing more of whom: it ends, or goes on with a reason.
func closes(rest []string) bool {
	for i, w := range rest {
		if goesOn[w] {
			return true
		}
		if w == "dari" || w == "from" {
			return i+1 < len(rest) && ourHouse[rest[i+1]]
		}
		if w == "saya" && len(rest)-i <= 4 && len(rest)-i > 2 && rest[i+1] == "bisa" {
			return contactVerbs[rest[i+2]] // a person I can talk to
		}
		if (w == "yang" || w == "who") && i+1 < len(rest) {
			return ableWords[rest[i+1]]
		}
		if !closers[w] && !sign(w) {
			return false
		}
	}
	return true
}

// isPerson reports whether words begin with a person one can ask for here.
func isPerson(words []string) bool {
	w := words[0]
	if w == "tim" || w == "pihak" {
		return len(words) > 1 && ourHouse[words[1]]
	}
	return personNouns[w]
}

func allIn(words []string, in map[string]bool) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return !in[w] && !sign(w) })
}

// joinNouns makes one word of "customer service" and "yang bisa", and takes the ending of "orang nya" away.
func joinNouns(words []string) []string {
	out := make([]string, 0, len(words))
	for i := 0; i < len(words); i++ {
		w := words[i]
		if i+1 < len(words) && nounPairs[w+" "+words[i+1]] {
			out, i = append(out, "cs"), i+1
			continue
		}
		out = append(out, w)
	}
	return out
}

var nounPairs = map[string]bool{
	"customer service": true, "customer care": true, "customer support": true, "call center": true, "call centre": true, "costumer service": true,
	"contact center": true, "layanan pelanggan": true, "yang punya": true, "yang berwenang": true, "penanggung jawab": true, "live agent": true, "live chat": true,
}

// personWord gives the listed spelling of a word: "manusa", "orangnya", "telfon", "sambungin".
func personWord(token string) string {
	if full, ok := personSpellings[token]; ok {
		return full
	}
	short := squeeze(token, 1)
	if full, ok := personSpellings[short]; ok {
		return full
	}
	for _, ending := range [...]string{"nya", "ny", "kah"} {
		stem := strings.TrimSuffix(token, ending)
		if full, ok := personSpellings[stem]; ok {
			stem = full
		}
		if stem != token && personNouns[stem] {
			return stem
		}
	}
	if len(token) >= 6 && !knownPersonWords[token] {
		for _, want := range longPersonWords {
			if oneTypo(token, want) {
				return want
			}
		}
	}
	return token
}

var personSpellings = table(`
orang: org orng oramg ornag wong uwong urang jalmi oarng
manusia: manusa mnusia mansia manusi
cs: cso csr csnya customerservice callcenter
bicara: bicra bcara bicarain berbicara ngomong ngomomg ngmng ngobrol ngbrol obrol ngobrolnya ngomongnya komunikasi berkomunikasi
hubungi: ketemu bertemu menemui temui menghadap
telpon: telepon telp tlp tlpn telfon telpn tilpun nelpon nelfon menelpon menelepon tlfn telefon tlf telponin telfonin
hubungkan: hubungin sambungkan sambungin hubungkn hubgkan alihkan arahkan oper operin dihubungkan disambungkan dialihkan diarahkan dioper dihubungin
panggil: panggilkan panggilin pangil
saya: sy sya aku ak gue gw gua gwe ane kulo i
mau: mo mw pengen pingin ingin pgn pengin kepengen maunya want wanna
bisa: bs bsa iso can could
tolong: tlg tlong please pls plis mohon plz
dengan: dgn dg dngn sama sm ama ma with
ke: kpd kepada to kedalam
ga: gak gk nggak ngga gada enggak tidak tdk tak kagak kaga nda ndak not
minta: mnta mintak minta2
saja: aja aj ae doang
staf: staff
manajer: manager menejer maneger
atasan: atsan
nomor: nomer nmr nmor no
telponan: teleponan telfonan
anda: kamu kalian lu lo kau your you mu antum
komplain: komplen komplein complain complaint kompline complen protes mengadu ngadu adukan keluhan pengaduan aduan keberatan banding appeal
jangan: jgn jgan
kenapa: knp
seseorang: someone somebody
siapapun: anyone anybody
agen: agent
ada: ad adakah
yang: yg
karena: krn karna
tim: team
begitu: gitu
`)

// longPersonWords may have one typo.
var longPersonWords = []string{"manusia", "bicara", "petugas", "operator", "hubungkan", "telpon", "komplain", "person", "manajer", "supervisor", "representative", "hubungi"}

var (
	personNouns     = set("orang manusia cs admin agen operator petugas staf manajer atasan supervisor pimpinan perwakilan pemilik owner bos boss human person people representative rep seseorang siapapun support helpdesk humans pegawai")
	plainPeople     = set("orang manusia cs petugas staf human person seseorang siapapun")
	superiors       = set("manajer atasan supervisor pimpinan bos boss kantor pegawai")
	machines        = set("bot robot mesin chatbot ai machine robots bots otomatis")
	unwilling       = set("ga malas males mls malesin capek cape bosan bosen benci hate tired ogah don't dont muak kesel sick stop emoh")
	contactVerbs    = set("bicara telpon hubungkan hubungi hubungkn kontak panggil chat chatting tanya nanya bertanya konsultasi diskusi speak talk contact reach call phone connect connected transfer transferred touch hear put mau dibantu dilayani dijawab dibalas ditangani speaking talking deal ring kabari")
	directVerbs     = set("hubungkan hubungi kontak panggil chat telpon contact reach call phone connect transfer")
	askVerbs        = set("tanya nanya bertanya konsultasi diskusi dibantu dilayani dijawab dibalas ditangani")
	callVerbs       = set("telpon hubungi kontak call phone ring contact chat kabari")
	phoneMe         = set("ditelpon ditelepon ditelfon telponan ditelp dihubungi callback")
	myself          = set("saya kami kita me us balik back")
	personLinks     = set("dengan ke oleh by from dr")
	betweenVerb     = set("langsung saja dulu dong saya me us directly lagi ya ku through over in kami kita lebih lanjut")
	personModifiers = set("seorang salah satu a an the real actual live anda some any another asli bagian tim staf human langsung bantuan si pihak kontak")
	getters         = set("minta butuh perlu panggil kasih get need mau give carikan bawa")
	askGetters      = set("ada is there any have punya mana")
	questionWords   = set("ga kah apakah apa mana gimana")
	whereWords      = set("mana dimana kemana")
	thereWords      = set("ada on online aktif standby stand there here available around")
	phoneWords      = set("nomor kontak contact number hotline telpon hp phone wa")
	numberWishes    = set("minta ada boleh bagi berapa brp mana kasih apa what whats is have give send tolong share bisa mau need butuh perlu kirim")
	reachable       = set("kantor dihubungi ditelpon ditelepon ditelfon dihubungin call reach anda")
	aroundNumber    = set("yang bisa di hubungi a the for i to kah lain it's of by lewat via apa")
	replyWords      = set("balas bales jawab respon response reply answer membalas menjawab")
	complaints      = set("komplain lapor melapor")
	firstPerson     = set("saya kami kita we")
	subjects        = set("saya kami kita we ini anda apakah am are is this it's im kau dia he they itu")
	wishes          = set("mau bisa boleh minta perlu butuh need like would rather prefer ajukan mengajukan menyampaikan sampaikan buat bikin file make tolong let must harus coba may kapan ada have wish how gimana bagaimana cara caranya")
	firmWishes      = set("mau minta perlu butuh need like tolong let prefer rather bisa")
	politeRequests  = set("tolong let coba bantu ayo just")
	denials         = set("ga bukan belum never")
	aroundVerb      = set("langsung to saja me just a")
	aroundRequest   = set(`saya kami kita we mau bisa boleh minta perlu butuh need like would rather prefer ajukan mengajukan menyampaikan sampaikan buat bikin file make tolong let must harus coba may kapan ada have wish
		halo hai hi hello selamat pagi siang sore malam assalamualaikum permisi maaf kak kakak min pak bu mas mbak bang gan bro sis om ya iya oke ok eh oh wah aduh duh lah loh lho nih dong deh sih kok ah yaudah sudahlah udahlah udah sudah
		ga apakah apa kalau kalo klo gimana bagaimana caranya cara how do does what kenapa why untuk lebih baik mending mendingan enak enakan saja langsung dulu sekarang skrg lagi jadi terus trus tapi but dan and so then
		well just id i'd im i'm a the to me us is there any anda are an please help bantu bantuin in get someone seseorang siapapun mas admin team tim dengan itu ini begitu gini sini di bukan dulunya juga really actually
		ayo yuk makanya pokoknya intinya serius urgent penting cepat cepetan segera ingat want ke malas males mls malesin capek cape bosan bosen benci hate tired of ogah don't dont muak kesel sick stop emoh terima kasih makasih thanks salah satu by be still only sir maam ma'am sir now never`)
	closers = set(`saja dong deh sih nih ya yah kan lah kah tolong langsung sekarang skrg now today here there disini disana di sini sana asli beneran bener benar sungguhan nyata anda nya ny e kak kakak pak bu mas mbak bang min admin bro sis gan
		makasih terima kasih thanks thank bisa ga boleh kapan gimana caranya bagaimana instead directly again lagi secepatnya segera urgent asap of yours lain lainnya oke ok wkwk haha hehe me saya cepat cepetan dulu resmi via lewat telpon wa whatsapp hari ini itu
		as soon possible right away ada nih2 kalau kalo legal teknis pun juga in charge the a live cs human person orang manusia agen staf petugas tim support langsungan ka atau balik back siapapun seseorang please sir maam mau online`)
	goesOn    = set("karena soalnya soal tentang mengenai about because regarding biar supaya agar tapi bukan but so and dan terkait perihal not rather since masalah if atas")
	ourHouse  = set("layak meta tim sini sana kalian anda cs legal teknis the a admin support marketing sales layanan pusat perusahaan")
	ableWords = set("bisa ngerti paham tahu tau asli bener beneran berwenang bertanggung mengerti urus handle can knows know understands is lebih benar sebenarnya nyata")
)

// knownPersonWords are words one letter away from another on the lists.
var knownPersonWords = set("hubungkan hubungi persona persons bicara orangan wicara person telpon petugas")
