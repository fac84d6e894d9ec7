package flowdefault

import (
	"testing"

	"layak/flows"
	"layak/flows/match"
)

func TestModelBelongsToTheExamples(t *testing.T) {
	pack := loadPack(t)
	categories := flows.MatchCategories(pack)
	var ids []string
	for _, c := range categories {
		ids = append(ids, c.ID)
	}
	examples, problems := match.ReadExamples(Files, "nlu", ids)
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	c, err := match.Load(categories, Model)
	if err != nil {
		t.Fatalf("%v; run go generate ./flows/default", err)
	}
	if c.Digest() != match.Digest(categories, examples) {
		t.Error("model.bin was trained from other examples; run go generate ./flows/default")
	}
	if len(Model) > 1_500_000 {
		t.Errorf("model.bin has %d bytes; at most 1.5 MB ship", len(Model))
	}
}
