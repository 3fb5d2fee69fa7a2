package reconcile

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// indexNamespace marks the part of a notice of ours that lists its figures with their bookmarks.
const indexNamespace = "urn:tongbao:figures:1"

// checkIndex holds every figure of a notice of ours against what it said when it was written.
func (r *Report) checkIndex(files map[string]*archivePart, marks map[string]*markedText) error {
	names := make([]string, 0, len(files))
	for name := range files {
		if strings.HasPrefix(name, "customXml/") && strings.HasSuffix(name, ".xml") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		content, err := files[name].read()
		if err != nil {
			return err
		}
		if !bytes.Contains(content, []byte(indexNamespace)) {
			continue
		}
		if err := r.checkFigures(content, marks); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func (r *Report) checkFigures(content []byte, marks map[string]*markedText) error {
	decoder := xml.NewDecoder(bytes.NewReader(content))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		element, ok := token.(xml.StartElement)
		if !ok || element.Name.Local != "figure" {
			continue
		}
		bookmark, source, text := attribute(element, "bookmark"), attribute(element, "source"), attribute(element, "text")
		mark := marks[bookmark]
		switch {
		case mark == nil:
			r.leave("bookmark "+bookmark, text, "the figure "+source+" has lost its bookmark")
		case mark.text.String() == text:
			r.hold()
		default:
			r.fail(Finding{Place: mark.place + " “" + mark.text.String() + "”", Rule: "figure", Quote: source, Says: mark.text.String(), Should: text,
				Why: "figure " + source, Terms: []string{mark.place}})
		}
	}
}
