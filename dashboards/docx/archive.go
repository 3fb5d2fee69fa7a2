package docx

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Limits of a template: what an office's letterhead can need many times over.
const (
	maxTemplateParts = 500
	maxTemplateBytes = 64 << 20
)

// parts are the files of a package by name, in no order; write gives them one.
type parts map[string][]byte

func readParts(content []byte) (parts, error) {
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, fmt.Errorf("not a .docx file: %w", err)
	}
	if len(archive.File) > maxTemplateParts {
		return nil, fmt.Errorf("%d parts; at most %d are read", len(archive.File), maxTemplateParts)
	}
	found, left := parts{}, int64(maxTemplateBytes)
	for _, file := range archive.File {
		if strings.HasSuffix(file.Name, "/") {
			continue
		}
		reader, err := file.Open()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file.Name, err)
		}
		text, err := io.ReadAll(io.LimitReader(reader, left+1))
		reader.Close()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file.Name, err)
		}
		if left -= int64(len(text)); left < 0 {
			return nil, fmt.Errorf("%s: the parts are larger than %d MB together", file.Name, maxTemplateBytes>>20)
		}
		found[file.Name] = text
	}
	return found, nil
}

// write zips the parts in a fixed order with no clock in them: content types first, as readers expect, then by name.
func (p parts) write() ([]byte, error) {
	names := make([]string, 0, len(p))
	for name := range p {
		names = append(names, name)
	}
	first := []string{contentTypesPart, "_rels/.rels", documentPart}
	slices.SortFunc(names, func(a, b string) int {
		i, j := slices.Index(first, a), slices.Index(first, b)
		switch {
		case i >= 0 && j >= 0:
			return i - j
		case i >= 0:
			return -1
		case j >= 0:
			return 1
		}
		return strings.Compare(a, b)
	})
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	for _, name := range names {
		writer, err := archive.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
		if err != nil {
			return nil, err
		}
		if _, err := writer.Write(p[name]); err != nil {
			return nil, err
		}
	}
	if err := archive.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
