package xls

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// The records that matter.
const (
	recFormula    = 0x0006
	recEOF        = 0x000A
	recContinue   = 0x003C
	recDateMode   = 0x0022
	recFilePass   = 0x002F
	recWriter     = 0x005C
	recColInfo    = 0x007D
	recBoundSheet = 0x0085
	recMulRK      = 0x00BD
	recMulBlank   = 0x00BE
	recRString    = 0x00D6
	recXF         = 0x00E0
	recMerged     = 0x00E5
	recSST        = 0x00FC
	recLabelSST   = 0x00FD
	recBlank      = 0x0201
	recNumber     = 0x0203
	recLabel      = 0x0204
	recBoolErr    = 0x0205
	recString     = 0x0207
	recRow        = 0x0208
	recRK         = 0x027E
	recFormat     = 0x041E
	recBOF        = 0x0809
)

// records reads the records of a stream one by one.
type records struct {
	stream io.ReadSeeker
	r      *bufio.Reader
	data   []byte // of the record read last
}

func newRecords(stream io.ReadSeeker) *records {
	return &records{stream: stream, r: bufio.NewReaderSize(stream, 128<<10)}
}

func (r *records) seek(at int64) error {
	if _, err := r.stream.Seek(at, io.SeekStart); err != nil {
		return err
	}
	r.r.Reset(r.stream)
	return nil
}

// next reads a record; its data is valid until the next call. A stream that ends between or inside records is damaged: every part of it
// ends with a record that says so.
func (r *records) next() (id uint16, data []byte, err error) {
	head, err := r.r.Peek(4)
	if err != nil {
		return 0, nil, cutOff(err)
	}
	id, size := binary.LittleEndian.Uint16(head), int(binary.LittleEndian.Uint16(head[2:]))
	if _, err := r.r.Discard(4); err != nil {
		return 0, nil, cutOff(err)
	}
	if cap(r.data) < size {
		r.data = make([]byte, size, 1<<16)
	}
	r.data = r.data[:size]
	if _, err := io.ReadFull(r.r, r.data); err != nil {
		return 0, nil, cutOff(err)
	}
	return id, r.data, nil
}

// continued moves to a CONTINUE record if one follows.
func (r *records) continued() (bool, error) {
	head, err := r.r.Peek(2)
	if err != nil {
		return false, cutOff(err)
	}
	if binary.LittleEndian.Uint16(head) != recContinue {
		return false, nil
	}
	_, _, err = r.next()
	return err == nil, err
}

func cutOff(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return damaged("it ends in the middle")
	}
	return err
}

// long reads the data of one record across the CONTINUE records behind it.
type long struct {
	r    *records
	data []byte
}

var errShort = errors.New("record too short")

// more makes sure that there is a byte, from the next CONTINUE record if need be; moved says that it came from there.
func (l *long) more() (moved bool, err error) {
	for len(l.data) == 0 {
		ok, err := l.r.continued()
		if err != nil {
			return moved, err
		}
		if !ok {
			return moved, errShort
		}
		moved, l.data = true, l.r.data
	}
	return moved, nil
}

func (l *long) uint(bytes int) (v uint32, err error) {
	for i := range bytes {
		if _, err := l.more(); err != nil {
			return 0, err
		}
		v |= uint32(l.data[0]) << (8 * i)
		l.data = l.data[1:]
	}
	return v, nil
}

func (l *long) skip(n int64) error {
	for n > 0 {
		if _, err := l.more(); err != nil {
			return err
		}
		take := min(n, int64(len(l.data)))
		l.data, n = l.data[take:], n-take
	}
	return nil
}

// text appends a string with a 16-bit length: flags, characters of one or two bytes (where a CONTINUE record starts among them, it says
// anew which), formatting runs and phonetics, which are passed over.
func (l *long) text(dst []byte) ([]byte, error) {
	count, err := l.uint(2)
	if err != nil {
		return dst, err
	}
	flags, err := l.uint(1)
	if err != nil {
		return dst, err
	}
	var behind int64
	if flags&8 != 0 {
		runs, err := l.uint(2)
		if err != nil {
			return dst, err
		}
		behind += 4 * int64(runs)
	}
	if flags&4 != 0 {
		size, err := l.uint(4)
		if err != nil {
			return dst, err
		}
		behind += int64(size)
	}
	if dst, err = l.chars(dst, int(count), flags&1 != 0); err != nil {
		return dst, err
	}
	return dst, l.skip(behind)
}

func (l *long) chars(dst []byte, count int, wide bool) ([]byte, error) {
	var high rune // first half of a surrogate pair
	for count > 0 {
		moved, err := l.more()
		if err != nil {
			return dst, err
		}
		if moved {
			wide = l.data[0]&1 != 0
			l.data = l.data[1:]
			continue
		}
		if !wide {
			take := min(count, len(l.data))
			for _, c := range l.data[:take] {
				dst = utf8.AppendRune(dst, rune(c))
			}
			l.data, count = l.data[take:], count-take
			continue
		}
		unit, err := l.uint(2)
		if err != nil {
			return dst, err
		}
		count--
		dst, high = appendUnit(dst, high, rune(unit))
	}
	if high != 0 {
		dst = utf8.AppendRune(dst, utf8.RuneError)
	}
	return dst, nil
}

// appendUnit adds one UTF-16 unit; half a pair waits for the other half.
func appendUnit(dst []byte, high, unit rune) ([]byte, rune) {
	if high != 0 {
		if r := utf16.DecodeRune(high, unit); r != utf8.RuneError {
			return utf8.AppendRune(dst, r), 0
		}
		dst = utf8.AppendRune(dst, utf8.RuneError)
	}
	if unit >= 0xD800 && unit < 0xDC00 {
		return dst, unit
	}
	return utf8.AppendRune(dst, unit), 0
}
