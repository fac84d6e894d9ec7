// Package flowdefault is the embedded default flow: whether a business in Indonesia may apply for the WhatsApp Business
// API. `layak init` copies the folder out for an admin to edit.
package flowdefault

import (
	"embed"

	"layak/flows/match"
)

// Files is the flow folder.
//
//go:embed flow.yaml rules.yaml categories.yaml lang nlu
var Files embed.FS

// Classifier makes the classifier of the default flow.
func Classifier(categories []match.Category, examples []match.Example) (*match.Classifier, error) {
	return match.New(categories, examples)
}
