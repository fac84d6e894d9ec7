package main

import (
	"net/http"
	"strings"

	"layak/bot"
	"layak/bot/chatwoot"
	"layak/bot/hooks"
	"layak/bot/versions"
	"layak/bot/whatsapp"
)

// ChatwootConfig is the API channel of Chatwoot that chats with a case are mirrored into.
type ChatwootConfig struct {
	URL        string `yaml:"url"`
	Inbox      string `yaml:"inbox"`
	Account    string `yaml:"account"`
	Token      string `yaml:"token" secret:"true"`
	TokenFile  string `yaml:"token_file" path:"true"`
	Secret     string `yaml:"secret" secret:"true"`
	SecretFile string `yaml:"secret_file" path:"true"`
	Personal   bool   `yaml:"personal"`
}

// check calls wrong with the key and the reason for everything that is wrong.
func (c ChatwootConfig) check(deskListen string, wrong func(path, format string, args ...any)) {
	if c.URL == "" {
		return
	}
	if err := hooks.CheckURL(c.URL); err != nil {
		wrong("chatwoot.url", "%v", err)
	}
	if c.Inbox == "" {
		wrong("chatwoot.inbox", "is missing; write the inbox identifier that Chatwoot shows in the settings of the API channel")
	}
	switch {
	case len(c.Secret) < minSecret:
		wrong("chatwoot.secret", "needs at least %d characters; it is the last part of the address that Chatwoot calls, such as the output of openssl rand -hex 32", minSecret)
	case strings.Trim(c.Secret, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") != "":
		wrong("chatwoot.secret", "may only hold letters, digits, hyphen and underscore, since it is part of an address")
	}
	if c.Token != "" && (c.Account == "" || strings.Trim(c.Account, "0123456789") != "") {
		wrong("chatwoot.account", "%q is not the number of an account; it stands in the address of Chatwoot's pages, /app/accounts/1", c.Account)
	}
	if deskListen == "" {
		wrong("desk.listen", "is empty, and Chatwoot's calls come in there; set it, or leave chatwoot.url empty")
	}
}

// mirror makes the mirror of a configuration, nil where there is none.
func (s *service) mirror(cfg Config, engine *versions.Engine) *chatwoot.Mirror {
	c := cfg.Chatwoot
	if c.URL == "" {
		return nil
	}
	return chatwoot.New(chatwoot.Config{
		Store: s.store, Desk: s.agents(cfg, engine), URL: c.URL, Inbox: c.Inbox, Account: c.Account, Token: c.Token, Secret: c.Secret,
		Personal: c.Personal, MessageID: whatsapp.MessageID, Log: s.log,
		Wake: func(chat bot.ChatKey) {
			if b := s.bot.Load(); b != nil {
				b.Wake(chat)
			}
		},
	})
}

// withMirror serves Chatwoot's calls beside the desk.
func withMirror(desk http.Handler, m *chatwoot.Mirror) http.Handler {
	if m == nil {
		return desk
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, chatwoot.Path) {
			m.ServeHTTP(w, r)
			return
		}
		desk.ServeHTTP(w, r)
	})
}
