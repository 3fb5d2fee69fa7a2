package chart

// The palette is safe for the three common kinds of colour blindness (blue against orange, never red against green), and every
// pair of text and ground used here reaches a contrast of 4.5:1. The site's style sheet holds the same values.
const (
	Ink    = "#1b2733" // text
	Muted  = "#52606d" // axis labels, notes
	Rule   = "#d5dce3" // grid lines
	Ground = "#ffffff"
	Blue   = "#1d5a96" // first series; at or above the line
	Orange = "#b6500b" // below the line, bad
	Grey   = "#8a97a3" // no statement
	Sky    = "#8fb8de" // second series, light
	Sand   = "#e3a869"
	Teal   = "#17746b"
	Purple = "#6f4a8e"
	Brown  = "#7a5a2f"
)

// Series are the colours of lines, used together with dashes and symbols so that colour is never the only difference.
func Series() []string { return []string{Blue, Orange, Teal, Purple, Brown, Muted, "#a03a5b"} }

// dashes of lines, in the order of Series.
func dashes() []string {
	return []string{"solid", "dashed", "dotted", "solid", "dashed", "dotted", "solid"}
}

// Tone says what a mark means; the colour follows.
type Tone int

// Tones of a mark.
const (
	Plain   Tone = iota // no statement
	Good                // at or above the line
	Bad                 // below the line, overdue
	Neutral             // context: the province, last year
	Quiet               // too small a base, not started
)

func (t Tone) color() string {
	switch t {
	case Bad:
		return Orange
	case Neutral:
		return Muted
	case Quiet:
		return "#c3ccd4"
	default:
		return Blue
	}
}

// ramp is the sequential scale of heat maps, light to dark, with the text colour that stays readable on each step.
func ramp() []struct{ ground, text string } {
	return []struct{ ground, text string }{
		{"#f2f6fa", Ink}, {"#d6e4f1", Ink}, {"#abcae4", Ink}, {"#6f9fca", Ink}, {"#2f6fae", Ground}, {"#123f70", Ground},
	}
}

// Shade gives the ramp's step of a share of the maximum: ground and text colour.
func Shade(share float64) (ground, text string) {
	steps := ramp()
	switch {
	case share <= 0:
		return steps[0].ground, steps[0].text
	case share >= 1:
		return steps[len(steps)-1].ground, steps[len(steps)-1].text
	}
	step := steps[1+int(share*float64(len(steps)-1))]
	return step.ground, step.text
}
