package desk

import (
	"time"

	"layak/bot"
)

// Measures of the charts, in SVG units.
const (
	chartHeight = 160
	barWidth    = 640 // of a funnel bar that is full
)

// verdictChart is verdicts by day as stacked bars. Each outcome has a pattern of its own, so that it can be told without
// colour, and the table below says the same in numbers.
type verdictChart struct {
	Width, Height int
	Top           int // what the highest bar stands for
	Half          int
	Mid           int // of a day
	Bars          []verdictBar
	Days          []verdictDay
}

type verdictBar struct {
	X, Y, W, H int
	Verdict    string
	Title      string
}

type verdictDay struct {
	X     int
	Label string // "" where there is no room for one
	Day   time.Time
	N     []int // by verdict, as in verdictNames
	Sum   int
}

func (d *Desk) chartVerdicts(lang string, counts []bot.VerdictCount, since time.Time, days int) verdictChart {
	step := 720 / days
	c := verdictChart{Width: step * days, Height: chartHeight, Mid: step / 2}
	for i := range days {
		c.Days = append(c.Days, verdictDay{X: i * step, Day: since.AddDate(0, 0, i), N: make([]int, len(verdictNames))})
	}
	for _, count := range counts {
		i := int(count.Day.Sub(since).Hours() / 24)
		if i < 0 || i >= days {
			continue
		}
		for v, name := range verdictNames {
			if count.Verdict.Verdict == name {
				c.Days[i].N[v] += count.N
				c.Days[i].Sum += count.N
			}
		}
	}
	for _, day := range c.Days {
		c.Top = max(c.Top, day.Sum)
	}
	c.Top = roundUp(c.Top)
	c.Half = c.Top / 2
	every := max(days/6, 1)
	for i := range c.Days {
		day := &c.Days[i]
		if (len(c.Days)-1-i)%every == 0 {
			day.Label = d.day(lang, day.Day)
		}
		y := chartHeight
		for v, n := range day.N {
			if n == 0 {
				continue
			}
			h := max(n*chartHeight/c.Top, 1)
			y -= h
			c.Bars = append(c.Bars, verdictBar{
				X: day.X + 1, Y: y, W: max(step-2, 2), H: h, Verdict: verdictNames[v],
				Title: d.day(lang, day.Day) + ": " + text(lang, "verdict."+verdictNames[v]) + " " + grouped(lang, n),
			})
		}
	}
	return c
}

// roundUp returns an even number at or above n that is easy to read on an axis.
func roundUp(n int) int {
	for size := 2; ; size *= 10 {
		for _, step := range []int{1, 2, 3, 4, 5} {
			if top := size * step; top >= n {
				return top
			}
		}
	}
}

// funnelBar is one question: what was answered, and beside it what was not.
type funnelBar struct {
	Width, Answered, Dropped, HandedOver, Rest int // lengths, in SVG units
	DroppedAt, HandedAt, RestAt                int
	Percent                                    int // of those who reached it, how many answered
}

func chartFunnel(l funnelLine, most int) funnelBar {
	b := funnelBar{Width: barWidth}
	if most == 0 || l.Reached == 0 {
		return b
	}
	scale := func(n int) int { return min(n, l.Reached) * barWidth / most }
	b.Answered, b.Dropped, b.HandedOver = scale(l.Answered), scale(l.Dropped), scale(l.HandedOver)
	b.DroppedAt = b.Answered
	b.HandedAt = b.DroppedAt + b.Dropped
	b.RestAt = b.HandedAt + b.HandedOver
	b.Rest = max(scale(l.Reached)-b.RestAt, 0)
	b.Percent = (100*min(l.Answered, l.Reached) + l.Reached/2) / l.Reached
	return b
}
