package xlsx

import (
	"io"
	"slices"
	"strings"

	"tongbao/ingest/numfmt"
	"tongbao/ingest/sheet"
	"tongbao/ingest/xmlscan"
)

// Book is an opened workbook.
type Book struct {
	parts      *parts
	options    sheet.Options
	sheets     []tab
	formats    []numfmt.Class // by cell style
	strings    *sheet.Texts   // nil until the first sheet is read
	table      string         // part of the shared texts; may be empty
	is1904     bool
	uncomputed bool // results of formulas are to be computed when it is opened: its writer stored 0 for those it did not know
	names      map[string]string
	props      map[string]string
}

// tab is one sheet of the workbook.
type tab struct {
	info sheet.Info
	part string
}

// Open reads a workbook's table of contents; r must stay open until Close.
func Open(r io.ReaderAt, size int64, options sheet.Options) (*Book, error) {
	parts, err := openParts(r, size, options.Limits)
	if err != nil {
		return nil, err
	}
	b := &Book{parts: parts, options: options, names: map[string]string{}, props: map[string]string{}}
	main, err := b.mainPart()
	if err != nil {
		return nil, err
	}
	relations, err := parts.relations(main)
	if err != nil {
		return nil, err
	}
	targets := map[string]relation{}
	styles := ""
	for _, r := range relations {
		targets[r.id] = r
		switch r.kind {
		case "styles":
			styles = r.target
		case "sharedStrings":
			b.table = r.target
		}
	}
	if err := b.readWorkbook(main, targets); err != nil {
		return nil, err
	}
	if styles != "" && parts.has(styles) {
		if err := b.readStyles(styles); err != nil {
			return nil, err
		}
	}
	if len(b.sheets) == 0 {
		return nil, sheet.Refuse(openAndSave, "the workbook lists no sheets")
	}
	return b, nil
}

// mainPart finds the workbook part and refuses what is no workbook of this kind.
func (b *Book) mainPart() (string, error) {
	relations, err := b.parts.relations("")
	if err != nil {
		return "", err
	}
	main := ""
	for _, r := range relations {
		switch r.kind {
		case "officeDocument":
			main = r.target
		case "custom-properties":
			if err := b.readProperties(r.target); err != nil {
				return "", err
			}
		}
	}
	if main == "" || !b.parts.has(main) {
		main = "xl/workbook.xml"
	}
	switch {
	case strings.HasSuffix(strings.ToLower(main), ".bin") || b.parts.has("xl/workbook.bin"):
		return "", sheet.Refuse("open it in Excel and save it as .xlsx", "this is a binary workbook (.xlsb)")
	case strings.Contains(main, "word/") || b.parts.has("word/document.xml"):
		return "", sheet.Refuse("send the table as a workbook (.xlsx) or as CSV", "this is a Word document")
	case strings.Contains(main, "ppt/") || b.parts.has("ppt/presentation.xml"):
		return "", sheet.Refuse("send the table as a workbook (.xlsx) or as CSV", "this is a PowerPoint presentation")
	case !b.parts.has(main):
		return "", sheet.Refuse(openAndSave, "the archive holds no workbook")
	}
	return main, nil
}

func (b *Book) readWorkbook(main string, targets map[string]relation) error {
	s, closer, err := b.parts.scan(main)
	if err != nil {
		return err
	}
	defer closer.Close()
	name, text := "", []byte(nil)
	for {
		kind, err := s.Next()
		if err != nil {
			return partError(main, err)
		}
		switch {
		case kind == xmlscan.EOF:
			return nil
		case kind == xmlscan.Start && string(s.Name) == "workbookPr":
			b.is1904 = xmlscan.AttrBool(s.Attrs, "date1904")
		case kind == xmlscan.Start && string(s.Name) == "calcPr":
			b.uncomputed = xmlscan.AttrBool(s.Attrs, "fullCalcOnLoad")
		case kind == xmlscan.Start && string(s.Name) == "sheet":
			if len(b.sheets) == b.options.Limits.Members {
				return sheet.Refuse(openAndSave, "the workbook has more than %d sheets", b.options.Limits.Members)
			}
			b.addSheet(s.Attrs, targets)
		case kind == xmlscan.Start && string(s.Name) == "definedName" && !s.Empty:
			name, text = xmlscan.AttrText(s.Attrs, "name"), nil
		case kind == xmlscan.Chars && name != "":
			text = s.AppendText(text)
		case kind == xmlscan.End && name != "" && len(b.names) < b.options.Limits.Members:
			b.names[name], name = string(text), ""
		}
	}
}

func (b *Book) addSheet(attrs []byte, targets map[string]relation) {
	state := xmlscan.AttrText(attrs, "state")
	t := tab{info: sheet.Info{Name: xmlscan.AttrText(attrs, "name"), Hidden: state == "hidden" || state == "veryHidden"}}
	id := ""
	for rest := attrs; ; {
		key, value, next, ok := xmlscan.NextAttr(rest)
		if !ok {
			break
		}
		if string(key) == "id" { // r:id; sheetId is another name
			id = string(value)
		}
		rest = next
	}
	switch r, ok := targets[id]; {
	case !ok || !b.parts.has(r.target):
		t.info.Skip = "the workbook lists this sheet but does not hold it"
	case r.kind == "worksheet":
		t.part = r.target
	default:
		t.info.Skip = "not a sheet of cells: " + r.kind
	}
	b.sheets = append(b.sheets, t)
}

// Format is xlsx.
func (b *Book) Format() string { return "xlsx" }

// Sheets lists the sheets in the order of their tabs.
func (b *Book) Sheets() []sheet.Info {
	infos := make([]sheet.Info, len(b.sheets))
	for i, t := range b.sheets {
		infos[i] = t.info
		infos[i].HiddenColumns = slices.Clone(t.info.HiddenColumns)
	}
	return infos
}

// Names are the workbook's defined names with their formulas.
func (b *Book) Names() map[string]string { return b.names }

// Properties implements sheet.Described: the workbook's custom document properties, as text.
func (b *Book) Properties() map[string]string { return b.props }

// Close gives back the temporary file of the shared texts.
func (b *Book) Close() error {
	if b.strings == nil {
		return nil
	}
	return b.strings.Close()
}

// readProperties reads docProps/custom.xml: what a returned workbook says about its origin.
func (b *Book) readProperties(part string) error {
	if !b.parts.has(part) {
		return nil
	}
	s, closer, err := b.parts.scan(part)
	if err != nil {
		return err
	}
	defer closer.Close()
	name, text := "", []byte(nil)
	for {
		kind, err := s.Next()
		switch {
		case err != nil:
			return partError(part, err)
		case kind == xmlscan.EOF:
			return nil
		case kind == xmlscan.Start && string(s.Name) == "property":
			name, text = xmlscan.AttrText(s.Attrs, "name"), nil
		case kind == xmlscan.Chars && name != "":
			text = s.AppendText(text)
		case kind == xmlscan.End && string(s.Name) == "property" && len(b.props) < b.options.Limits.Members:
			b.props[name], name = strings.TrimSpace(string(text)), ""
		}
	}
}
