package flows

import (
	"maps"
	"slices"
	"time"
)

// StateID names one state of a flow.
type StateID string

// Status says whether a conversation is under way.
type Status string

// The conditions a conversation can be in.
const (
	Active  Status = "active"  // questions are being asked, or the result was given
	Stopped Status = "stopped" // the person said stop; nothing is sent until they write again
)

// Value is one answer. It never holds an unmasked licence number.
type Value struct {
	Value  string `json:"value"`            // option id: a category, or yes, no, unsure
	Number string `json:"number,omitempty"` // licence number with its middle masked, when one was sent
	Stated bool   `json:"stated,omitempty"` // taken from the description of the business, not asked for
	From   string `json:"from,omitempty"`   // id of the message that answered
	Said   string `json:"said,omitempty"`   // a remark to say back, for example "in_progress"
}

// Place is one question that was shown, as *back* returns to it.
type Place struct {
	State StateID  `json:"state"`
	Fact  string   `json:"fact,omitempty"`  // the fact asked, where the pack chooses it
	Offer []string `json:"offer,omitempty"` // option ids that were offered, where they vary
}

// Conversation is everything remembered about one chat. A copy made with Clone is a snapshot.
type Conversation struct {
	ID         string           `json:"id"`
	FlowID     string           `json:"flow"`
	FlowDigest string           `json:"digest"` // the conversation stays on the flow it began with
	Place      Place            `json:"place"`  // the question being asked; State is "" before the first turn
	Status     Status           `json:"status"`
	Lang       string           `json:"lang"`                  // language tag, "" until known
	LangChosen bool             `json:"lang_chosen,omitempty"` // the person asked for it; it is not guessed any more
	Answers    map[string]Value `json:"answers,omitempty"`     // by fact id; "category" holds the business
	Trail      []Place          `json:"trail,omitempty"`       // earlier questions, newest last, for *back*
	Misses     int              `json:"misses,omitempty"`      // answers in a row that were not understood
	Return     *Place           `json:"return,omitempty"`      // where a question about something else goes back to
	Editing    string           `json:"editing,omitempty"`     // fact that *change* is asking for anew
	Judged     bool             `json:"judged,omitempty"`      // a verdict was given for these answers
	Refused    []string         `json:"refused,omitempty"`     // businesses of this chat that were refused for good
	HandedOver bool             `json:"handed,omitempty"`      // a case was opened in this run
	Waiting    bool             `json:"waiting,omitempty"`     // a case was opened, and neither withdrawn nor closed since
	TakenBack  int              `json:"taken_back,omitempty"`  // messages the person deleted after they were answered
	Late       bool             `json:"late,omitempty"`        // the last turn was the apology for being late
	Partly     string           `json:"partly,omitempty"`      // the fact of which the person said that only a part is there
	Moved      string           `json:"moved,omitempty"`       // what is still owed after a move to another version
	StartedAt  time.Time        `json:"started"`
	UpdatedAt  time.Time        `json:"updated"` // UTC; when the last input happened
	Version    int64            `json:"-"`       // raised by one on every stored change; kept by the store
}

// Clone returns a copy that shares nothing with c.
func (c Conversation) Clone() Conversation {
	c.Answers = maps.Clone(c.Answers)
	c.Place.Offer = slices.Clone(c.Place.Offer)
	c.Refused = slices.Clone(c.Refused)
	c.Trail = slices.Clone(c.Trail)
	for i := range c.Trail {
		c.Trail[i].Offer = slices.Clone(c.Trail[i].Offer)
	}
	if c.Return != nil {
		r := *c.Return
		r.Offer = slices.Clone(r.Offer)
		c.Return = &r
	}
	return c
}

// Category returns the business found so far, or "".
func (c Conversation) Category() string { return c.Answers[FactCategory].Value }

// FactCategory is the fact that holds the kind of business.
const FactCategory = "category"
