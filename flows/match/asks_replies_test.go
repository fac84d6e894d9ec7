package match

import "testing"

// No labelled yes or no is taken for a question, for one that agrees only by "betul", or for a denial of the business.
func TestAnswersAskNothing(t *testing.T) {
	for _, line := range readReplies(t) {
		kind, _ := AsksBack(line.Text)
		switch line.Want {
		case "yes", "no":
			if kind != AskNothing || Disagrees(line.Text) {
				t.Errorf("%q is %s and was read as a question: %s", line.Text, line.Want, kind)
			}
		case "unsure":
			if kind != AskNothing && kind != AskMeaning {
				t.Errorf("%q is unsure and was read as a question: %s", line.Text, kind)
			}
		}
	}
}
