package main

import (
	"fmt"
	"log/slog"
	"strings"

	"go.yaml.in/yaml/v4"

	"layak/bot"
	"layak/bot/agentchat"
	"layak/bot/versions"
	"layak/bot/whatsapp"
	"layak/flows/problem"
	"layak/storage"
)

// notifyAgent is an agent who works from WhatsApp.
type notifyAgent struct {
	Number string
	Name   string
}

type notifyList []notifyAgent

// UnmarshalYAML reads a number, or {number: …, name: …}.
func (a *notifyAgent) UnmarshalYAML(node *yaml.Node) error {
	const form = `write "+62811000001", or {number: "+62811000001", name: sari}`
	switch node.Kind {
	case yaml.ScalarNode:
		a.Number = node.Value
		return nil
	case yaml.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			value := node.Content[i+1]
			if value.Kind != yaml.ScalarNode {
				return fmt.Errorf("this is no agent; %s", form)
			}
			switch key := node.Content[i].Value; key {
			case "number":
				a.Number = value.Value
			case "name":
				a.Name = value.Value
			default:
				return fmt.Errorf("%s; %s", problem.Unknown("key", key, []string{"number", "name"}), form)
			}
		}
		return nil
	}
	return fmt.Errorf("this is no agent; %s", form)
}

// fromText reads "+62811000001 sari; +62811000002", as the environment gives it.
func (l *notifyList) fromText(text string) error {
	*l = notifyList{}
	for part := range strings.SplitSeq(text, ";") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		a := notifyAgent{Number: part}
		if i := strings.LastIndex(part, " "); i >= 0 && strings.Trim(part[i+1:], "0123456789-.()") != "" {
			a = notifyAgent{Number: strings.TrimSpace(part[:i]), Name: part[i+1:]}
		}
		*l = append(*l, a)
	}
	return nil
}

// agent is the name and the address of an entry.
func (a notifyAgent) agent() (agentchat.Agent, error) {
	address, err := bot.PersonAddress(a.Number)
	if err != nil || strings.Contains(a.Number, "@") {
		return agentchat.Agent{}, fmt.Errorf("%q is not a telephone number in international form, such as +62811000001", a.Number)
	}
	name := a.Name
	if name == "" {
		user, _, _ := strings.Cut(address, "@")
		name = "wa-" + user[len(user)-4:]
	}
	return agentchat.Agent{Name: name, Address: address}, bot.CheckUserName(name)
}

// agents lists them.
func (l notifyList) agents() []agentchat.Agent {
	var all []agentchat.Agent
	for _, entry := range l {
		if a, err := entry.agent(); err == nil {
			all = append(all, a)
		}
	}
	return all
}

// check calls wrong with the key and the reason for everything that is wrong.
func (l notifyList) check(wrong func(path, format string, args ...any)) {
	names, numbers := map[string]bool{}, map[string]bool{}
	for i, entry := range l {
		path := fmt.Sprintf("handoff.notify[%d]", i)
		a, err := entry.agent()
		switch {
		case err != nil:
			wrong(path, "%v", err)
		case numbers[a.Address]:
			wrong(path, "%s stands twice", entry.Number)
		case names[a.Name]:
			wrong(path, "two agents are called %s; give them names: {number: \"%s\", name: …}", a.Name, entry.Number)
		}
		names[a.Name], numbers[a.Address] = true, true
	}
}

// newAgents makes the agents who work from WhatsApp; nil where there are none.
func newAgents(cfg Config, engine *versions.Engine, store *storage.Store, log *slog.Logger) *agentchat.Agents {
	if len(cfg.HandOff.Notify) == 0 {
		return nil
	}
	return agentchat.New(agentchat.Config{
		Store: store, Channel: whatsapp.Name, Agents: cfg.HandOff.Notify.agents(), Detail: agentchat.Detail(cfg.HandOff.Card),
		Gone: rosterOf(cfg, store).Gone, MessageID: whatsapp.MessageID, Zone: cfg.Hours.zone(), Log: log,
		Title: func(category, lang string) string {
			if c := engine.Live().Flow().Pack.Category(category); c != nil {
				return c.Title.In(lang)
			}
			return category
		},
	})
}
