package reconcile

import (
	"fmt"
	"slices"
	"strings"
)

// Finding is one identity that fails.
type Finding struct {
	Place  string   `json:"place"`  // paragraph 12 · 表1, row 哈尔滨市, column 完成率 · sheet 附件1, cell H7
	Rule   string   `json:"rule"`   // parts, share, rate, change, difference, expression, count, total, group, formula, figure, agreement
	Quote  string   `json:"quote"`  // the words around it
	Says   string   `json:"says"`   // what is printed
	Should string   `json:"should"` // what it should be
	Why    string   `json:"why"`    // the identity, with its numbers
	Terms  []string `json:"terms"`  // places of all numbers in the identity

	// Inferred: that these numbers belong together was learnt from the rest of the table or guessed from the words, not said.
	Inferred bool `json:"inferred,omitempty"`
}

// String is the finding as one line: where, what it says, what it should be, by which rule and why.
func (f Finding) String() string {
	return fmt.Sprintf("%s: says %s, should be %s (%s: %s)", f.Place, f.Says, f.Should, f.Rule, f.Why)
}

// Unjudged is something that looks like an identity but leaves open which numbers belong to it.
type Unjudged struct {
	Place string `json:"place"`
	Quote string `json:"quote"`
	Why   string `json:"why"`
}

// String is the place, the reason and the words themselves, in one line.
func (u Unjudged) String() string { return fmt.Sprintf("%s: %s: “%s”", u.Place, u.Why, u.Quote) }

// Report is what one file gave: how many identities were checked, those that fail, and what could not be judged.
type Report struct {
	Checked  int
	Findings []Finding
	Unjudged []Unjudged
	held     map[string]bool // places that took part in an identity that holds
}

func (r *Report) hold(terms ...string) {
	r.Checked++
	if r.held == nil {
		r.held = map[string]bool{}
	}
	for _, term := range terms {
		r.held[term] = true
	}
}

func (r *Report) fail(f Finding) {
	r.Checked++
	r.Findings = append(r.Findings, f)
}

func (r *Report) leave(place, quote, why string) {
	r.Unjudged = append(r.Unjudged, Unjudged{place, shorten(quote), why})
}

const longestQuote = 60

func shorten(text string) string {
	runes := []rune(text)
	if len(runes) <= longestQuote {
		return text
	}
	return string(runes[:longestQuote]) + "…"
}

// Suspects are the places whose number alone explains findings: those that differ from their figure first, then, as long
// as findings are left, the place that takes part in most of them (and in no identity that holds, where there is a choice).
func (r *Report) Suspects() []string {
	var suspects []string
	left := make([]Finding, 0, len(r.Findings))
	explained := map[string]bool{}
	for _, finding := range r.Findings {
		if finding.Rule == "figure" && !explained[container(finding.Place)] {
			explained[container(finding.Place)] = true
			suspects = append(suspects, container(finding.Place))
		}
	}
	for _, finding := range r.Findings {
		if !slices.ContainsFunc(finding.Terms, func(term string) bool { return explained[container(term)] }) && finding.Rule != "figure" {
			left = append(left, finding)
		}
	}
	for len(left) > 0 {
		score := map[string]int{}
		var order []string
		for _, finding := range left {
			for _, term := range finding.Terms {
				if score[term] == 0 {
					order = append(order, term)
					if !r.held[term] {
						score[term]++
					}
				}
				score[term] += 2
			}
		}
		best := order[0]
		for _, term := range order {
			if score[term] > score[best] {
				best = term
			}
		}
		suspects = append(suspects, best)
		left = slices.DeleteFunc(left, func(f Finding) bool { return slices.Contains(f.Terms, best) })
	}
	return suspects
}

// container is the paragraph or cell a place lies in.
func container(place string) string {
	before, _, _ := strings.Cut(place, " “")
	return before
}
