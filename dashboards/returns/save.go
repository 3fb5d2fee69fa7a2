package returns

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/xuri/excelize/v2"

	"tongbao/internal/inuse"
)

// save writes the workbook with the same bytes every time: the library leaves the order of some lines, and the clock, to chance.
func (b *book) save(path string) error {
	if err := b.writeLists(); err != nil {
		return err
	}
	if err := b.file.SetDocProps(&excelize.DocProperties{Creator: "通报", Created: "2020-01-01T00:00:00Z", Modified: "2020-01-01T00:00:00Z"}); err != nil {
		return err
	}
	var raw bytes.Buffer
	if err := b.file.Write(&raw); err != nil {
		return err
	}
	finished, err := settle(raw.Bytes())
	if err != nil {
		return err
	}
	side, err := os.CreateTemp(filepath.Dir(path), ".tongbao-*")
	if err != nil {
		return err
	}
	defer os.Remove(side.Name())
	if _, err := side.Write(finished); err != nil {
		side.Close()
		return err
	}
	if err := side.Close(); err != nil {
		return err
	}
	if err := os.Chmod(side.Name(), 0o644); err != nil {
		return err
	}
	return inuse.Rename(side.Name(), path)
}

func settle(raw []byte) ([]byte, error) {
	in, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return nil, err
	}
	files := slices.Clone(in.File)
	slices.SortFunc(files, func(a, b *zip.File) int {
		if first := "[Content_Types].xml"; a.Name == first || b.Name == first {
			return map[bool]int{true: -1, false: 1}[a.Name == first]
		}
		return bytes.Compare([]byte(a.Name), []byte(b.Name))
	})
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, file := range files {
		part, err := file.Open()
		if err != nil {
			return nil, err
		}
		text, err := io.ReadAll(part)
		part.Close()
		if err != nil {
			return nil, err
		}
		if file.Name == "[Content_Types].xml" {
			if text, err = sortTypes(text); err != nil {
				return nil, err
			}
		}
		target, err := w.CreateHeader(&zip.FileHeader{Name: file.Name, Method: zip.Deflate})
		if err != nil {
			return nil, err
		}
		if _, err := target.Write(text); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func sortTypes(text []byte) ([]byte, error) {
	pattern, err := regexp.Compile(`<(?:Override|Default)[^>]*?(?:/>|></(?:Override|Default)>)`)
	if err != nil {
		return nil, err
	}
	entries := pattern.FindAll(text, -1)
	if len(entries) == 0 {
		return nil, fmt.Errorf("the list of content types holds none")
	}
	first := bytes.Index(text, entries[0])
	last := pattern.FindAllIndex(text, -1)
	end := last[len(last)-1][1]
	sorted := slices.Clone(entries)
	slices.SortFunc(sorted, bytes.Compare)
	return slices.Concat(text[:first], bytes.Join(sorted, nil), text[end:]), nil
}
