// Command generate turns chinese-days.json of the npm package chinese-days into days.txt:
//
//	npm pack chinese-days@1.5.7 && tar xzf chinese-days-1.5.7.tgz package/dist/chinese-days.json
//	go run ./internal/calendar/generate package/dist/chinese-days.json internal/calendar/days.txt
//
// It reads all years at once: the last days of 2018 and 2022 were announced with the following year.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"maps"
	"os"
	"slices"
	"strings"
	"time"
)

const header = `# Days off and make-up workdays by the State Council's annual notices.
# Generated from npm chinese-days 1.5.7 (MIT) by internal/calendar/generate; do not edit.
`

func main() {
	if len(os.Args) != 3 {
		log.Fatal("usage: generate chinese-days.json days.txt")
	}
	source, err := os.ReadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	var days struct {
		Holidays map[string]string `json:"holidays"`
		Workdays map[string]string `json:"workdays"`
	}
	if err := json.Unmarshal(source, &days); err != nil {
		log.Fatalf("%s: %v", os.Args[1], err)
	}
	off, work := byYear(days.Holidays), byYear(days.Workdays)
	var text strings.Builder
	text.WriteString(header)
	for _, year := range slices.Sorted(maps.Keys(off)) {
		fmt.Fprintf(&text, "%s off %s\n", year, spans(off[year]))
		fmt.Fprintf(&text, "%s work %s\n", year, spans(work[year]))
	}
	if err := os.WriteFile(os.Args[2], []byte(text.String()), 0o644); err != nil {
		log.Fatal(err)
	}
}

func byYear(days map[string]string) map[string][]time.Time {
	years := map[string][]time.Time{}
	for _, text := range slices.Sorted(maps.Keys(days)) {
		day, err := time.Parse(time.DateOnly, text)
		if err != nil {
			log.Fatal(err)
		}
		years[text[:4]] = append(years[text[:4]], day)
	}
	return years
}

// spans writes runs of days as MMDD-MMDD.
func spans(days []time.Time) string {
	var words []string
	for i := 0; i < len(days); {
		last := i
		for last+1 < len(days) && days[last+1].Equal(days[last].AddDate(0, 0, 1)) {
			last++
		}
		word := days[i].Format("0102")
		if last > i {
			word += "-" + days[last].Format("0102")
		}
		words = append(words, word)
		i = last + 1
	}
	return strings.Join(words, " ")
}
