package annex

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// steady rewrites a workbook so that the same content is the same bytes: parts by name, content types sorted, no clock. It also
// says what excelize cannot: that the style quoted has quotePrefix, so that its cells stay text when somebody edits them, and that
// the saved value of a formula is a number.
func steady(content []byte, quoted int) ([]byte, error) {
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, err
	}
	files := slices.Clone(archive.File)
	slices.SortFunc(files, func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) })
	var out bytes.Buffer
	writer := zip.NewWriter(&out)
	for _, file := range files {
		to, err := writer.CreateHeader(&zip.FileHeader{Name: file.Name, Method: zip.Deflate})
		if err != nil {
			return nil, err
		}
		if err := copyPart(to, file, quoted); err != nil {
			return nil, fmt.Errorf("%s: %w", file.Name, err)
		}
	}
	if err := writer.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// quickly packs with little effort.
func quickly(to io.Writer) excelize.ZipWriter {
	writer := zip.NewWriter(to)
	writer.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	return writer
}

func copyPart(to io.Writer, file *zip.File, quoted int) error {
	from, err := file.Open()
	if err != nil {
		return err
	}
	defer from.Close()
	if file.Name != "[Content_Types].xml" && file.Name != "xl/styles.xml" && file.Name != planPart {
		_, err := io.Copy(to, from)
		return err
	}
	text, err := io.ReadAll(from)
	if err != nil {
		return err
	}
	switch file.Name {
	case "xl/styles.xml":
		text, err = quoteStyle(text, quoted)
	case planPart:
		text = savedNumber.ReplaceAll(text, []byte(`$1>$2`))
	default:
		text = sortTypes(text)
	}
	if err != nil {
		return err
	}
	_, err = to.Write(text)
	return err
}

// planPart is the sheet of the plan table, the first of the workbook and the only one with computed numbers.
const planPart = "xl/worksheets/sheet1.xml"

var savedNumber = regexp.MustCompile(`(<c r="[A-Z]+[0-9]+" s="[0-9]+") t="str">(<f>[^<]*</f><v>-?[0-9][0-9.eE+-]*</v>)`)

var typeEntry = regexp.MustCompile(`<(Default|Override)[^>]*?(/>|></(Default|Override)>)`)

func sortTypes(text []byte) []byte {
	entries := typeEntry.FindAllString(string(text), -1)
	slices.Sort(entries)
	first := typeEntry.FindIndex(text)
	if first == nil {
		return text
	}
	rest := typeEntry.ReplaceAllString(string(text[first[0]:]), "")
	return []byte(string(text[:first[0]]) + strings.Join(entries, "") + rest)
}

var styleEntry = regexp.MustCompile(`<xf [^>]*>`)

func quoteStyle(text []byte, style int) ([]byte, error) {
	start := bytes.Index(text, []byte("<cellXfs"))
	if start < 0 {
		return nil, fmt.Errorf("no cell styles")
	}
	entries := styleEntry.FindAllIndex(text[start:], style+1)
	if len(entries) <= style {
		return nil, fmt.Errorf("no cell style %d", style)
	}
	at := start + entries[style][0] + len("<xf ")
	return append(append(append([]byte(nil), text[:at]...), []byte(`quotePrefix="1" `)...), text[at:]...), nil
}
