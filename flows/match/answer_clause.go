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
	polar    bool // has words that could answer, beside what made it unreadable
	unknown  bool // has words that nobody taught us
	how      bool // about the way to get it
	but      bool // begins with "tapi"
	because  bool // begins with "karena"
	empty    bool // has no words after "tapi"
	content  bool // says anything about the matter at all
}

// The forms of a clause, as classes in the order in which they are said. Fillers, times and forms of address are left
// out before. What fits no form is asked again.
var (
	formYes = regexp.MustCompile(`^[yYCSAD]*(?:[yYCS]|G*[HV]|l|b?J)[yYCSADHVlJ]*$`)
	formNo  = regexp.MustCompile(`^[yCDA]*(?:` +
		`G*B+D*` + // belum; masih belum; belum NIB
		`|[SGb]*(?:B+|N+)r*W*[HV][HVDrg]*` + // tidak ada; sudah tidak ada; belum akan punya; belum ada yang punya
		`|(?:B+|N+)r+[DHPpq]*` + // belum pernah urus
		`|(?:B+|N+)W*[Ppqn]+[DPpq]*` + // belum daftar; gak mau urus
		`|BW+` + // belum mau
		`|XD*[HVD]+` + // not registered; tanpa izin
		`|H?N+D+` + // no licence
		`)d?$`)
	formBareNo = regexp.MustCompile(`^[CDA]*N+$`) // tidak
	formPlan   = regexp.MustCompile(`^[yD]*b?G?W+[PpqHWD]+d?$`)
	// Under way: lagi diurus; proses; sudah diajukan; baru daftar; sudah mau jadi; menunggu terbit.
	formPending = regexp.MustCompile(`^[yCDA]*(?:S?b?[GH]*(?:G[Pn]|p|q|bP)[PpqnGD]*J?|b[Pq][PpqD]*|S?G*W+J+D*|S?G*W*n+[pqJD]*[J]D*|S?G+n+D*)$`)
	formIssued  = regexp.MustCompile(`^[yYCAD]*(?:p+D*S+J+|S+J+D*p+)[yYCAD]*$`) // prosesnya sudah selesai; not "pengajuan sudah selesai"
	formUnissue = regexp.MustCompile(`^[yCDA]*[pP]?D*S?G*B+J+[DPp]*$`)
	formEnded   = regexp.MustCompile(`^[yCDAHSbVPpq]*E+D*$`)
	formUnsure  = regexp.MustCompile(`^[yCDAGSW]?[yCDAG]*(?:U|[BNX]+K)+[UKNBXSHDQRPCGAh?]*$`)
	formTail    = regexp.MustCompile(`^(.*[BNHVDr])((?:G|b)G*W*[Ppqn]+[PpqnDJ]*)$`) // belum ada | lagi diurus
)

// readClause reads the classes of one clause. asked says that it ends with a question mark.
func readClause(classes []byte, asked bool) clause {
	var c clause
	var room [maxReplyTokens * 2]byte
	said := room[:0]
	papers, acks := 0, 0
	for i, class := range classes {
		switch class {
		case clsFiller, clsSelf, clsTime:
			continue
		case clsYaFirst:
			if len(said) > 0 {
				continue
			}
			class = clsYa
		case clsYaSudah:
			if hasAny(classes, "HDVlJA") {
				class = clsDone
			}
		case clsGotIt:
			if only(classes, clsGotIt) {
				continue
			}
			class = clsHave
		case clsAck:
			acks++
			continue
		case clsPerson:
			if i > 0 && (classes[i-1] == clsHave || classes[i-1] == clsOther || classes[i-1] == clsSelf && i > 1 && classes[i-2] == clsHave) {
				c.doubt = true
			}
			continue
		case clsOnly:
			if papers > 0 && len(said) > 0 && said[len(said)-1] == clsPaper {
				c.doubt, c.partly = true, true
			}
			continue
		case clsWhich:
			if len(said) > 0 && said[len(said)-1] == clsHave && denied(said) {
				continue
			}
			c.doubt, c.partly = true, true
			continue
		case clsDoubt, clsOther:
			c.doubt = true
		case clsBukan:
			c.doubt = true
		case clsPartly:
			c.doubt, c.partly = true, true
		case clsCount:
			c.doubt = true
		case clsUnknown:
			c.unknown = true
		case clsAnd:
			continue
		case clsHow:
			c.how = true
		case clsOr:
			if len(said) > 0 && said[len(said)-1] == clsPaper && i+1 < len(classes) && classes[i+1] == clsPaper {
				continue
			}
		case clsPaper:
			papers++
		}
		switch class {
		case clsYa, clsYaSudah, clsYes, clsSure, clsDone, clsNotYet, clsNo, clsNot, clsHave, clsFull, clsValid, clsEnded, clsIssued, clsDo, clsProcess, clsFiled, clsWait, clsWill:
			c.polar = true
		}
		if len(said) < cap(said) {
			said = append(said, class)
		}
	}
	c.empty = only(classes, clsFiller)
	c.content = c.doubt || len(said) > 0 && !only(said, clsUnknown)
	if c.doubt || len(said) == 0 {
		return c
	}
	for i := 1; i < len(said); i++ { // "belum semua", "gak punya semua": which ones?
		if (said[i] == clsAll || said[i] == clsFull) && denied(said[:i]) {
			c.doubt, c.partly = true, true
			return c
		}
	}
	if formUnsure.Match(said) && !c.unknown && (!asked || said[len(said)-1] == clsUnsure || said[0] == clsUnsure) {
		c.value = "unsure"
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
	if m := formTail.FindSubmatchIndex(said); m != nil && denied(said[:m[3]]) && formNo.Match(said[:m[3]]) {
		core = said[:m[3]]
		c.pending = !has(said[m[4]:m[5]], clsWill)
	}
	switch {
	case formYes.Match(core):
		c.value = "yes"
		c.weak = only(core, clsYa)
		c.done = only(core, clsDone)
		if has(core, clsIssued) && !has(core, clsDone) && !has(core, clsJust) && !has(core, clsHave) {
			c.value, c.soft = "", true
		}
	case formUnissue.Match(core):
		c.value, c.pending, c.unissued = "no", true, true
	case formNo.Match(core):
		c.value = "no"
	case formBareNo.Match(core):
		c.value, c.flat = "no", true
	case formIssued.Match(core):
		c.value = "yes"
	case formPending.Match(core):
		c.value, c.pending = "no", true
	case formPlan.Match(core):
		c.value = "no"
	case formEnded.Match(core):
		c.value, c.ended = "no", true
	case only(core, clsPaper) || only(core, clsHow):
	default:
		c.soft = true
	}
	return c
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
