package xlsx

import (
	"bytes"

	"tongbao/ingest/sheet"
)

// cellRef reads A1 as column 0 and row 1. ok is false for anything else, and for columns and rows that would overflow.
func cellRef(ref []byte) (column, row int, ok bool) {
	i := 0
	for ; i < len(ref) && i < 4; i++ {
		c := ref[i] &^ 0x20
		if c < 'A' || c > 'Z' {
			break
		}
		column = column*26 + int(c-'A') + 1
	}
	if i == 0 || i == len(ref) || len(ref)-i > 9 {
		return 0, 0, false
	}
	for _, c := range ref[i:] {
		if c < '0' || c > '9' {
			return 0, 0, false
		}
		row = row*10 + int(c-'0')
	}
	return column - 1, row, row > 0
}

func parseRegion(ref []byte) (region sheet.Region, ok bool) {
	ref = bytes.ReplaceAll(ref, []byte("$"), nil)
	from, to, ok := bytes.Cut(ref, []byte(":"))
	if !ok {
		return region, false
	}
	left, top, ok1 := cellRef(from)
	right, bottom, ok2 := cellRef(to)
	return sheet.Region{Left: left, Top: top, Right: right, Bottom: bottom}, ok1 && ok2
}

// unescapeHex resolves the _xHHHH_ escapes of OOXML texts, in place. A literal "_x0041_" is written "_x005F_x0041_".
func unescapeHex(text []byte) []byte {
	i := bytes.Index(text, []byte("_x"))
	if i < 0 {
		return text
	}
	out := append([]byte(nil), text[:i]...)
	for i < len(text) {
		if r, ok := hexEscape(text[i:]); ok {
			i += 7
			if r >= 0xD800 && r < 0xDC00 {
				if low, ok := hexEscape(text[i:]); ok && low >= 0xDC00 && low < 0xE000 {
					r = (r-0xD800)<<10 + (low - 0xDC00) + 0x10000
					i += 7
				}
			}
			out = append(out, string(r)...) // half a pair becomes U+FFFD
			continue
		}
		out = append(out, text[i])
		i++
	}
	return out
}

func hexEscape(text []byte) (r rune, ok bool) {
	if len(text) < 7 || text[0] != '_' || text[1] != 'x' || text[6] != '_' {
		return 0, false
	}
	for _, c := range text[2:6] {
		switch {
		case c >= '0' && c <= '9':
			r = r<<4 | rune(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return r, true
}
