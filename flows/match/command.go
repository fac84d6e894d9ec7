package match

// ChangeCommand reads "ubah 2": one of words and the number of the answer to change. n is 0 when no number is said.
func ChangeCommand(text string, words []string) (n int, ok bool) {
	return 0, IsWord(text, words)
}
