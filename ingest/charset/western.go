package charset

import (
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// isWestern says whether a line that is no UTF-8 is surely none of GB18030 either, although many of its bytes may fit: every byte that is
// not ASCII stands alone, one of them behind a Latin letter and before another or a separator, as in Besançon or café. Chinese characters
// come in pairs of such bytes, or beside each other.
func isWestern(line []byte) bool {
	letters := 0
	for i, b := range line {
		if b < utf8.RuneSelf {
			continue
		}
		if i+1 < len(line) && line[i+1] >= utf8.RuneSelf {
			return false
		}
		if b >= 0xC0 && i > 0 && isLatin(line[i-1]) && (i+1 == len(line) || line[i+1] < 0x40 || line[i+1] >= 'a' && line[i+1] <= 'z') {
			letters++
		}
	}
	return letters > 0
}

func isLatin(b byte) bool { return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' }

// appendWestern decodes by Windows-1252, or as characters nobody can know.
func appendWestern(dst, src []byte, unknown bool) []byte {
	for _, b := range src {
		switch {
		case b < utf8.RuneSelf:
			dst = append(dst, b)
		case unknown:
			dst = utf8.AppendRune(dst, utf8.RuneError)
		default:
			dst = utf8.AppendRune(dst, charmap.Windows1252.DecodeByte(b))
		}
	}
	return dst
}
