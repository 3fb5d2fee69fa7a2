package schedules

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"tongbao/internal/calendar"
)

// adoptedRule reads back what Job.rule wrote.
func adoptedRule(text string, days *calendar.Calendar) (Rule, error) {
	at := strings.LastIndex(text, " in ")
	if at < 0 {
		return nil, fmt.Errorf("%q names no time zone", text)
	}
	zone, err := time.LoadLocation(text[at+len(" in "):])
	if err != nil {
		return nil, err
	}
	return ParseRule(text[:at], zone, days)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
