package xls

import (
	"encoding/binary"
	"errors"
	"io"
	"slices"

	"tongbao/ingest/numfmt"
	"tongbao/ingest/sheet"
)

// Book is an opened workbook.
type Book struct {
	options sheet.Options
	records *records
	sheets  []tab
	texts   *sheet.Texts
	formats []numfmt.Class // by cell style
	is1904  bool

	uncomputed bool // its writer knew no results: an empty text stands for those of formulas
}

type tab struct {
	info sheet.Info
	at   int64 // of its first record
}

// Open reads a workbook's globals; r must stay open until Close.
func Open(r io.ReaderAt, size int64, options sheet.Options) (*Book, error) {
	stream, err := workbookStream(r, size)
	if err != nil {
		return nil, err
	}
	b := &Book{options: options, records: newRecords(stream), texts: sheet.NewTexts(options.Limits, options.TempDir)}
	if err := b.readGlobals(); err != nil {
		b.texts.Close()
		if errors.Is(err, errShort) {
			err = damaged("a record of the workbook is too short")
		}
		return nil, err
	}
	return b, nil
}

// Format is xls.
func (b *Book) Format() string { return "xls" }

// Sheets lists the sheets in the order of their tabs.
func (b *Book) Sheets() []sheet.Info {
	infos := make([]sheet.Info, len(b.sheets))
	for i, t := range b.sheets {
		infos[i] = t.info
		infos[i].HiddenColumns = slices.Clone(t.info.HiddenColumns)
	}
	return infos
}

// Close gives back the temporary file of the shared texts.
func (b *Book) Close() error { return b.texts.Close() }

func (b *Book) readGlobals() error {
	if err := b.records.seek(0); err != nil {
		return err
	}
	if err := b.readBOF(0x0005); err != nil {
		return err
	}
	own := map[int]numfmt.Class{}
	var styles []int
	for {
		id, data, err := b.records.next()
		if err != nil {
			return err
		}
		switch id {
		case recFilePass:
			return sheet.Refuse("open it, take the password off and save it again", "the workbook is encrypted with a password")
		case recDateMode:
			b.is1904 = len(data) >= 2 && binary.LittleEndian.Uint16(data) == 1
		case recWriter: // Python's xlwt, which computes nothing, writes a name without its length
			b.uncomputed = len(data) >= 2 && int(binary.LittleEndian.Uint16(data)) > len(data)
		case recBoundSheet:
			if err := b.addSheet(data); err != nil {
				return err
			}
		case recFormat:
			l := &long{r: b.records, data: data}
			id, err := l.uint(2)
			if err != nil {
				return err
			}
			code, err := l.text(nil)
			if err != nil {
				return err
			}
			own[int(id)] = numfmt.Classify(string(code))
		case recXF:
			if len(data) < 4 {
				return errShort
			}
			styles = append(styles, int(binary.LittleEndian.Uint16(data[2:])))
		case recSST:
			if err := b.readSST(data); err != nil {
				return err
			}
		case recEOF:
			for _, id := range styles {
				class, spelled := own[id]
				if !spelled || id == 0 {
					class = numfmt.Builtin(id)
				}
				b.formats = append(b.formats, class)
			}
			if len(b.sheets) == 0 {
				return sheet.Refuse(saveAgain, "the workbook lists no sheets")
			}
			return b.texts.Seal()
		}
	}
}

// readBOF reads the record that opens the workbook or a sheet.
func (b *Book) readBOF(want uint16) error {
	id, data, err := b.records.next()
	if err != nil {
		return err
	}
	if id&0xFF != 0x09 || len(data) < 4 {
		return damaged("no record says where its contents begin")
	}
	version, kind := binary.LittleEndian.Uint16(data), binary.LittleEndian.Uint16(data[2:])
	switch {
	case id != recBOF || version != 0x0600:
		return sheet.Refuse(saveAgain, "this workbook is of Excel 95 or older")
	case kind != want:
		return damaged("a sheet is not where the workbook says it is")
	}
	return nil
}

func (b *Book) addSheet(data []byte) error {
	if len(data) < 8 {
		return errShort
	}
	if len(b.sheets) == b.options.Limits.Members {
		return sheet.Refuse(saveAgain, "the workbook has more than %d sheets", b.options.Limits.Members)
	}
	t := tab{at: int64(binary.LittleEndian.Uint32(data)), info: sheet.Info{Hidden: data[4]&3 != 0}}
	switch data[5] {
	case 0:
	case 1:
		t.info.Skip = "not a sheet of cells: macros of Excel 4.0"
	case 2:
		t.info.Skip = "not a sheet of cells: a chart"
	default:
		t.info.Skip = "not a sheet of cells"
	}
	l := &long{r: b.records, data: data[8:]}
	name, err := l.chars(nil, int(data[6]), data[7]&1 != 0)
	if err != nil {
		return err
	}
	t.info.Name = string(name)
	b.sheets = append(b.sheets, t)
	return nil
}

func (b *Book) readSST(data []byte) error {
	l := &long{r: b.records, data: data}
	if _, err := l.uint(4); err != nil {
		return err
	}
	count, err := l.uint(4)
	if err != nil {
		return err
	}
	var text []byte
	for range count {
		if _, err := l.more(); errors.Is(err, errShort) {
			return nil // a writer that miscounted; a cell that asks for a text beyond becomes an error
		} else if err != nil {
			return err
		}
		if text, err = l.text(text[:0]); errors.Is(err, errShort) {
			return damaged("its table of texts holds %d instead of %d", b.texts.Len(), count)
		} else if err != nil {
			return err
		}
		if err := b.texts.Add(text); err != nil {
			return err
		}
	}
	return nil
}
