//go:build bench

package bench

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

const rowShape = "%s %12s %12s %8s %10s  %s\n"

// heading prints the head of the table that report and compare add lines to.
func heading() {
	fmt.Printf(rowShape, padded("case"), "measured", "reference", "ratio", "limit", "verdict")
}

// report prints a line for what was measured alone: a time, a size, an exponent.
func report(t *testing.T, what string, measured float64, unit string, limit float64, detail string) {
	t.Helper()
	line(t, what, amount(measured, unit), "", "", amount(limit, unit), measured > limit, detail)
}

// compare prints a line for what was measured beside a reference run of the same minute: the limit is one of their ratio.
func compare(t *testing.T, what string, measured, reference float64, unit string, limit float64, detail string) {
	t.Helper()
	ratio := measured / reference
	line(t, what, amount(measured, unit), amount(reference, unit), fmt.Sprintf("%.2f", ratio), fmt.Sprintf("%.5g", limit), ratio > limit, detail)
}

// line prints one line and fails the bench when it is over its limit; at another scale limits mean little, and it only says so.
func line(t *testing.T, what, measured, reference, ratio, limit string, isOver bool, detail string) {
	t.Helper()
	verdict := "within"
	if isOver {
		verdict = "OVER"
	}
	fmt.Printf(rowShape, padded(what), measured, reference, ratio, "≤ "+limit, verdict)
	if detail != "" {
		fmt.Println("    " + detail)
	}
	if isOver && scale(t) == 1 {
		t.Errorf("%s is over its limit", strings.TrimSpace(what))
	}
}

func padded(what string) string {
	return what + strings.Repeat(" ", max(0, 54-utf8.RuneCountInString(what)))
}

func amount(value float64, unit string) string {
	if value >= 100 {
		return strings.TrimSpace(fmt.Sprintf("%.0f %s", value, unit))
	}
	return strings.TrimSpace(fmt.Sprintf("%.3g %s", value, unit))
}
