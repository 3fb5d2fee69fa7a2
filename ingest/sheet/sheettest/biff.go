package sheettest

import (
	"bytes"
	"encoding/binary"
	"math"
	"unicode/utf16"
)

// Biff writes the records of an Excel 97 workbook, with as much or as little sense as a test wants.
type Biff struct {
	Globals [][]byte // records behind the first
	Sheets  []BiffSheet
}

// BiffSheet is a sheet; Records are those between its first and its last.
type BiffSheet struct {
	Name    string
	State   byte // 0 visible, 1 hidden, 2 hidden for good
	Kind    byte // 0 cells, 2 chart
	Records [][]byte
	NoEnd   bool
}

// Record is an identifier, a length and fields: uint8, uint16, uint32, int, float64, []byte.
func Record(id uint16, fields ...any) []byte {
	var data bytes.Buffer
	for _, field := range fields {
		switch v := field.(type) {
		case int:
			data.Write(binary.LittleEndian.AppendUint16(nil, uint16(v)))
		case uint16:
			data.Write(binary.LittleEndian.AppendUint16(nil, v))
		case uint8:
			data.WriteByte(v)
		case uint32:
			data.Write(binary.LittleEndian.AppendUint32(nil, v))
		case float64:
			data.Write(binary.LittleEndian.AppendUint64(nil, math.Float64bits(v)))
		case []byte:
			data.Write(v)
		}
	}
	head := binary.LittleEndian.AppendUint16(nil, id)
	head = binary.LittleEndian.AppendUint16(head, uint16(data.Len()))
	return append(head, data.Bytes()...)
}

// Wide is a string with a 16-bit length in two-byte characters.
func Wide(text string) []byte {
	units := utf16.Encode([]rune(text))
	out := binary.LittleEndian.AppendUint16(nil, uint16(len(units)))
	return append(append(out, 1), Units(text)...)
}

// Narrow is a string with a 16-bit length in one-byte characters.
func Narrow(text string) []byte {
	out := binary.LittleEndian.AppendUint16(nil, uint16(len(text)))
	return append(append(out, 0), text...)
}

// Units are the two-byte characters of a text.
func Units(text string) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(text)) {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	return out
}

// SST is a table of texts, cut into records of at most size bytes at any place, also in the middle of a text.
func SST(size int, texts ...string) [][]byte {
	var records [][]byte
	data := binary.LittleEndian.AppendUint32(nil, uint32(len(texts)))
	data = binary.LittleEndian.AppendUint32(data, uint32(len(texts)))
	id := uint16(0x00FC)
	flush := func() {
		records = append(records, Record(id, data))
		id, data = 0x003C, nil
	}
	for _, text := range texts {
		if len(data)+5 > size {
			flush()
		}
		units := Units(text)
		data = binary.LittleEndian.AppendUint16(data, uint16(len(units)/2))
		data = append(data, 1)
		for len(units) > 0 {
			if len(data)+2 > size {
				flush()
				data = append(data, 1)
			}
			data, units = append(data, units[:2]...), units[2:]
		}
	}
	flush()
	return records
}

// Stream puts the workbook together and fills in where its sheets begin.
func (b *Biff) Stream() []byte {
	begin := func(kind int) []byte {
		return Record(0x0809, 0x0600, kind, 0x0DBB, 0x07CC, uint32(0), uint32(6))
	}
	end := Record(0x000A)
	globals := begin(5)
	for _, record := range b.Globals {
		globals = append(globals, record...)
	}
	at := make([]int, len(b.Sheets))
	for i, s := range b.Sheets {
		at[i] = len(globals) + 4
		name := Units(s.Name)
		globals = append(globals, Record(0x0085, uint32(0), s.State, s.Kind, uint8(len(name)/2), uint8(1), name)...)
	}
	stream := append(globals, end...)
	for i, s := range b.Sheets {
		binary.LittleEndian.PutUint32(stream[at[i]:], uint32(len(stream)))
		stream = append(stream, begin(0x10)...)
		stream = append(stream, Record(0x0200, uint32(0), uint32(1<<16), 0, 1<<8, 0)...) // where cells may be
		for _, record := range s.Records {
			stream = append(stream, record...)
		}
		if !s.NoEnd {
			stream = append(stream, end...)
		}
	}
	return stream
}

// File is the workbook in its container.
func (b *Biff) File() []byte { return CFB([]string{"Workbook"}, [][]byte{b.Stream()}) }
