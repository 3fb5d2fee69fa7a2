package synth

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// appendLine writes one line of delimited text; a value is quoted where it must be.
func appendLine(b []byte, row []cell, s style, delimiter byte) []byte {
	for i, c := range row {
		if i > 0 {
			b = append(b, delimiter)
		}
		start := len(b)
		b = s.append(b, c)
		if c.kind == text || c.kind == list {
			b = quoted(b, start, delimiter)
		}
	}
	return append(b, '\r', '\n')
}

// quoted puts the value that begins at start into quotation marks where it holds a delimiter, a quotation mark or a line end.
func quoted(b []byte, start int, delimiter byte) []byte {
	value := b[start:]
	if bytes.IndexByte(value, delimiter) < 0 && bytes.IndexByte(value, '"') < 0 && bytes.IndexByte(value, '\n') < 0 {
		return b
	}
	inner := bytes.ReplaceAll(value, []byte{'"'}, []byte{'"', '"'})
	b = append(b[:start], '"')
	return append(append(b, inner...), '"')
}

// encode turns UTF-8 text into the bytes of an encoding: utf-8, utf-8-bom, gbk, utf-16.
func encode(text []byte, encoding string) ([]byte, error) {
	switch encoding {
	case "utf-8":
		return text, nil
	case "utf-8-bom":
		return append([]byte("\ufeff"), text...), nil
	case "gbk":
		return simplifiedchinese.GB18030.NewEncoder().Bytes(text)
	case "utf-16":
		out := []byte{0xff, 0xfe}
		for len(text) > 0 {
			r, size := utf8.DecodeRune(text)
			text = text[size:]
			for _, unit := range utf16.AppendRune(nil, r) {
				out = binary.LittleEndian.AppendUint16(out, unit)
			}
		}
		return out, nil
	}
	return nil, fmt.Errorf("encoding %q is none of utf-8, utf-8-bom, gbk, utf-16", encoding)
}
