// Package flowdefault is the embedded default flow: whether a business in Indonesia may apply for the WhatsApp Business
// API. `layak init` copies the folder out for an admin to edit.
package flowdefault

import (
	"embed"

	"layak/flows/match"
)

// Files is the flow folder, with its transcripts in tests/ and, for editors, the JSON Schemas of its files in schema/.
//
//go:embed flow.yaml rules.yaml categories.yaml lang nlu tests schema
var Files embed.FS

// Model is the classifier of this folder's examples, already trained. A test demands that it belongs to them.
//
//go:generate go run ./train
//go:embed model.bin
var Model []byte

// Classifier makes the classifier for categories and examples: the one that ships trained where they are this folder's
// own, else a newly trained one.
func Classifier(categories []match.Category, examples []match.Example) (*match.Classifier, error) {
	if match.ModelDigest(Model) == match.Digest(categories, examples) {
		return match.Load(categories, Model)
	}
	return match.New(categories, examples)
}
