package flows

// systemStates are the states every flow has: questions about the conversation itself.
func systemStates() []*State {
	return []*State{
		{ID: StateHelped, Ask: &Question{ID: "helped", Kind: AskChoice, Text: "helped.ask", Choices: []Choice{
			{ID: string(HelpedYes), Text: "option.helped", Synonyms: []string{"ya", "iya", "terbantu", "sangat terbantu", "membantu", "sangat membantu", "sudah terbantu", "yes", "it did", "it helped", "very helpful"}},
			{ID: string(HelpedNo), Text: "option.not_helped", Synonyms: []string{"tidak", "belum", "tidak terbantu", "tidak membantu", "kurang membantu", "no", "not really", "not yet"}},
		}}},
		{ID: StateDelete, Ask: &Question{ID: "delete", Kind: AskChoice, Text: "delete.ask", Choices: []Choice{
			{ID: "yes", Text: "option.delete", Synonyms: []string{"ya", "iya", "hapus", "ya hapus", "hapus saja", "yes", "delete", "yes delete", "delete it"}},
			{ID: "no", Text: "option.keep", Synonyms: []string{"tidak", "batal", "jangan", "ga jadi", "tidak jadi", "no", "cancel", "keep", "keep it"}},
		}}},
		{ID: StateChange, Ask: &Question{ID: "change", Kind: AskChoice, Text: "change.which", Options: "answers"}},
		{ID: StateStopped, Ask: &Question{ID: "stopped", Kind: AskChoice, Text: "stopped.ask", Choices: []Choice{
			{ID: "yes", Text: "option.start", Synonyms: []string{"ya", "iya", "boleh", "mulai", "mulai lagi", "yes", "start", "start again"}},
			{ID: "no", Text: "option.not_now", Synonyms: []string{"tidak", "tidak usah", "nanti", "nanti saja", "no", "not now", "later"}},
		}}},
		{ID: StateResume, Ask: &Question{ID: "resume", Kind: AskChoice, Text: "resume.ask", Choices: []Choice{
			{ID: "continue", Text: "option.continue", Synonyms: []string{"lanjut", "lanjutkan", "teruskan", "ya", "iya", "continue", "go on", "yes"}},
			{ID: "restart", Text: "option.restart", Synonyms: []string{"ulang", "mulai lagi", "dari awal", "start again", "restart", "start over"}},
		}}},
	}
}

// systemState reports whether id is one of them.
func systemState(id StateID) bool {
	return id == StateDelete || id == StateStopped || id == StateResume || id == StateChange || id == StateHelped
}

// engineTexts are the texts the engine itself uses; every language of every flow needs them.
var engineTexts = []string{
	"greeting", "greeting.again", "progress",
	"business.found", "business.picked", "business.stated", "business.dropped", "business.unlisted",
	"option.yes", "option.no", "option.unsure", "option.other", "option.continue", "option.restart", "option.start", "option.not_now",
	"option.delete", "option.keep",
	"licence.hint",
	"ack.yes", "ack.no", "ack.in_progress", "ack.partly", "ack.unsure", "ack.number", "ack.value",
	"miss.text", "miss.choice", "miss.doubt", "miss.partly", "miss.several", "miss.negated", "miss.range", "miss.list", "miss.example", "miss.handoff",
	"number.wrong", "number.misshapen", "number.sample",
	"recap.business", "value.yes", "value.no", "value.in_progress", "value.partly", "value.unsure", "value.number",
	"verdict", "verdict.earlier", "verdict.change.yes", "verdict.change.no", "verdict.change.value",
	"verdict.eligible", "verdict.eligible_with_conditions", "verdict.needs_review", "verdict.not_eligible",
	"outcome.eligible", "outcome.eligible_with_conditions", "outcome.needs_review", "outcome.not_eligible",
	"access.yes", "access.conditions", "access.review", "access.no",
	"help", "back", "back.none", "restart", "change.which", "change.none", "edited", "change.now", "agent", "agent.again", "stop", "stopped.ask", "stopped.still",
	"language", "status", "status.none", "delete.ask", "delete.done", "delete.kept", "resume.ask", "resume.on", "resume.back",
	"person.soon", "person.later", "person.some", "person.withdrawn", "cancel.none", "helped.ask", "helped.yes", "helped.no", "option.helped", "option.not_helped",
	"talk.thanks", "talk.greeting", "talk.ok", "talk.laugh", "talk.sorry", "talk.wait", "talk.who", "talk.price", "talk.papers",
	"talk.thanks.asked", "talk.reason", "talk.how", "talk.list", "talk.unknown",
	"media", "personal", "result.hint", "result.todo", "result.objection", "result.person", "result.handoff", "result.waiting", "fault", "stale",
}
