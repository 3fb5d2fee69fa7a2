package reconcile

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Limits of an archive: far above any notice, far below what harms.
const (
	maxArchiveParts = 5000
	maxPartBytes    = 64 << 20
	maxXMLDepth     = 400
)

type archivePart struct{ file *zip.File }

func (p *archivePart) read() ([]byte, error) {
	if p == nil {
		return nil, nil
	}
	reader, err := p.file.Open()
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	content, err := io.ReadAll(io.LimitReader(reader, maxPartBytes+1))
	if err == nil && len(content) > maxPartBytes {
		err = fmt.Errorf("%s is larger than %d MB", p.file.Name, maxPartBytes>>20)
	}
	return content, err
}

func listArchive(content []byte) (map[string]*archivePart, error) {
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	if len(archive.File) > maxArchiveParts {
		return nil, fmt.Errorf("%w: %d parts in it", ErrFormat, len(archive.File))
	}
	files := map[string]*archivePart{}
	for _, file := range archive.File {
		files[file.Name] = &archivePart{file}
	}
	return files, nil
}

func (r *Report) checkDocx(files map[string]*archivePart) error {
	content, err := files["word/document.xml"].read()
	if err != nil {
		return err
	}
	body, err := readBody(content)
	if err != nil {
		return fmt.Errorf("word/document.xml: %w", err)
	}
	var tables []*table
	for _, grid := range body.tables {
		name := grid.name
		if t := r.checkTable(name, grid.cells, func(row, column int) string { return fmt.Sprintf("%s cell R%dC%d", name, row+1, column+1) }); t != nil {
			tables = append(tables, t)
		}
	}
	for _, p := range body.paragraphs {
		r.checkText(p.text, p.place)
	}
	r.checkAgreement(body.paragraphs, tables)
	return r.checkIndex(files, body.marks)
}

// docxBody is the text of a document in order: paragraphs, tables as grids, and what stands under each bookmark.
type docxBody struct {
	paragraphs []paragraph
	tables     []*docxTable
	marks      map[string]*markedText
}

type docxTable struct {
	name  string
	cells [][]string
}

type markedText struct {
	text  strings.Builder
	place string
	at    int // where in its paragraph's text it begins, in bytes
}

type docxReader struct {
	decoder *xml.Decoder
	body    docxBody
	open    map[string]*markedText // bookmarks by id
	line    *strings.Builder       // the paragraph being read
	place   string
	last    string // the paragraph before, which may name a table
	depth   int
}

func readBody(content []byte) (docxBody, error) {
	reader := &docxReader{decoder: xml.NewDecoder(bytes.NewReader(content)), open: map[string]*markedText{},
		body: docxBody{marks: map[string]*markedText{}}}
	for {
		token, err := reader.decoder.Token()
		if errors.Is(err, io.EOF) {
			return reader.body, nil
		}
		if err != nil {
			return reader.body, err
		}
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == "body" {
			if err := reader.children(nil); err != nil {
				return reader.body, err
			}
		}
	}
}

// children reads elements up to the end of the one they are in; inside a table cell, text goes to cell.
func (d *docxReader) children(cell *strings.Builder) error {
	if d.depth++; d.depth > maxXMLDepth {
		return errors.New("elements nested too deep")
	}
	defer func() { d.depth-- }()
	for {
		token, err := d.decoder.Token()
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.EndElement:
			return nil
		case xml.CharData:
		case xml.StartElement:
			if err := d.element(t, cell); err != nil {
				return err
			}
		}
	}
}

func attribute(element xml.StartElement, name string) string {
	for _, attr := range element.Attr {
		if attr.Name.Local == name {
			return attr.Value
		}
	}
	return ""
}

func (d *docxReader) element(element xml.StartElement, cell *strings.Builder) error {
	switch element.Name.Local {
	case "p":
		return d.paragraph(cell)
	case "tbl":
		return d.table()
	case "t":
		var text string
		if err := d.decoder.DecodeElement(&text, &element); err != nil {
			return err
		}
		d.write(text)
		return nil
	case "tab", "br", "cr":
		d.write(" ")
	case "del", "moveFrom", "Fallback", "instrText", "drawing", "pict":
		return d.decoder.Skip()
	case "bookmarkStart":
		if name := attribute(element, "name"); name != "" {
			mark := &markedText{place: d.place}
			if d.line != nil {
				mark.at = d.line.Len()
			}
			d.open[attribute(element, "id")] = mark
			d.body.marks[name] = mark
		}
	case "bookmarkEnd":
		delete(d.open, attribute(element, "id"))
	}
	return d.children(cell)
}

func (d *docxReader) write(text string) {
	if d.line != nil {
		d.line.WriteString(text)
	}
	for _, mark := range d.open {
		mark.text.WriteString(text)
	}
}

func (d *docxReader) paragraph(cell *strings.Builder) error {
	outer, outerPlace := d.line, d.place
	d.line = &strings.Builder{}
	if cell == nil {
		d.place = fmt.Sprintf("paragraph %d", len(d.body.paragraphs)+1)
	}
	err := d.children(cell)
	text := d.line.String()
	if cell != nil {
		if cell.Len() > 0 && text != "" {
			cell.WriteString(" ")
		}
		cell.WriteString(text)
	} else {
		d.body.paragraphs = append(d.body.paragraphs, paragraph{text, d.place})
		if strings.TrimSpace(text) != "" {
			d.last = text
		}
	}
	d.line, d.place = outer, outerPlace
	return err
}

// table reads rows; a cell merged downwards repeats its text, one merged to the right spans.
func (d *docxReader) table() error {
	grid := &docxTable{name: fmt.Sprintf("table %d", len(d.body.tables)+1)}
	if name := tableName(d.last); name != "" {
		grid.name = name
	}
	d.body.tables = append(d.body.tables, grid)
	for {
		token, err := d.decoder.Token()
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.EndElement:
			return nil
		case xml.StartElement:
			if t.Name.Local == "tr" {
				err = d.row(grid)
			} else if t.Name.Local != "sdt" && t.Name.Local != "sdtContent" {
				err = d.decoder.Skip()
			} else {
				continue
			}
			if err != nil {
				return err
			}
		}
	}
}

func (d *docxReader) row(grid *docxTable) error {
	grid.cells = append(grid.cells, nil)
	if len(grid.cells) > maxTableRows+100 {
		return fmt.Errorf("%s has more than %d rows", grid.name, maxTableRows)
	}
	for {
		token, err := d.decoder.Token()
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.EndElement:
			if t.Name.Local == "tr" {
				return nil
			}
		case xml.StartElement:
			if t.Name.Local != "tc" {
				if err := d.decoder.Skip(); err != nil {
					return err
				}
				continue
			}
			if err := d.cell(grid); err != nil {
				return err
			}
		}
	}
}

func (d *docxReader) cell(grid *docxTable) error {
	row := len(grid.cells) - 1
	column := len(grid.cells[row])
	outer := d.place
	d.place = fmt.Sprintf("%s cell R%dC%d", grid.name, row+1, column+1)
	defer func() { d.place = outer }()
	var text strings.Builder
	span, continued := 1, false
	for {
		token, err := d.decoder.Token()
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.EndElement:
			if t.Name.Local != "tc" {
				continue
			}
			word := text.String()
			if continued && row > 0 && column < len(grid.cells[row-1]) {
				word = grid.cells[row-1][column]
			}
			for range min(span, maxTableColumns) {
				grid.cells[row] = append(grid.cells[row], word)
			}
			return nil
		case xml.StartElement:
			switch t.Name.Local {
			case "tcPr":
				continue // its children say how the cell is merged
			case "gridSpan":
				if n, err := strconv.Atoi(attribute(t, "val")); err == nil && n > 0 {
					span = n
				}
			case "vMerge":
				continued = attribute(t, "val") != "restart"
			case "p", "tbl", "sdt":
				if err := d.element(t, &text); err != nil {
					return err
				}
				continue
			}
			if t.Name.Local != "tcPr" {
				if err := d.decoder.Skip(); err != nil {
					return err
				}
			}
		}
	}
}
