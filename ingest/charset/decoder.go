package charset

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"tongbao/ingest/sheet"
)

// block is how much is read and decoded at once.
const block = 256 << 10

// Flaw is a stretch of decoded text, whole lines, that was not what the file is.
type Flaw struct {
	Start, End int // offsets in the slice Fill returned
	Kind       FlawKind
}

// FlawKind says what is wrong with a line.
type FlawKind uint8

// Foreign text was decoded by its own encoding and is right; the others cannot be trusted.
const (
	Foreign     FlawKind = iota + 1 // in the other of UTF-8 and GB18030, provably
	Damaged                         // bytes without a meaning in the line's encoding; they show as U+FFFD
	PrivateUse                      // private-use characters: Big5, or characters of a local font
	Replacement                     // the file itself holds U+FFFD, or what that becomes in GBK: it was damaged before it was sent
	Nul                             // NUL bytes
	Western                         // single bytes between Latin letters: Windows-1252, by which they are shown
)

// ErrTooLong is returned when a line is longer than the decoder's limit.
var ErrTooLong = errors.New("a line is longer than the limit")

// Decoder reads bytes and hands out UTF-8, whole lines at a time.
type Decoder struct {
	src      io.Reader
	pending  []byte // read, not decoded
	searched int    // of pending: has no line end
	eof      bool
	started  bool
	file     Encoding
	limit    int
	lone     uint16 // utf-16: a high surrogate waiting for its other half
	counts   map[Encoding]int
	big5     int  // lines that fit Big5 and fit GB18030 badly
	telling  int  // lines not ASCII
	mute     bool // nobody hears of flaws: what is wrong must show as U+FFFD
}

// NewDecoder decodes src; a line longer than limit bytes is cut into pieces that end in no line end.
func NewDecoder(src io.Reader, limit int) *Decoder {
	return &Decoder{src: src, limit: limit, counts: map[Encoding]int{}}
}

// Encoding of the file, as far as read.
func (d *Decoder) Encoding() Encoding {
	if d.file == ASCII {
		return UTF8
	}
	return d.file
}

// Big5 says that most lines fit Big5 and became nonsense in GB18030: the file, as far as read, is not in GB18030 at all.
func (d *Decoder) Big5() bool { return d.big5*2 > d.telling }

// Fill appends decoded text after dst: whole lines, except at the end of the file or after a line over the limit.
// It returns io.EOF, with what was left, when nothing follows.
func (d *Decoder) Fill(dst []byte) ([]byte, []Flaw, error) {
	for {
		if !d.eof {
			if err := d.read(); err != nil {
				return dst, nil, err
			}
		}
		if !d.started {
			if err := d.start(); err != nil {
				return dst, nil, err
			}
		}
		ready := d.whole()
		if ready == 0 && !d.eof {
			continue
		}
		dst, flaws, taken := d.decode(dst, d.pending[:ready])
		d.searched = 0
		d.pending = d.pending[:copy(d.pending, d.pending[taken:])]
		if d.eof && len(d.pending) == 0 {
			return dst, flaws, io.EOF
		}
		return dst, flaws, nil
	}
}

func (d *Decoder) read() error {
	have := len(d.pending)
	if cap(d.pending)-have < block {
		grown := make([]byte, have, max(2*cap(d.pending), have+block))
		copy(grown, d.pending)
		d.pending = grown
	}
	n, err := io.ReadFull(d.src, d.pending[have:have+block])
	d.pending = d.pending[:have+n]
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		d.eof, err = true, nil
	}
	return err
}

func (d *Decoder) start() error {
	d.started = true
	d.file = Detect(d.pending)
	if d.file == UTF32 {
		return sheet.Refuse("save it as UTF-8", "the text is in UTF-32")
	}
	_, mark := bom(d.pending)
	d.pending = d.pending[:copy(d.pending, d.pending[mark:])]
	return nil
}

func (d *Decoder) isWide() bool { return d.file == UTF16LE || d.file == UTF16BE }

// whole is the length of the pending bytes up to the last line end that is surely complete.
func (d *Decoder) whole() int {
	if d.eof {
		return len(d.pending)
	}
	if d.isWide() {
		return len(d.pending) &^ 1
	}
	end := bytes.LastIndexByte(d.pending[d.searched:], '\n') + 1
	if end == 0 {
		if end = bytes.LastIndexByte(d.pending[d.searched:len(d.pending)-1], '\r') + 1; end == 0 {
			if len(d.pending) <= d.limit {
				d.searched = len(d.pending) - 1 // the last may be half of a line end
				return 0
			}
			end = len(d.pending) - 4
			for end > 0 && d.pending[end-1] >= utf8.RuneSelf {
				end--
			}
			if end == 0 {
				end = len(d.pending)
			}
			return end
		}
	}
	return d.searched + end
}

// decode appends src, decoded; taken is how much of it.
func (d *Decoder) decode(dst, src []byte) (out []byte, flaws []Flaw, taken int) {
	if d.isWide() {
		return d.decodeWide(dst, src)
	}
	taken = len(src)
	if d.file != GB18030 && utf8.Valid(src) {
		if bytes.IndexByte(src, 0) < 0 && !isDamaged(src) && !isPrivate(src) {
			if d.file == ASCII {
				if proof, _, _ := evidence(src); proof == UTF8 {
					d.file = UTF8
				}
			}
			return append(dst, src...), nil, taken
		}
	}
	if d.file == ASCII {
		d.file = Detect(src)
	}
	for len(src) > 0 {
		end := bytes.IndexByte(src, '\n') + 1
		if end == 0 {
			end = len(src)
		}
		if cr := bytes.IndexByte(src[:end], '\r') + 1; cr > 0 && cr < end-1 {
			end = cr
		}
		start := len(dst)
		var kind FlawKind
		dst, kind = d.line(dst, src[:end])
		if kind != 0 {
			flaws = append(flaws, Flaw{start, len(dst), kind})
		}
		src = src[end:]
	}
	return dst, flaws, taken
}

// isDamaged says whether UTF-8 holds U+FFFD, or the three characters two of them become when they are read as GBK.
func isDamaged(text []byte) bool {
	return bytes.Contains(text, []byte("\uFFFD")) || bytes.Contains(text, []byte("锟斤拷"))
}

// isPrivate says whether UTF-8 holds characters of local fonts. U+F000 and on are none: office programs keep their bullets there.
func isPrivate(text []byte) bool { return bytes.IndexByte(text, 0xEE) >= 0 }

// line decodes one line by its own evidence, and by the file's where it has none.
func (d *Decoder) line(dst, src []byte) ([]byte, FlawKind) {
	proof, ascii, valid := evidence(src)
	var kind FlawKind
	if bytes.IndexByte(src, 0) >= 0 {
		kind = Nul
	}
	if ascii {
		return append(dst, src...), kind
	}
	d.telling++
	if proof == ASCII {
		proof = d.file // fits both
	} else {
		d.counts[proof]++
		if d.file == ASCII {
			d.file = proof
		}
	}
	if proof == UTF8 || proof == ASCII && valid {
		switch {
		case isDamaged(src):
			kind = Replacement
		case isPrivate(src):
			kind = PrivateUse
		case d.file == GB18030 && kind == 0:
			kind = Foreign
		}
		return append(dst, src...), kind
	}
	if d.file == UTF8 && mostlyUTF8(src) {
		return append(dst, bytes.ToValidUTF8(src, []byte("\uFFFD"))...), Damaged
	}
	if isWestern(src) {
		return appendWestern(dst, src, d.mute), Western
	}
	dst, bad, private := appendGB18030(dst, src)
	if (bad+private)*20 > len(src) && fitsBig5(src) {
		d.big5++
	}
	switch {
	case bad > 0:
		kind = Damaged
	case bytes.Contains(src, []byte("\uFFFD\uFFFD")):
		kind = Replacement
	case private > 0:
		kind = PrivateUse
	case d.file == UTF8 && kind == 0:
		kind = Foreign
	}
	return dst, kind
}

// mostlyUTF8 tells a damaged line of UTF-8 from a line of GB18030: it holds whole characters of three bytes
// that outweigh the bytes which fit nothing.
func mostlyUTF8(line []byte) bool {
	good, bad := 0, 0
	for len(line) > 0 {
		r, size := utf8.DecodeRune(line)
		switch {
		case r == utf8.RuneError && size == 1:
			bad++
		case size >= 3:
			good += size
		}
		line = line[size:]
	}
	return good > bad
}

func (d *Decoder) decodeWide(dst, src []byte) (out []byte, flaws []Flaw, taken int) {
	lineStart := len(dst)
	var kind FlawKind
	i := 0
	for ; i < len(src); i += 2 {
		if i+1 == len(src) {
			if d.eof {
				dst, kind, i = utf8.AppendRune(dst, utf8.RuneError), Damaged, len(src)
			}
			break
		}
		if d.slips(src[i:]) {
			if i+2 == len(src) && !d.eof {
				break // the next byte decides
			}
			if i+2 < len(src) && d.isSlippedEnd(src[i+1:]) {
				d.lone = 0
				dst = append(dst, '\n')
				flaws = append(flaws, Flaw{lineStart, len(dst), Damaged})
				lineStart, kind = len(dst), 0
				i++
				continue
			}
		}
		unit := uint16(src[i]) | uint16(src[i+1])<<8
		if d.file == UTF16BE {
			unit = uint16(src[i])<<8 | uint16(src[i+1])
		}
		if d.lone != 0 {
			r := utf16.DecodeRune(rune(d.lone), rune(unit))
			d.lone = 0
			dst = utf8.AppendRune(dst, r)
			if r != utf8.RuneError {
				continue
			}
			kind = Damaged
		}
		switch {
		case unit >= 0xD800 && unit < 0xDC00:
			d.lone = unit
			continue
		case unit >= 0xDC00 && unit < 0xE000:
			dst, kind = utf8.AppendRune(dst, utf8.RuneError), Damaged
			continue
		case unit == 0xFFFD && kind == 0:
			kind = Replacement
		case unit >= 0xE000 && unit < 0xF000 && kind == 0:
			kind = PrivateUse
		case unit == 0 && kind == 0:
			kind = Nul
		}
		dst = utf8.AppendRune(dst, rune(unit))
		if unit == '\n' || unit == '\r' {
			if kind != 0 {
				flaws = append(flaws, Flaw{lineStart, len(dst), kind})
			}
			lineStart, kind = len(dst), 0
		}
	}
	if d.eof && d.lone != 0 {
		dst, kind, d.lone = utf8.AppendRune(dst, utf8.RuneError), Damaged, 0
	}
	if kind != 0 {
		flaws = append(flaws, Flaw{lineStart, len(dst), kind})
	}
	return dst, flaws, min(i, len(src))
}

// slips says whether the second byte of a unit may begin a line end that stands between two units: a byte was lost or added before it.
// Units that look so are of scripts of India, before a character whose code ends in 00.
func (d *Decoder) slips(unit []byte) bool {
	return d.file == UTF16LE && unit[1] == '\n' || d.file == UTF16BE && unit[1] == 0
}

func (d *Decoder) isSlippedEnd(between []byte) bool {
	return between[0]+between[1] == '\n'
}

// reader is a Decoder as an io.Reader.
type reader struct {
	decoder *Decoder
	text    []byte
	at      int
	err     error
}

// NewReader hands out the decoded text without its flaws: for formats with a syntax of their own (HTML, XML, JSON).
func NewReader(src io.Reader) io.Reader {
	decoder := NewDecoder(src, block)
	decoder.mute = true
	return &reader{decoder: decoder}
}

func (r *reader) Read(p []byte) (int, error) {
	for r.at == len(r.text) {
		if r.err != nil {
			return 0, r.err
		}
		r.text, _, r.err = r.decoder.Fill(r.text[:0])
		r.at = 0
	}
	n := copy(p, r.text[r.at:])
	r.at += n
	return n, nil
}
