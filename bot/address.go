package bot

import (
	"fmt"
	"strings"
)

// The kinds of addresses on WhatsApp. A hidden id holds no telephone number, though it looks like one.
const (
	phoneServer  = "s.whatsapp.net"
	hiddenServer = "lid"
)

// PhoneOf returns the digits of the telephone number in an address, "" where it holds none.
func PhoneOf(address string) string {
	user, server, _ := strings.Cut(address, "@")
	if server != phoneServer || user == "" || strings.Trim(user, "0123456789") != "" {
		return ""
	}
	return user
}

// PersonAddress makes a WhatsApp address of what people write down as a number or an address.
func PersonAddress(text string) (string, error) {
	user, server, isAddress := strings.Cut(strings.TrimSpace(text), "@")
	if !isAddress {
		server = phoneServer
		user = strings.NewReplacer("+", "", " ", "", "-", "", ".", "", "(", "", ")", "").Replace(user)
	}
	user, _, _ = strings.Cut(user, ":") // the number of a device
	plain := user != "" && strings.Trim(user, "0123456789") == ""
	switch {
	case !plain || server != phoneServer && server != hiddenServer:
		return "", fmt.Errorf("%q is neither the key of a chat, nor a telephone number, nor an address like 62811000001@s.whatsapp.net or 123@lid", text)
	case !isAddress && strings.HasPrefix(user, "0"):
		return "", fmt.Errorf("%q: write the number in international form, for example +62%s", text, strings.TrimLeft(user, "0"))
	case !isAddress && (len(user) < 7 || len(user) > 15):
		return "", fmt.Errorf("%q has %d digits; a telephone number in international form has 7 to 15", text, len(user))
	}
	return user + "@" + server, nil
}
