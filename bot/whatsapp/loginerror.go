package whatsapp

import (
	"fmt"
	"time"

	"go.mau.fi/whatsmeow/types/events"
)

// LoginError says why WhatsApp refused or ended the login. Connecting again does not mend it. Its text is for the
// operator: what happened, and what to do.
type LoginError struct {
	Reason LoginReason
	Code   int           // WhatsApp's own number, 0 where there is none
	Expire time.Duration // how long a ban lasts from when it was told, 0 where unknown
	text   string
}

// LoginReason is the kind of a LoginError, a short stable word.
type LoginReason string

// The reasons a login is refused or ended.
const (
	NotLinked LoginReason = "not_linked" // no account was linked yet
	LoggedOut LoginReason = "logged_out" // the device was removed on the phone, or the account is gone
	Replaced  LoginReason = "replaced"   // another process uses the same login
	Outdated  LoginReason = "outdated"   // WhatsApp does not accept this client version any more
	Banned    LoginReason = "banned"     // for some time
	Refused   LoginReason = "refused"    // for a reason that this version does not know
)

// Error implements error.
func (e *LoginError) Error() string { return e.text }

func notLinked() *LoginError {
	return &LoginError{Reason: NotLinked, text: "no WhatsApp account is linked; run: layak link"}
}

// loginError gives the error for an event that ends the login for good, or nil.
func loginError(evt any) *LoginError {
	switch e := evt.(type) {
	case *events.LoggedOut:
		return loggedOut(e)
	case *events.StreamReplaced:
		return &LoginError{Reason: Replaced, text: "another process logged in to WhatsApp with this login, so WhatsApp cut this one off; stop one of the two, then start again"}
	case *events.ClientOutdated:
		return &LoginError{Reason: Outdated, Code: int(events.ConnectFailureClientOutdated), text: fmt.Sprintf(
			"WhatsApp refuses the client version %s as outdated; update layak, or set whatsapp.client_version to the version that web.whatsapp.com uses, then start again; messages wait meanwhile",
			ClientVersion())}
	case *events.TemporaryBan:
		return &LoginError{Reason: Banned, Code: int(e.Code), Expire: e.Expire, text: banText(e)}
	case *events.ConnectFailure:
		return &LoginError{Reason: Refused, Code: int(e.Reason), text: fmt.Sprintf(
			"WhatsApp refused the login (%s); look on the phone whether the account is in order, and start again", e.Reason)}
	}
	return nil
}

func loggedOut(e *events.LoggedOut) *LoginError {
	text := "WhatsApp logged this device out: it was removed from the linked devices on the phone; run: layak link"
	switch e.Reason {
	case events.ConnectFailureMainDeviceGone:
		text = "WhatsApp logged this device out because the account's phone is logged out or locked; put that right on the phone, then run: layak link"
	case events.ConnectFailureUnknownLogout:
		text = "WhatsApp logged this device out and gives no reason, which it does to banned accounts; look at the account on the phone, then run: layak link"
	}
	return &LoginError{Reason: LoggedOut, Code: int(e.Reason), text: text}
}

func banText(e *events.TemporaryBan) string {
	text := fmt.Sprintf("WhatsApp banned this account for some time (%s)", e.Code)
	if e.Expire > 0 {
		text += fmt.Sprintf("; the ban ends in %s, on %s", e.Expire.Round(time.Minute), time.Now().Add(e.Expire).UTC().Format("2 January 2006 at 15:04 UTC"))
	}
	return text + "; do not start again before, and consider the official WhatsApp Business Platform for this number"
}
