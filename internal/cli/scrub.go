package cli

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// scrubber takes out of a text whatever could name a person, an enterprise, a file or a machine, and leaves the sentence around it.
type scrubber struct {
	private *strings.Replacer // names that are known
	rules   []scrubRule
	words   *regexp.Regexp
}

type scrubRule struct {
	pattern *regexp.Regexp
	with    string
}

// newScrubber makes a scrubber that also takes out the given words, whatever they look like: the user, the host, files, people.
func newScrubber(private ...string) scrubber {
	slices.SortFunc(private, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) }) // the whole before its parts
	var pairs []string
	for _, word := range slices.Compact(private) {
		if len(word) > 1 {
			pairs = append(pairs, word, "<private>")
		}
	}
	s := scrubber{private: strings.NewReplacer(pairs...), rules: []scrubRule{
		{regexp.MustCompile(`(?s)LINE \d+: .*`), "<sql>"},
		{regexp.MustCompile(`(^|[\s(=,<>:])'(?:[^']|'')*'`), "$1'…'"},
		{regexp.MustCompile(`"(?:[^"\\]|\\.)*"`), `"…"`},
		{regexp.MustCompile("“[^”]*”|「[^」]*」|《[^》]*》"), `“…”`},
		{regexp.MustCompile(`[a-z][a-z0-9+.-]*://\S+`), "<address>"},
		{regexp.MustCompile(`(?:[A-Za-z]:)?[^\s"'` + "`" + `(),;:]*[/\\][^\s"'` + "`" + `(),;:]*`), "<path>"},
		{regexp.MustCompile(`[^\s"'` + "`" + `(),;:]+\.(?i:csv|txt|tsv|xlsx?|xlsm|ods|jsonl?|parquet|zip|gz|html?|xml|docx|tongbao|duckdb)\b`), "<file>"},
		{regexp.MustCompile(`\p{Han}[\p{Han}\p{L}\p{N}()()·]*`), "<text>"},
		{regexp.MustCompile(`\b[0-9A-Za-z]*[0-9][0-9A-Za-z]{6,}\b`), "<code>"},
	}}
	s.words = regexp.MustCompile(`[\p{L}\p{N}_'’-]+`)
	return s
}

// clean is the text without names. A word in capitals or of another script than ours is taken out too.
func (s scrubber) clean(text string) string {
	text = s.private.Replace(text)
	for _, rule := range s.rules {
		text = rule.pattern.ReplaceAllString(text, rule.with)
	}
	return s.words.ReplaceAllStringFunc(text, func(word string) string {
		capitals := 0
		for _, letter := range word {
			if letter > unicode.MaxASCII && unicode.IsLetter(letter) {
				return "<word>"
			}
			if unicode.IsUpper(letter) {
				capitals++
			}
		}
		if capitals > 1 && !strings.Contains(" SQL CSV JSON UTF-8 UTF-16 GBK GB18030 XLSX XLS ODS ZIP HTML IO BOM ID DuckDB Invalid Input Error ", " "+word+" ") {
			return "<WORD>"
		}
		return word
	})
}
