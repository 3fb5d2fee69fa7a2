package analysis

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Reach is a dataset whose rows a metric counts or is decided by, and which of an enterprise's rows matter.
type Reach struct {
	Dataset string
	Without string // rows that do not matter: review or exempt (kinds of inspection), general (hazards); empty: all do
	Days    int    // rows of the last Days days up to d; 0: see Years
	Years   int    // rows since 1 January of the year of d less Years; -1: of the span, or of any day
}

var reachShape = regexp.MustCompile(`^([a-z_]+)(?:-(review|exempt|general))?(?:/([0-9]{1,4})(y?))?$`)

// Datasets are those a row can be of.
func Datasets() []string {
	return []string{"agency", "enterprise", "plan_item", "plan_change", "inspection", "hazard", "penalty", "quarterly_return", "accident", "credit_event", "officer", "frequency_cap"}
}

// parseReach reads the text of @datasets: `hazard/730 inspection-review/0y`.
func parseReach(text string) ([]Reach, error) {
	var all []Reach
	for _, word := range strings.Fields(text) {
		found := reachShape.FindStringSubmatch(word)
		if found == nil || !slices.Contains(Datasets(), found[1]) {
			return nil, fmt.Errorf("@datasets %s: write names of datasets, each alone or with -review, -exempt or -general, and with /DAYS or /YEARSy; they are %s", word, strings.Join(Datasets(), ", "))
		}
		reach := Reach{Dataset: found[1], Without: found[2], Years: -1}
		if found[3] != "" {
			number, err := strconv.Atoi(found[3])
			if err != nil {
				return nil, err
			}
			if found[4] == "y" {
				reach.Years = number
			} else {
				reach.Days = number
			}
		}
		all = append(all, reach)
	}
	return all, nil
}

// reachText is the text parseReach reads.
func reachText(all []Reach) string {
	words := make([]string, len(all))
	for i, r := range all {
		words[i] = r.Dataset
		if r.Without != "" {
			words[i] += "-" + r.Without
		}
		switch {
		case r.Days > 0:
			words[i] += fmt.Sprintf("/%d", r.Days)
		case r.Years >= 0:
			words[i] += fmt.Sprintf("/%dy", r.Years)
		}
	}
	return strings.Join(words, " ")
}

// within is the condition that a row of that day lies in the reach of a figure of period p (an alias of mart.period) and span.
func (r Reach) within(day, period, span string) string {
	upTo := day + " <= " + period + ".d"
	switch {
	case r.Days > 0:
		return fmt.Sprintf("%s and days_between(%s, %s.d) < %d", upTo, day, period, r.Days)
	case r.Years >= 0:
		return fmt.Sprintf("%s and year(%s) >= %s.year - %d", upTo, day, period, r.Years)
	}
	return fmt.Sprintf("%s and (%[2]s = 'at' or year(%[3]s) = %[4]s.year) and (%[2]s <> 'quarter' or %[3]s >= %[4]s.first_day)", upTo, span, day, period)
}

// keeps is the condition that a row of core.<dataset> (alias r) matters.
func (r Reach) keeps() string {
	switch r.Without {
	case "review":
		return "r.kind <> 'review'"
	case "exempt":
		return "r.kind not in (select kind from run.exempt_kind)"
	case "general":
		return "r.severity <> 'general'"
	}
	return "true"
}
