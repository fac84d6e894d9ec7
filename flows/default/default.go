// Package flowdefault is the embedded default flow: whether a business in Indonesia may apply for the WhatsApp Business
// API. `layak init` copies the folder out for an admin to edit.
package flowdefault

import "embed"

// Files is the flow folder.
//
//go:embed flow.yaml rules.yaml categories.yaml lang nlu
var Files embed.FS
