package match

import (
	"bytes"
	"regexp"
)

// clause is what one part of an answer says by itself.
type clause struct {
	value    string // "yes", "no", "unsure" or ""
	weak     bool   // nothing but "ya": agrees with whatever follows
	flat     bool   // nothing but "tidak"
	done     bool   // nothing but "sudah"
	pending  bool   // under way
	unissued bool   // "belum terbit"
	ended    bool   // "sudah mati"
	doubt    bool   // uncertain, someone else's, contradictory: the whole answer must be asked again
	partly   bool
	soft     bool // could be said of a yes and of a no ("sudah daftar"): only another clause can tell
	question bool
	later    bool // doubtful, but only about the future ("insyaallah tahun depan")
	answers  bool // has words that say yes or no, beside a question
	polar    bool // has words that could answer, beside what made it unreadable
	unknown  bool // has words that nobody taught us
	shy      bool // has politeness or "ok" behind its first word, or nothing but "ya" beside politeness
	how      bool // about the way to get it
	but      bool // begins with "tapi"
	because  bool // begins with "karena"
	empty    bool // has no words after "tapi"
	content  bool // says anything about the matter at all
}

// The forms of a clause, as classes in the order in which they are said. Fillers, times and forms of address are left
// out before. What fits no form is asked again.
var (
	formYes = regexp.MustCompile(`^[yYCSAD]*(?:[yYCS]|G*[HV]|l|b?[Js])[yYCSADHVlJs]*$`)
	formNo  = regexp.MustCompile(`^[yCDA]*(?:` +
		`G*B+D*` + // belum; masih belum; belum NIB
		`|[SGb]*(?:B+|N+)r*W*[HV][HVDrg]*(?:W+[PpqW]*)?` + // tidak ada; sudah tidak ada; belum akan punya; belum ada rencana
		`|(?:B+|N+)r+[DHPpq]*` + // belum pernah urus
		`|(?:B+|N+)W*[Ppqn]+[DPpq]*` + // belum daftar; gak mau urus
		`|BW+` + // belum mau
		`|XD*[HVD]+` + // not registered; tanpa izin
		`|H?N+D+` + // no licence
		`)d?$`)
	formBareNo = regexp.MustCompile(`^[CDA]*N+$`) // tidak
	formPlan   = regexp.MustCompile(`^[yDbGW]*W[bG]*[PpqHD]+[PpqHDW]*d?$`)
	// Under way: lagi diurus; proses; sudah diajukan; baru daftar; sudah mau jadi; menunggu terbit.
	formPending = regexp.MustCompile(`^[yCDA]*(?:S?b?[GH]*(?:G[Pn]|p|q|bP)[PpqnGD]*[Js]?|b[Pq][PpqD]*|[SG]*q[qpD]*W*n*|S?G*W+[Js]+D*|S?G*W*n+[pqJsD]*[Js]D*|S?G+n+D*|pJ)$`)
	formIssued  = regexp.MustCompile(`^[yYCAD]*(?:S*[Ppq]+D*S+J+|p+D*S+s+|S+s+D*p+)[yYCAD]*$`) // prosesnya sudah selesai; not "pengajuan sudah selesai"
	formUnissue = regexp.MustCompile(`^[yCDA]*G*[pPqn]*D*S?G*B+[Js]+[DPp]*$`)
	formEnded   = regexp.MustCompile(`^[yCDAHSbVPpq]*E+D*$`)
	formUnsure  = regexp.MustCompile(`^[yCDAGSW]?[yCDAG]*(?:U|[BNX]+K)+[UKNBXSHDQRPCGAh?]*$`)
	formTail    = regexp.MustCompile(`^(.*[BNHVDr])((?:G|b)G*W*[Ppqn]+[PpqnDJs]*)$`) // belum ada | lagi diurus
)

// readClause reads the classes of one clause. asked says that it ends with a question mark.
func readClause(classes []byte, asked bool) clause {
	var c clause
	var room [maxReplyTokens * 2]byte
	said := room[:0]
	hedged, prep, number := false, false, false
	for i, class := range classes {
		switch class {
		case clsFiller, clsSelf, clsTime:
			continue
		case clsPrep:
			prep = true
			if i > 0 && classes[i-1] == clsNo && !hasAny(classes[i:], "Dm") { // nothing to say
				c.doubt = true
			}
			continue
		case clsPolite:
			c.shy = c.shy || len(said) > 0
			continue
		case clsThing:
			if !prep && len(said) > 0 && hasAny(said[len(said)-1:], "SBNXHG") {
				c.unknown = c.unknown || said[len(said)-1] != clsNow
			}
			prep = false
			continue
		case clsNumber:
			number = true
			class = clsPaper
		case clsYaFirst:
			if len(said) > 0 {
				continue
			}
			class = clsYa
		case clsYaSudah:
			if hasAny(classes, "HDVlJsA") {
				class = clsDone
			}
		case clsGotIt:
			if only(classes, clsGotIt) {
				continue
			}
			class = clsHave
		case clsAck:
			if i > 0 && hasAny(classes[i-1:i], "NBX") { // tidak setuju
				c.doubt = true
			}
			c.shy = c.shy || len(said) > 0
			continue
		case clsPerson:
			if denied(said) {
				continue
			}
			if i > 0 && (classes[i-1] == clsHave || classes[i-1] == clsOther || classes[i-1] == clsSelf && i > 1 && classes[i-2] == clsHave) {
				c.doubt = true
			}
			continue
		case clsOnly:
			if len(said) > 0 && said[len(said)-1] == clsPaper && !hasAny(classes[i:], "BN") {
				c.doubt, c.partly = true, true
			}
			continue
		case clsWhich:
			if len(said) > 0 && said[len(said)-1] == clsHave && denied(said) {
				continue
			}
			c.doubt, c.partly = true, true
			continue
		case clsDoubt:
			c.doubt, hedged = true, true
		case clsOther:
			c.doubt = true
		case clsBukan:
			c.doubt = true
		case clsPartly:
			c.doubt, c.partly = true, true
		case clsCount:
			if i+1 < len(classes) && classes[i+1] == clsTime { // 5 tahun
				continue
			}
			c.doubt = true
		case clsUnknown:
			c.unknown = true
		case clsAnd:
			continue
		case clsHow:
			c.how = true
		case clsOr:
			if len(said) > 0 && (said[len(said)-1] == clsPaper && i+1 < len(classes) && classes[i+1] == clsPaper ||
				hasAny(said[len(said)-1:], "Pp")) { // NIB atau BPOM; diurus sama notaris
				continue
			}
		}
		prep = false
		switch class {
		case clsYa, clsYaSudah, clsYes, clsSure, clsDone, clsNotYet, clsNo, clsNot, clsHave, clsFull, clsValid, clsEnded, clsIssued, clsFinish, clsDo, clsProcess, clsFiled, clsWait, clsWill:
			c.polar = true
		}
		if len(said) < cap(said) {
			said = append(said, class)
		}
	}
	c.empty = only(classes, clsFiller)
	c.content = c.doubt || len(said) > 0 && !only(said, clsUnknown)
	if hasAny(classes, "Fk") && len(said) == 0 || hasAny(classes, "F") && only(said, clsYa) { // "makasih ya" thanks
		c.shy = true
	}
	if c.doubt && asked && hedged && has(said, clsAsk) && !hasAny(said, "yYSBNXHVlEOx#L") { // kira-kira perlu ya?
		c.doubt, c.question = false, true
		return c
	}
	c.answers = hasAny(said, "yYSBNXHVlE")
	c.later = c.doubt && hedged && has(said, clsWill) && !c.answers && !hasAny(said, "OxL#")
	if c.doubt || len(said) == 0 {
		return c
	}
	for i := 1; i < len(said); i++ { // "belum semua", "gak punya semua": which ones?
		if (said[i] == clsAll || said[i] == clsFull) && denied(said[:i]) {
			c.doubt, c.partly = true, true
			return c
		}
	}
	if hasAny(said, "UK") && formUnsure.Match(said) && !c.unknown && (!asked || said[len(said)-1] == clsUnsure || said[0] == clsUnsure) {
		c.value = "unsure"
		if number && !asked { // who forgot the number has one
			c.value, c.doubt = "", true
		}
		return c
	}
	if asked || has(said, clsAsk) {
		c.question = c.polar || has(said, clsAsk) || has(said, clsUnsure)
		return c
	}
	if c.unknown {
		return c
	}
	core := said
	if m := tail(said); m != nil && denied(said[:m[3]]) && formNo.Match(said[:m[3]]) {
		core = said[:m[3]]
		c.pending = !has(said[m[4]:m[5]], clsWill)
	}
	switch {
	case !hasAny(core, "BNXEWPpqn") && formYes.Match(core):
		c.value = "yes"
		c.weak = only(core, clsYa)
		c.done = only(core, clsDone)
		if hasAny(core, "Js") && !hasAny(core, "SbHY") {
			c.value, c.soft = "", true
		}
	case hasAny(core, "Js") && formUnissue.Match(core):
		c.value, c.pending, c.unissued = "no", true, true
	case hasAny(core, "BNX") && formNo.Match(core):
		c.value = "no"
	case formBareNo.Match(core):
		c.value, c.flat = "no", true
	case hasAny(core, "Js") && formIssued.Match(core):
		c.value = "yes"
	case hasAny(core, "PpqnWG") && formPending.Match(core):
		c.value, c.pending = "no", true
	case has(core, clsWill) && formPlan.Match(core):
		c.value = "no"
	case has(core, clsEnded) && formEnded.Match(core):
		c.value, c.ended = "no", true
	case only(core, clsPaper) || only(core, clsHow) || only(core, clsAll):
	default:
		c.soft = true
	}
	return c
}

// tail finds "lagi diurus" behind "belum ada": the bounds of both, or nil.
func tail(said []byte) []int {
	if !hasAny(said, "Gb") || !hasAny(said, "Ppqn") {
		return nil
	}
	return formTail.FindSubmatchIndex(said)
}

// denied reports whether a word of denial stands in said.
func denied(said []byte) bool {
	for _, class := range said {
		if class == clsNo || class == clsNotYet || class == clsNot {
			return true
		}
	}
	return false
}

// has reports whether class stands in said.
func has(said []byte, class byte) bool {
	for _, c := range said {
		if c == class {
			return true
		}
	}
	return false
}

// hasAny reports whether one of classes stands in said.
func hasAny(said []byte, classes string) bool { return bytes.ContainsAny(said, classes) }

// only reports whether said is nothing but class.
func only(said []byte, class byte) bool {
	for _, c := range said {
		if c != class {
			return false
		}
	}
	return len(said) > 0
}
