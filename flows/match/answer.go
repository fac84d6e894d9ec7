package match

// YesNoReading is what an answer to "do you have licence X?" says.
type YesNoReading struct {
	Value      string // "yes", "no", "unsure", or "" when it must be asked again
	Doubt      bool   // it says something about it, but not plainly: ask again
	InProgress bool   // under way ("lagi diurus"): Value is "no"
	Partly     bool   // for some products or papers only ("sebagian"): Value is ""
	Papers     string // papers that the answer names, sorted, one blank between ("bpom nib"): the caller asks again when they are not the ones it asked for
}

// YesNo reads an answer to a licence question.
func YesNo(text string) YesNoReading {
	r := scanReply(text)
	if len(r.tokens) != 1 {
		return YesNoReading{Doubt: len(r.tokens) > 1}
	}
	switch r.tokens[0] {
	case "ya", "iya", "sudah", "udah", "ada", "yes":
		return YesNoReading{Value: "yes"}
	case "belum", "blm", "tidak", "gak", "no":
		return YesNoReading{Value: "no"}
	}
	return YesNoReading{}
}
