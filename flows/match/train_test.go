package match

import (
	"slices"
	"testing"
)

// TestCommonPlacesLieTogether looks at the order of the rows, which decides how quick the training is.
func TestCommonPlacesLieTogether(t *testing.T) {
	f := func(places ...uint32) (out sample) {
		for _, p := range places {
			out.features = append(out.features, feature{p, 1})
		}
		return out
	}
	got := commonest([]sample{f(9, 4), f(4, 7), f(4, 9), f(2)})
	if want := []uint32{4, 9, 2, 7}; !slices.Equal(got, want) {
		t.Errorf("rows of places %d, want %d", got, want)
	}
}
