package match

import "slices"

// Option is one numbered choice of a question.
type Option struct {
	ID       string
	Labels   []string // in all languages
	Synonyms []string
}

// OptionReading is which option an answer names. ID is "" when it names none plainly; then ask again.
type OptionReading struct {
	ID         string
	Several    bool // more than one is named ("1 atau 2"), or a number and the words of another one ("1 belum")
	Negated    bool // one is ruled out ("bukan klinik")
	OutOfRange bool // a number that is not in the list ("9" of 3)
}

// ReadOption reads which of options text names: by number ("2", "nomor dua", "yang kedua", "②"), by id, label or
// synonym, by a part of a label that fits one option only, and through light typos. Politeness around it does not
// matter; any other word does, and a question mark makes it a question. Any text is fine; the work is bounded. Keep a
// NewOptionSet to read many answers to one question.
func ReadOption(text string, options []Option) OptionReading {
	return NewOptionSet(options).Read(text)
}

// Read is ReadOption for a prepared set. It may be called from many goroutines.
func (b *OptionSet) Read(text string) OptionReading {
	r := scanReply(text)
	if r.long || len(r.tokens) == 0 || len(b.options) == 0 || slices.Contains(r.tokens, "?") {
		return OptionReading{}
	}
	said := r.tokens
	for i, token := range said {
		said[i] = optionWord(token)
	}
	number := readChoice(said, b)
	switch name, tied := b.exact(said); {
	case tied:
		return OptionReading{}
	case name >= 0 && (number.ID == "" && !number.Several || number.ID == b.options[name].ID):
		return OptionReading{ID: b.options[name].ID}
	case name >= 0:
		return OptionReading{Several: true} // a label that is the number of another option
	case number != (OptionReading{}):
		return number
	}
	return b.named(said)
}

// optionManners are the words around a choice that say nothing about which one it is.
var optionManners = set(`, . : ( ) kak kakak pak bu mas mbak min admin bang gan bro sis sir maam dong deh ya iya yah sih nih kok lah aja saja tuh please pls
	tolong mohon halo hai hi hello oke ok okay baik siap saya aku sy kami kita i we my our pilih milih pilihan pilihannya memilih choose chose pick select option opsi choice ambil nomor nomer nmr number num nr angka jawab
	jawaban jawabannya jwb jawabanku answer poin point the yang yg adalah itu ini is it its this that one ones go with for ill im would like take makasih terimakasih thanks kasih mau kategori masuk ke #`)

// Some manners stand at one end only: "halo, sudah" but "iya halo" answers nothing, "belum ya" but "ya sudah" means
// "never mind", "mau yang kedua" but "nggak mau jawab".
var (
	notAtHead = set("ya iya yah")
	notAtTail = set("iya kakak halo hai hi hello mau pilih milih memilih jawab choose pick select take go like would saya aku sy kami kita i we my our masuk ambil oke ok okay baik siap ke for with")
)

// optionDeniers rule an option out.
var optionDeniers = set(`bukan tidak selain kecuali except not no jangan dont without tanpa non neither nor never isnt arent belum kurang anti`)

// optionJoiners stand between choices and between the words of a label.
var optionJoiners = set(`atau or dan and sama / & + ,`)

// optionWord gives the first spelling of a word.
func optionWord(token string) string {
	token = spelled(token)
	if full, ok := abbreviations[token]; ok && !optionManners[full] { // "bapak" is not "pak": "punya bapak"
		return full
	}
	return token
}

// readChoice reads a choice by number. Words beside the number must be manners, or name the same option.
func readChoice(said []string, book *OptionSet) OptionReading {
	var rest []string
	number, found, several, denied, bareOne, first := 0, false, false, false, false, false
	for i, w := range said {
		n, ok := readNumber(w)
		if w == "terakhir" || w == "last" {
			n, ok = len(book.options), len(book.options) > 1
		}
		switch {
		case ok && w == "one":
			switch {
			case found: // the second one
			case i > 0 && (!optionManners[said[i-1]] || said[i-1] == "this" || said[i-1] == "that"):
				rest = append(rest, w)
			default:
				bareOne = true
			}
		case ok:
			several = several || found && n != number
			first = first || !found && len(rest) == 0 && w[0] <= '9'
			number, found = n, true
		case w == "no" && i+1 < len(said) && said[i+1] == ",": // no, 2
			denied = true
		case w == "no" && i+1 < len(said) && said[i+1] != "one" && isNumber(said[i+1]): // no 2
		case optionManners[w] || optionJoiners[w]:
		case optionDeniers[w]:
			denied = true
			rest = append(rest, w)
		case isSign(w):
			if class, _ := answerClass(said[i:]); class != string(clsFiller) && class[0] != clsYa && class[0] != clsYes && class[0] != clsAck {
				denied = true
			}
		default:
			rest = append(rest, w)
		}
	}
	if bareOne && !found { // "one", "option one", but not "the second one"
		number, found = 1, true
	}
	switch {
	case !found:
		return OptionReading{}
	case several:
		return OptionReading{Several: true}
	}
	inRange := number >= 1 && number <= len(book.options)
	if len(rest) > 0 {
		name, tied := book.exact(rest)
		if name < 0 && !tied {
			name = book.loose(rest)
		}
		switch {
		case name >= 0 && inRange && name == number-1 && first: // "2 herbal"; "ada satu" counts things
			return OptionReading{ID: book.options[name].ID}
		case name >= 0 && name != number-1:
			return OptionReading{Several: true}
		}
	}
	switch {
	case denied:
		return OptionReading{Negated: inRange}
	case len(rest) > 0:
		return OptionReading{}
	case !inRange:
		return OptionReading{OutOfRange: true}
	}
	return OptionReading{ID: book.options[number-1].ID}
}

// isNumber reports whether readNumber reads a word.
func isNumber(w string) bool {
	_, ok := readNumber(w)
	return ok
}

// isSign reports whether a token is an emoji or another sign.
func isSign(token string) bool { return token[0] >= 0x80 }
