package analysis

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Reach is a dataset whose rows a metric counts or is decided by, and how far back from d rows of an enterprise matter.
type Reach struct {
	Dataset string
	Days    int // rows of the last Days days; 0: see Years
	Years   int // rows since 1 January of the year of d less Years; -1: of the span, or of any day
}

var reachShape = regexp.MustCompile(`^([a-z_]+)(?:/([0-9]{1,4})(y?))?$`)

// Datasets are those rows can be of.
func Datasets() []string {
	return []string{"agency", "enterprise", "plan_item", "plan_change", "inspection", "hazard", "penalty", "quarterly_return", "accident", "credit_event", "officer", "frequency_cap"}
}

// parseReach reads the text of @datasets: `hazard/730 inspection`.
func parseReach(text string) ([]Reach, error) {
	var all []Reach
	for _, word := range strings.Fields(text) {
		found := reachShape.FindStringSubmatch(word)
		if found == nil || !slices.Contains(Datasets(), found[1]) {
			return nil, fmt.Errorf("@datasets %s: write names of datasets, each alone or with /DAYS or /YEARSy; they are %s", word, strings.Join(Datasets(), ", "))
		}
		reach := Reach{Dataset: found[1], Years: -1}
		if found[2] != "" {
			number, err := strconv.Atoi(found[2])
			if err != nil {
				return nil, err
			}
			if found[3] == "y" {
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
		switch {
		case r.Days > 0:
			words[i] = fmt.Sprintf("%s/%d", r.Dataset, r.Days)
		case r.Years >= 0:
			words[i] = fmt.Sprintf("%s/%dy", r.Dataset, r.Years)
		default:
			words[i] = r.Dataset
		}
	}
	return strings.Join(words, " ")
}
