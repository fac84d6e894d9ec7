package flowtest

import "strings"

// wild stands for any text in an expected line, and for any number of lines where it is all of one.
const wild = "…"

// isWild reports whether an expected line stands for any number of lines. Three dots will do.
func isWild(pattern string) bool {
	t := strings.TrimSpace(pattern)
	return t == wild || t == "..."
}

// lineMatches reports whether one line is what pattern says. Space at the end does not count.
func lineMatches(pattern, line string) bool {
	pattern, line = strings.TrimRight(pattern, " \t\r"), strings.TrimRight(line, " \t\r")
	parts := strings.Split(pattern, wild)
	if len(parts) == 1 {
		return pattern == line
	}
	last := len(parts) - 1
	if !strings.HasPrefix(line, parts[0]) {
		return false
	}
	line = line[len(parts[0]):]
	for _, part := range parts[1:last] {
		i := strings.Index(line, part)
		if i < 0 {
			return false
		}
		line = line[i+len(part):]
	}
	return strings.HasSuffix(line, parts[last])
}

// What becomes of an expected line, or of a line of the answer.
const (
	kept     = iota // they agree
	replaced        // another line stands there
	missing         // an expected line that nothing stands for
	added           // a line that was not expected
	absorbed        // a line that an expected … stands for
	passed          // an expected … that is done
)

// pair is one step of comparing: the indices of the expected line and of the line, -1 where there is none.
type pair struct {
	how        int
	want, have int
}

// compare lays the expected lines beside the lines that came, with as few differences as possible, and reports whether
// there are none.
func compare(wants []string, lines []string) (pairs []pair, same bool) {
	// A line that is replaced costs less than one that goes and one that comes, and a … swallows only what nothing else wants.
	const replace, add, lose = 1, 2, 3
	n, m := len(wants), len(lines)
	cost := make([][]int, n+1)
	for i := range cost {
		cost[i] = make([]int, m+1)
	}
	best := func(i, j int) (how, price int) {
		how, price = -1, 1<<30
		try := func(h, p int) {
			if p < price {
				how, price = h, p
			}
		}
		isWildcard := i < n && isWild(wants[i])
		switch {
		case isWildcard:
			try(passed, cost[i+1][j])
			if j < m {
				try(absorbed, cost[i][j+1])
			}
		case i < n && j < m && lineMatches(wants[i], lines[j]):
			try(kept, cost[i+1][j+1])
		}
		if i < n && j < m && !isWildcard {
			try(replaced, cost[i+1][j+1]+replace)
		}
		if i < n && !isWildcard {
			try(missing, cost[i+1][j]+lose)
		}
		if j < m {
			try(added, cost[i][j+1]+add)
		}
		return how, price
	}
	for i := n; i >= 0; i-- {
		for j := m; j >= 0; j-- {
			if i < n || j < m {
				_, cost[i][j] = best(i, j)
			}
		}
	}
	for i, j := 0, 0; i < n || j < m; {
		how, _ := best(i, j)
		p := pair{how, -1, -1}
		switch how {
		case kept, replaced:
			p.want, p.have = i, j
			i, j = i+1, j+1
		case missing, passed:
			p.want = i
			i++
		case absorbed:
			p.want, p.have = i, j
			j++
		case added:
			p.have = j
			j++
		}
		pairs = append(pairs, p)
	}
	return pairs, cost[0][0] == 0
}
