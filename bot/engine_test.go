package bot_test

import (
	"context"
	"errors"
	"strings"
	"time"

	"layak/bot"
	"layak/flows"
	"layak/flows/rules"
)

// echoEngine is the smallest flow that has everything a turn can have: a greeting with a free-text question, one choice,
// a verdict, and command words. Replies name what they answer, so that a test can see order and loss.
type echoEngine struct{}

var errFlow = errors.New("flow at fault")

func (echoEngine) Step(_ context.Context, c flows.Conversation, in flows.Input) (flows.Turn, error) {
	t := flows.Turn{Next: c.Clone()}
	say := func(text string) { t.Replies = append(t.Replies, flows.Reply{Text: text}) }
	do := func(e flows.Effect) { t.Effects = append(t.Effects, e) }
	if t.Next.Answers == nil {
		t.Next.Answers = map[string]flows.Value{}
	}
	t.Next.UpdatedAt, t.Next.Lang = in.At, "id"
	if strings.Contains(in.Text, "panic") {
		panic("engine broke")
	}
	if strings.Contains(in.Text, "fault") {
		return flows.Turn{}, errFlow
	}
	switch in.Text {
	case "silent":
		return t, nil
	case "stop":
		say("bye")
		do(flows.OptOut{})
		t.Next.Status = flows.Stopped
		return t, nil
	case "start":
		do(flows.OptIn{})
		say("welcome back")
		return t, nil
	case "forget":
		say("forgotten")
		do(flows.Forget{})
		return t, nil
	case "agent":
		say("a person will come")
		do(flows.HandOff{Reason: flows.HandOffAsked})
		return t, nil
	case "??":
		say("not understood")
		do(flows.Missed{Question: string(c.Place.State), Text: in.Text})
		return t, nil
	}
	switch c.Place.State {
	case "":
		t.Next.Place.State = "business"
		say("hello [" + in.Text + "] business?")
	case "business":
		t.Next.Place.State = "licence"
		t.Next.Answers[flows.FactCategory] = flows.Value{Value: in.Text}
		say("got [" + in.Text + "] licence?")
	case "licence":
		t.Next.Place.State = "done"
		t.Next.Answers["licence"] = flows.Value{Value: in.Text}
		say("verdict [" + in.Text + "]")
		do(flows.Decided{Verdict: rules.Verdict{
			Verdict: rules.Eligible, Category: c.Category(), Pack: rules.PackRef{ID: "test", Version: "1"},
		}})
	default:
		say("after [" + in.Text + "]")
	}
	return t, nil
}

func freeText(c flows.Conversation) bool { return c.Place.State == "business" }

func alone(_ flows.Conversation, in flows.Input) bool {
	return strings.Contains(" stop forget agent ", " "+in.Text+" ")
}

var _ bot.Engine = echoEngine{}

// slowEngine takes its time, as long as it is allowed to.
type slowEngine struct {
	bot.Engine
	d time.Duration
}

func (e slowEngine) Step(ctx context.Context, c flows.Conversation, in flows.Input) (flows.Turn, error) {
	t := time.NewTimer(e.d)
	defer t.Stop()
	select {
	case <-t.C:
		return e.Engine.Step(ctx, c, in)
	case <-ctx.Done():
		return flows.Turn{}, ctx.Err()
	}
}
