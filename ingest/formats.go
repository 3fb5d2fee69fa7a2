package ingest

import (
	"bytes"
	"context"

	"tongbao/ingest/archive"
	"tongbao/ingest/delimited"
	"tongbao/ingest/htmltable"
	"tongbao/ingest/jsonrows"
	"tongbao/ingest/ods"
	"tongbao/ingest/parquet"
	"tongbao/ingest/sheet"
	"tongbao/ingest/spreadsheetml"
	"tongbao/ingest/xls"
	"tongbao/ingest/xlsx"
)

// Formats lists every kind of file that is read, in the order they are asked; delimited text, which anything may be, comes last. db is any
// open DuckDB that may open files: its reader of Parquet is used.
func Formats(db parquet.Queryer) []sheet.Format {
	return []sheet.Format{
		parquet.Format(db), xlsx.Format(), ods.Format(), xls.Format(), archive.Zip(), archive.Gzip(),
		spreadsheetml.Format(), htmltable.Format(), jsonrows.Format(),
		{Name: "csv", Is: isText, Open: openDelimited},
	}
}

func openDelimited(_ context.Context, in sheet.Input, options sheet.Options) (sheet.Book, error) {
	return delimited.Open(in.Reader(), options)
}

// foreignKinds are beginnings of files that are surely none of ours.
var foreignKinds = []struct{ start, name string }{
	{"%PDF", "a PDF"}, {"\x89PNG", "a picture"}, {"\xFF\xD8\xFF", "a picture"}, {"GIF8", "a picture"},
	{"Rar!", "a RAR archive"}, {"7z\xBC\xAF", "a 7z archive"}, {"{\\rtf", "an RTF document"}, {"SQLite format 3", "an SQLite database"},
	{"PK\x03\x04", "a ZIP archive or a document inside one"}, {"\xD0\xCF\x11\xE0", "an office document of the old kind"},
	{"\x1F\x8B", "a gzip archive"}, {"BZh", "a bzip2 archive"}, {"\xFD7zXZ", "an xz archive"}, {"\x28\xB5\x2F\xFD", "a zstd archive"}, {"MZ\x90\x00", "a program"}, {"PAR1", "a Parquet file"},
}

func isText(head []byte, _ sheet.Input) bool { return foreignKind(head) == "" }

// foreignKind names what a file surely is instead of a table; "" when nothing is known.
func foreignKind(head []byte) string {
	for _, kind := range foreignKinds {
		if bytes.HasPrefix(head, []byte(kind.start)) {
			return kind.name
		}
	}
	const tarMark = 257
	if len(head) > tarMark && bytes.HasPrefix(head[tarMark:], []byte("ustar")) {
		return "a tar archive"
	}
	return ""
}

// openBook finds the format by content and opens the file. A container is returned as its format, with a nil book.
func openBook(ctx context.Context, formats []sheet.Format, in sheet.Input, options sheet.Options) (sheet.Book, *sheet.Format, error) {
	if in.Size == 0 {
		return nil, nil, sheet.Refuse("send it again", "the file is empty")
	}
	head, err := in.Head(64 << 10)
	if err != nil {
		return nil, nil, err
	}
	for i := range formats {
		format := &formats[i]
		if !format.Is(head, in) {
			continue
		}
		if format.Open == nil {
			return nil, format, nil
		}
		book, err := format.Open(ctx, in, options)
		return book, format, err
	}
	if kind := foreignKind(head); kind != "" {
		return nil, nil, sheet.Refuse("export the table as XLSX or CSV", "the file is %s, not a table", kind)
	}
	return nil, nil, sheet.Refuse("export the table as XLSX or CSV", "the file's format is not known")
}
