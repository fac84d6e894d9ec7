package flows

import (
	"strings"
	"testing"
)

func TestGuardHidesPersonalNumbersAndKeepsLicences(t *testing.T) {
	for _, c := range []struct{ name, in, want, kind string }{
		{"nik", "nik saya 3201012345678901 ya", "nik saya •••••••••••••••• ya", PersonalID},
		{"nik in groups", "3201 0123 4567 8901", "•••• •••• •••• ••••", PersonalID},
		{"card", "4111-1111-1111-1111", "••••-••••-••••-••••", PersonalCard},
		{"amex", "378282246310005", "•••••••••••••••", PersonalCard},
		{"npwp printed", "NPWP 01.234.567.8-901.234", "NPWP ••.•••.•••.•-•••.•••", PersonalID},
		{"account", "transfer ke rekening BCA 1234567890", "transfer ke rekening BCA ••••••••••", PersonalAccount},
		{"account by bank", "bri 0023-01-012345-50-9", "bri ••••-••-••••••-••-•", PersonalAccount},
		{"fullwidth nik", "３２０１０１２３４５６７８９０１", "••••••••••••••••", PersonalID},
		{"zero width nik", "3201\u200b0123456\u200b78901", "••••\u200b•••••••\u200b•••••", PersonalID},
		{"nib stays", "NIB 1234567890123", "NIB 1234567890123", ""},
		{"bpom stays", "POM TR123456789 dan MD123456789012345", "POM TR123456789 dan MD123456789012345", ""},
		{"pirt stays", "P-IRT No. 2093201234567-28", "P-IRT No. 2093201234567-28", ""},
		{"phone stays", "0812-3456-7890", "0812-3456-7890", ""},
		{"words stay", "jual jamu", "jual jamu", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, kinds := Guard(c.in)
			if got != c.want || strings.Join(kinds, ",") != c.kind {
				t.Errorf("Guard(%q) = %q, %v; want %q, %s", c.in, got, kinds, c.want, c.kind)
			}
			if again, more := Guard(got); again != got || more != nil {
				t.Errorf("Guard of its own result changed %q to %q, %v", got, again, more)
			}
		})
	}
}
