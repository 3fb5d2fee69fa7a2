package ingest

import (
	"archive/zip"
	"bytes"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

var makeCorpus = flag.Bool("make-corpus", false, "write the files of testdata/corpus that programs of this package make")

// TestMadeCorpus holds the files of the corpus that are made here to what is made: they can be read in the code instead of in a hex editor.
// Files that LibreOffice and Python libraries wrote lie beside them.
func TestMadeCorpus(t *testing.T) {
	made := map[string][]byte{}
	for _, group := range []map[string][]byte{madeXLSX(), madeXLS(), madeHTML(), madeXML(), madeODS(), madeJSON(), madeArchives(), madeText()} {
		for name, data := range group {
			if made[name] != nil {
				t.Errorf("%s is made twice", name)
			}
			made[name] = data
		}
	}
	for _, name := range slices.Sorted(maps.Keys(made)) {
		path := filepath.Join(corpusDir, name)
		if *makeCorpus {
			if err := os.WriteFile(path, made[name], 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		kept, err := os.ReadFile(path)
		if err != nil {
			t.Errorf("%v; make it with -make-corpus", err)
			continue
		}
		if !bytes.Equal(kept, made[name]) && !strings.Contains(name, "compressed") {
			t.Errorf("%s is not what is made here; make it with -make-corpus", name)
		}
	}
}

const corpusDir = "testdata/corpus"

// The table that most files of the corpus carry: two good rows and one whose date does not exist.
var (
	tableHeader = []string{"检查编号", "统一社会信用代码", "检查机构代码", "检查类型", "检查开始日期"}
	tableRows   = [][]string{
		{"JC0001", "91330100799655058B", "2301001", "计划检查", "2020-03-05"},
		{"JC0002", "91110000802100433B", "2301001", "专项检查", "2020/3/6"},
		{"JC0003", "914403001922038216", "2301002", "双随机抽查", "2020.2.30"},
	}
)

func table(separator, lineEnd string) string {
	var out strings.Builder
	for _, row := range append([][]string{tableHeader}, tableRows...) {
		out.WriteString(strings.Join(row, separator))
		out.WriteString(lineEnd)
	}
	return out.String()
}

func gbk(text string) []byte { return encoded(simplifiedchinese.GB18030.NewEncoder().Bytes, text) }

func big5(text string) []byte { return encoded(traditionalchinese.Big5.NewEncoder().Bytes, text) }

func utf16le(text string) []byte {
	return encoded(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes, text)
}

func utf16be(text string) []byte {
	return encoded(unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().Bytes, text)
}

func encoded(encode func([]byte) ([]byte, error), text string) []byte {
	out, err := encode([]byte(text))
	if err != nil {
		panic(fmt.Sprintf("%q: %v", text, err))
	}
	return out
}

// pack makes a ZIP archive of stored members: the same bytes with every version of the compressor.
func pack(members ...any) []byte { return packed(zip.Store, members...) }

func packed(method uint16, members ...any) []byte {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for i := 0; i < len(members); i += 2 {
		header := members[i]
		h, ok := header.(*zip.FileHeader)
		if !ok {
			h = &zip.FileHeader{Name: header.(string)}
		}
		h.Method, h.Modified = method, time.Date(2020, 3, 5, 0, 0, 0, 0, time.UTC)
		target, err := w.CreateHeader(h)
		if err == nil {
			switch data := members[i+1].(type) {
			case string:
				_, err = target.Write([]byte(data))
			case []byte:
				_, err = target.Write(data)
			}
		}
		if err != nil {
			panic(err)
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return out.Bytes()
}
