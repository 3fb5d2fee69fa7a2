package dashboards

import (
	_ "embed"
	"strings"
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
