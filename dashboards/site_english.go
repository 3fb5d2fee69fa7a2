package dashboards

import (
	_ "embed"
	"maps"
	"strings"
	"unicode"
)

//go:embed templates/english.tsv
var englishWords string

// english are the words around the figures for a project whose outputs are in English (office.language: en), Chinese → English.
// What is missing stays Chinese.
func english() map[string]string {
	all := map[string]string{}
	for _, line := range strings.Split(englishWords, "\n") {
		chinese, word, ok := strings.Cut(line, "\t")
		if ok {
			all[strings.ReplaceAll(chinese, `\n`, "\n")] = strings.ReplaceAll(word, `\n`, "\n")
		}
	}
	return all
}

// scriptTexts are the words site.js uses, in the language of the outputs; nil in Chinese.
func (w words) scriptTexts() map[string]string {
	if w.english == nil {
		return nil
	}
	texts := map[string]string{}
	for chinese, word := range w.english {
		if strings.Contains(siteJS, "t('"+chinese+"')") {
			texts[chinese] = word
		}
	}
	return texts
}

// inEnglish is the mart with codes, which are English, where a project has not put their words in its own language.
func (m *Mart) inEnglish() *Mart {
	own := *m
	own.codes = maps.Clone(m.codes)
	maps.DeleteFunc(own.codes, func(_ codeKey, word string) bool { return withoutHan(word) == "" })
	return &own
}

// withoutHan is a text, or nothing where it is in Chinese.
func withoutHan(text string) string {
	if strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		return ""
	}
	return text
}
