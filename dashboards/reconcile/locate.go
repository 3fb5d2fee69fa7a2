package reconcile

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Printed is one figure as a notice of ours prints it: the bookmark around it, what it is (a figure id, or a list such as
// list:open_major), its text when it was written, and the sentence or table cell it stands in.
type Printed struct {
	Bookmark, Source, Text string
	Place, Sentence        string
	at                     int
}

// Locate finds figures in a notice of ours (.docx): the one of that bookmark, else all in the sentences and table cells that hold the
// words. Spaces and full-width forms do not matter. ErrFormat: content is no Word file, or not one of ours.
func Locate(content []byte, words string) ([]Printed, error) {
	files, err := listArchive(content)
	if err != nil {
		return nil, err
	}
	text, err := files["word/document.xml"].read()
	if err != nil {
		return nil, err
	}
	body, err := readBody(text)
	if err != nil {
		return nil, fmt.Errorf("word/document.xml: %w", err)
	}
	all, err := printedIn(files)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%w: it has no index of figures", ErrFormat)
	}
	paragraphs := map[string]string{}
	for _, p := range body.paragraphs {
		paragraphs[p.place] = p.text
	}
	var found []Printed
	wanted := squeezed(words)
	for _, p := range all {
		mark := body.marks[p.Bookmark]
		if mark == nil {
			continue // the sentence was deleted
		}
		p.Place, p.at = mark.place, mark.at
		if paragraph, ok := paragraphs[mark.place]; ok {
			p.Sentence = sentenceAt(paragraph, mark.at)
		} else {
			p.Sentence = mark.text.String()
		}
		if p.Bookmark == words {
			return []Printed{p}, nil
		}
		if wanted != "" && strings.Contains(squeezed(p.Sentence), wanted) {
			found = append(found, p)
		}
	}
	return found, nil
}

// printedIn reads the index of figures, in the order of the text.
func printedIn(files map[string]*archivePart) ([]Printed, error) {
	names := make([]string, 0, len(files))
	for name := range files {
		if strings.HasPrefix(name, "customXml/") && strings.HasSuffix(name, ".xml") {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, cmp.Compare)
	var all []Printed
	for _, name := range names {
		content, err := files[name].read()
		if err != nil {
			return nil, err
		}
		if !bytes.Contains(content, []byte(indexNamespace)) {
			continue
		}
		decoder := xml.NewDecoder(bytes.NewReader(content))
		for {
			token, err := decoder.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			if element, ok := token.(xml.StartElement); ok && element.Name.Local == "figure" {
				all = append(all, Printed{Bookmark: attribute(element, "bookmark"), Source: attribute(element, "source"), Text: attribute(element, "text")})
			}
		}
	}
	return all, nil
}

// sentenceAt is the sentence of a paragraph that holds the byte at.
func sentenceAt(paragraph string, at int) string {
	const stops = "。！？!?\n"
	at = min(at, len(paragraph))
	begin, end := 0, len(paragraph)
	if i := strings.LastIndexAny(paragraph[:at], stops); i >= 0 {
		for begin = i + 1; begin < at && paragraph[begin]&0xC0 == 0x80; begin++ {
		}
	}
	if i := strings.IndexAny(paragraph[at:], stops); i >= 0 {
		end = at + i
	}
	return strings.TrimSpace(paragraph[begin:end])
}

// squeezed is a text as it is compared: folded, without spaces.
func squeezed(text string) string { return strings.Join(strings.Fields(folded(text)), "") }
