package charset

import (
	"bytes"
	"unicode/utf8"
)

// Encoding of a file or of a line.
type Encoding string

// The encodings that are told apart. ASCII is the state before any other evidence.
const (
	ASCII   Encoding = ""
	UTF8    Encoding = "utf-8"
	GB18030 Encoding = "gb18030"
	UTF16LE Encoding = "utf-16le"
	UTF16BE Encoding = "utf-16be"
	UTF32   Encoding = "utf-32"
)

// bom returns the encoding a byte order mark names, and the mark's length.
func bom(head []byte) (Encoding, int) {
	switch {
	case bytes.HasPrefix(head, []byte{0xEF, 0xBB, 0xBF}):
		return UTF8, 3
	case bytes.HasPrefix(head, []byte{0xFF, 0xFE, 0, 0}), bytes.HasPrefix(head, []byte{0, 0, 0xFE, 0xFF}):
		return UTF32, 4
	case bytes.HasPrefix(head, []byte{0xFF, 0xFE}):
		return UTF16LE, 2
	case bytes.HasPrefix(head, []byte{0xFE, 0xFF}):
		return UTF16BE, 2
	}
	return ASCII, 0
}

// wide recognises UTF-16 without a mark: NULs stand at one parity only, and read so the bytes are text with separators or line ends.
// A stray control character among many others is damage of one line, not proof against the file.
func wide(head []byte) Encoding {
	var nuls [2]int
	for i, b := range head {
		if b == 0 {
			nuls[i&1]++
		}
	}
	few, many := min(nuls[0], nuls[1]), max(nuls[0], nuls[1])
	if len(head) < 4 || many*20 < len(head) || few*8 > many {
		return ASCII
	}
	low, encoding := 0, UTF16LE
	if nuls[0] > nuls[1] {
		low, encoding = 1, UTF16BE
	}
	separators, odd := 0, 0
	for i := 0; i+1 < len(head); i += 2 {
		switch unit := rune(head[i+low]) | rune(head[i+1-low])<<8; {
		case unit == '\n', unit == '\r', unit == '\t', unit == ',', unit == ';', unit == '|':
			separators++
		case unit > 0 && unit < ' ', unit >= 0xE000 && unit <= 0xF8FF:
			odd++
		}
	}
	if separators <= odd || odd*32 > len(head) {
		return ASCII
	}
	return encoding
}

// fitsBig5 says whether the bytes have the structure of Big5.
func fitsBig5(line []byte) bool {
	for i := 0; i < len(line); i++ {
		if line[i] < utf8.RuneSelf {
			continue
		}
		if i+1 == len(line) || line[i] < 0xA1 || line[i] > 0xF9 {
			return false
		}
		if i++; line[i] < 0x40 || line[i] > 0xFE || line[i] > 0x7E && line[i] < 0xA1 {
			return false
		}
	}
	return true
}

// evidence says what one line of bytes proves: UTF-8 when it is valid and holds a character of three bytes or more,
// GB18030 when it is not valid UTF-8; nothing for pure ASCII and for lines that fit both.
func evidence(line []byte) (proof Encoding, ascii, valid bool) {
	ascii, valid = true, utf8.Valid(line)
	long := false
	for _, b := range line {
		if b >= utf8.RuneSelf {
			ascii = false
			if b >= 0xE0 {
				long = true
				break
			}
		}
	}
	switch {
	case ascii:
		return ASCII, true, true
	case valid && long:
		return UTF8, false, true
	case valid:
		return ASCII, false, true
	}
	return GB18030, false, false
}

// Detect says in which encoding a file beginning with head is, as far as head proves it; ASCII when it proves nothing.
// Lines are weighed: a file is what most of its telling lines are.
func Detect(head []byte) Encoding {
	if encoding, _ := bom(head); encoding != ASCII {
		return encoding
	}
	for _, most := range []int{len(head), 1024, 256} { // a byte may be lost further down
		if encoding := wide(head[:min(len(head), most)]); encoding != ASCII {
			return encoding
		}
	}
	votes := map[Encoding]int{}
	for len(head) > 0 {
		line := head
		if end := bytes.IndexAny(head, "\r\n"); end >= 0 {
			line, head = head[:end], head[end+1:]
		} else {
			head = nil
		}
		if head == nil && len(votes) > 0 {
			break // the last line may be cut in a character
		}
		proof, _, _ := evidence(line)
		if proof == GB18030 && head == nil {
			if cut := trimPartial(line); len(cut) < len(line) {
				proof, _, _ = evidence(cut)
			}
		}
		if proof != ASCII {
			votes[proof]++
		}
	}
	switch {
	case votes[UTF8] == 0 && votes[GB18030] == 0:
		return ASCII
	case votes[UTF8] >= votes[GB18030]:
		return UTF8
	}
	return GB18030
}

// trimPartial drops a UTF-8 character that is cut off at the end.
func trimPartial(line []byte) []byte {
	for back := 1; back <= min(3, len(line)); back++ {
		if b := line[len(line)-back]; utf8.RuneStart(b) {
			if !utf8.FullRune(line[len(line)-back:]) {
				return line[:len(line)-back]
			}
			break
		}
	}
	return line
}
