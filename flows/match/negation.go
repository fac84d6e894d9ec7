package match

// role says whose business a word speaks of.
type role uint8

const (
	roleMain    role = iota
	roleFor          // whom it is for: "software untuk klinik"
	roleSide         // a side product: "ada rokok dikit"
	roleOther        // someone else's business or a landmark: "supplier saya apotek", "sebelah apotek"
	roleFormer       // a business of the past: "dulu jual rokok"
	roleNegated      // what the business is not: "bukan pinjol"
	roleOrder        // an instruction to the reader: "catat sebagai yayasan"
)

// weight is how much a word counts in each role.
var weight = [...]float32{roleMain: 1, roleFor: 0.6, roleSide: 0.15, roleOther: 0.15, roleFormer: 0, roleNegated: 0, roleOrder: 0}

// Words that open a role. They are function words of Indonesian and English, not names of businesses.
var (
	negators    = set("bukan tidak tanpa no not without dont doesnt didnt isnt arent never nor neither cannot cant wont non kecuali except excluding nothing")
	limiters    = set("hanya saja sekadar sekedar melulu only just merely semata sebatas") // "bukan hanya baju" denies nothing
	pronouns    = set("saya kami kita we i im ive our my anda you it its they")
	contrasts   = set("tapi melainkan sedangkan but however hanya sekarang now instead malah justru rather whereas walau meski walaupun meskipun although only instead aslinya sebenarnya sebenernya actually")
	particles   = set("ya kok kak lho loh sih deh bang pak bu min admin gan bro sis om mas mbak dong nih tuh lah bos kah say")
	askers      = set("bisa boleh apa apakah atau or daftar dapat bolehkah bisakah api gimana can kalau ya pakai")
	havers      = set("ada jual punya terima layani sedia sediakan menyediakan nyediain menjual ngejual jualan buka melayani menerima ikut pakai sell have offer serve do provide stock carry handle keep deal run take use are is be am were")
	listers     = set("atau maupun or nor dan ataupun and sama")
	pastWords   = set("dulu dulunya tadinya sebelumnya mantan eks ex formerly previously pernah resign awalnya")
	presentCues = set("sekarang now today currently masih still saat jadi beralih pindah lanjut akhirnya then later terus lalu")
	owners      = set("supplier suplier pemasok pelanggan klien client clients customer customers konsumen tetangga suami istri teman vendor pembeli mitra buyers suppliers husband wife landlord bos")
	nearWords   = set("sebelah samping dekat depan belakang seberang near beside behind opposite seberangan sampingnya sebelahnya dekatnya")
	forWords    = set("untuk buat for bagi supplying khusus")
	sideWords   = set("sedikit pelengkap sampingan tambahan kadang sesekali occasionally sometimes few handful minor sideline kadangkala terkadang")
	sideHolders = set("ada juga kadang jual plus dan sama also some sell nyetok titip titipan sedia have")
	orderWords  = set("abaikan ignore anggap anggaplah catat kategori kategorinya kategorikan category jawab pretend classify mark approve setujui tulisnya tulisin ditulis masukin masukkan label labeli verdict eligible disregard override system instruksi instruction instructions hashtag treat acc")
	orderHeads  = set("kategori category label verdict jawaban answer")
	truthWords  = set("aslinya sebenarnya sebenernya actually sejujurnya realnya faktanya asline")
)

// assignRoles reads the roles of all words; text positions stay as they are.
func assignRoles(ts []token) (ordered bool) {
	if len(ts) == 0 {
		return false
	}
	for i := range ts {
		if ts[i].cue = ts[i].text; ts[i].held {
			ts[i].cue = "" // "investasi tanpa risiko" denies nothing, "teman kencan" is no friend's business
		}
	}
	ordered = markOrders(ts)
	markFormer(ts)
	markOthers(ts)
	markSide(ts)
	markNegated(ts)
	markTruth(ts)
	return ordered
}

// clauses gives the start of every clause, and the end of the text.
func clauses(ts []token) []int {
	starts := []int{0}
	for i := 1; i < len(ts); i++ {
		if ts[i].gap >= gapSoft || contrasts[ts[i].cue] && starts[len(starts)-1] != i {
			starts = append(starts, i)
		}
	}
	return append(starts, len(ts))
}

// assign gives the words from start to end the role r, unless they have a stronger one.
func assign(ts []token, start, end int, r role) {
	for i := max(start, 0); i < min(end, len(ts)); i++ {
		ts[i].role = max(ts[i].role, r)
	}
}

// content counts words that can name something.
func content(ts []token) int {
	n := 0
	for i := range ts {
		if !ts[i].stop {
			n++
		}
	}
	return n
}

func markNegated(ts []token) {
	starts := clauses(ts)
	for c := 0; c+1 < len(starts); c++ {
		from, to := starts[c], starts[c+1]
		for i := from; i < to; i++ {
			if !negators[ts[i].cue] || ts[i].role == roleOrder {
				continue
			}
			if i+1 < len(ts) && limiters[ts[i+1].cue] && ts[i+1].gap < gapSoft {
				continue
			}
			if i > 0 && ts[i].gap < gapSoft && (ts[i-1].cue == "kalau" || ts[i-1].cue == "if") && i+1 == to {
				continue
			}
			end := negatedEnd(ts, i, to)
			if content(ts[i+1:end]) > 0 {
				assign(ts, i, end, roleNegated)
				if end == to || ts[end].gap >= gapSoft {
					c, end = extendList(ts, starts, c, end)
					to = max(to, end)
				}
				i = end - 1
				continue
			}
			negateBack(ts, starts, c, i)
		}
	}
}

// negatedEnd finds where the scope of the negator at i ends.
func negatedEnd(ts []token, i, to int) int {
	limit := 7
	switch ts[i].cue {
	case "tanpa", "no", "without", "non", "kecuali", "except":
		limit = 3
	case "bukan":
		limit = 5
	}
	named := 0
	for j := i + 1; j < to; j++ {
		t := ts[j].cue
		switch {
		case named > 0 && (pronouns[t] || particles[t] || contrasts[t] || presentCues[t] || negators[t]):
			return j
		case named > 0 && (t == "jual" || t == "jualan" || t == "usaha" || t == "toko" || t == "karena" || t == "because" || t == "biar" || t == "supaya"):
			return j
		case !ts[j].stop:
			if named++; named >= limit {
				return j + 1
			}
		}
	}
	return to
}

// extendList carries a negation over the rest of a list: "tidak jual rokok, miras, atau obat".
func extendList(ts []token, starts []int, c, end int) (clause, newEnd int) {
	last := c
	for k := c + 1; k+1 < len(starts) && k <= c+5; k++ {
		part := ts[starts[k]:starts[k+1]]
		if part[0].gap != gapSoft || len(part) > 4 || contrasts[part[0].cue] {
			break
		}
		plain := true
		for i := range part {
			if pronouns[part[i].cue] || havers[part[i].cue] || negators[part[i].cue] || part[i].cue == "usaha" || part[i].cue == "toko" {
				plain = false
			}
		}
		if !plain {
			break
		}
		closes := false
		for i := range part {
			closes = closes || part[i].cue == "atau" || part[i].cue == "maupun" || part[i].cue == "or" || part[i].cue == "nor" || part[i].cue == "ataupun"
		}
		if closes {
			last = k
			break
		}
	}
	if last == c {
		return c, end
	}
	assign(ts, end, starts[last+1], roleNegated)
	return last, starts[last+1]
}

// negateBack handles what is denied after it was named: "rokok ga ada", "hewannya enggak", "suplemen, tapi aku ga jual".
func negateBack(ts []token, starts []int, c, i int) {
	from, to := starts[c], starts[c+1]
	for _, t := range ts[from:to] {
		if askers[t.cue] {
			return // "bisa daftar ga"
		}
	}
	if t := ts[i].cue; t != "tidak" && t != "bukan" && t != "not" && t != "dont" && t != "no" {
		return
	}
	has := i+1 < to && havers[ts[i+1].cue]
	if n := content(ts[from:i]); n > 0 {
		if n <= 4 && (has || i+1 >= to || particles[ts[i+1].cue]) {
			assign(ts, from, to, roleNegated)
		}
		return
	}
	if has && c > 0 && ts[from].gap < gapHard && content(ts[starts[c-1]:from]) <= 6 {
		assign(ts, starts[c-1], to, roleNegated)
	}
}

// markFormer finds businesses of the past. The past lasts until a word of the present, or the clause ends.
func markFormer(ts []token) {
	starts := clauses(ts)
	for c := 0; c+1 < len(starts); c++ {
		from, to := starts[c], starts[c+1]
		for i := from; i < to; i++ {
			used := ts[i].cue == "used" && i+1 < to && ts[i+1].cue == "to" || ts[i].cue == "was" && i == from+1
			if !used && !pastWords[ts[i].cue] {
				continue
			}
			if i > from && (ts[i-1].cue == "dari" || ts[i-1].cue == "sejak") {
				continue // "dari dulu" is still so
			}
			if content(ts[from:i]) > 0 && ts[i].cue == "dulu" || i+1 == to && !used && i > from {
				continue // "beli dulu" means first
			}
			end := i + 1
			for end < to && !presentCues[ts[end].cue] {
				end++
			}
			if content(ts[:i])+content(ts[end:]) == 0 {
				continue // nothing else is named
			}
			assign(ts, i, end, roleFormer)
			i = end
		}
	}
}

// markOthers finds other people's businesses, landmarks and whom the business is for.
func markOthers(ts []token) {
	for i := range ts {
		t := ts[i].cue
		switch {
		case owners[t] && i+1 < len(ts) && ts[i+1].gap < gapSoft:
			n := i + 1
			if pronouns[ts[n].cue] || contrasts[ts[n].cue] {
				n++
			}
			assign(ts, i, phraseEnd(ts, n, 3), roleOther)
		case nearWords[t] && (i == 0 || ts[i].gap < gapHard):
			assign(ts, i, phraseEnd(ts, i+1, 2), roleOther)
		case (t == "next" || t == "across" || t == "front") && i+1 < len(ts) && (ts[i+1].cue == "to" || ts[i+1].cue == "from" || ts[i+1].cue == "of"):
			assign(ts, i, phraseEnd(ts, i+2, 2), roleOther)
		case forWords[t] && content(ts[:i]) > 0:
			assign(ts, i, phraseEnd(ts, i+1, 4), roleFor)
		}
	}
}

// phraseEnd finds the end of a phrase of at most n naming words that begins at i.
func phraseEnd(ts []token, i, n int) int {
	for ; i < len(ts); i++ {
		if ts[i].gap >= gapSoft || contrasts[ts[i].cue] || pronouns[ts[i].cue] || negators[ts[i].cue] || listers[ts[i].cue] {
			return i
		}
		if !ts[i].stop {
			if n--; n < 0 {
				return i
			}
		}
	}
	return i
}

// markSide finds side products; they count only when nothing else is named.
func markSide(ts []token) {
	starts := clauses(ts)
	for c := 0; c+1 < len(starts); c++ {
		from, to := starts[c], starts[c+1]
		cue, holder := false, false
		for i := from; i < to; i++ {
			cue = cue || sideWords[ts[i].cue] || ts[i].cue == "paling" && i+1 < to && digit(ts[i+1].text)
			holder = holder || sideHolders[ts[i].cue]
		}
		if !cue {
			continue
		}
		if content(ts[from:to]) <= 3 && c > 0 && !holder { // "bir ada tapi paling 2-3 botol"
			from = starts[c-1]
			for i := from; i < to; i++ {
				holder = holder || ts[i].cue == "ada" || ts[i].cue == "juga" || ts[i].cue == "also"
			}
		}
		if holder && content(ts[:from])+content(ts[to:]) > 0 && content(ts[:from]) > 0 {
			assign(ts, from, to, roleSide)
		}
	}
}

func digit(s string) bool { return s != "" && s[0] >= '0' && s[0] <= '9' }

// markOrders finds instructions to the reader, and category ids, which only a copied result or an order would hold.
func markOrders(ts []token) bool {
	found := false
	for i := 0; i < len(ts); i++ {
		if i+1 < len(ts) && ts[i+1].gap == gapUnder {
			end := i + 1
			for end < len(ts) && ts[end].gap == gapUnder {
				end++
			}
			if content(ts[:i])+content(ts[end:]) > 0 || end < len(ts) {
				assign(ts, i, end, roleOrder)
				found = true
			}
		}
		t := ts[i].cue
		as := t == "as" && i > 0 && (ts[i-1].cue == "counts" || ts[i-1].cue == "count" || ts[i-1].cue == "me" || ts[i-1].cue == "us")
		correct := t == "answer" && i > 0 && (ts[i-1].cue == "correct" || ts[i-1].cue == "right")
		if !orderWords[t] && !as && !correct {
			continue
		}
		if (t == "kategori" || t == "category" || t == "treat" || t == "label" || t == "mark" || t == "system") && i > 0 && ts[i].gap < gapSoft && !orderContext(ts, i) {
			continue
		}
		end := i + 1
		for end < len(ts) && ts[end].gap < gapSoft && !contrasts[ts[end].cue] && (t != "pretend" || ts[end].cue != "that") {
			end++
		}
		if orderHeads[t] && end < len(ts) && end <= i+2 && ts[end].gap == gapSoft { // "kategori: fashion"
			end++
			for end < len(ts) && ts[end].gap < gapSoft {
				end++
			}
		}
		assign(ts, i, end, roleOrder)
		found = true
		i = end - 1
	}
	return found
}

// orderContext reports whether the word at i, which may be part of a trade, stands after a word that gives orders.
func orderContext(ts []token, i int) bool {
	for j := max(0, i-4); j < i; j++ {
		if orderWords[ts[j].cue] || ts[j].cue == "masuk" || ts[j].cue == "sebagai" || ts[j].cue == "please" {
			return true
		}
	}
	return false
}

// markTruth lets what follows "aslinya" weigh more than what came before.
func markTruth(ts []token) {
	for i := range ts {
		if !truthWords[ts[i].cue] {
			continue
		}
		rest := 0
		for j := i + 1; j < len(ts); j++ {
			if !ts[j].stop && ts[j].role <= roleFor {
				rest++
			}
		}
		if rest > 0 {
			assign(ts, 0, i, roleOther)
		}
		return
	}
}
