package xls

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"

	"tongbao/ingest/numfmt"
	"tongbao/ingest/sheet"
)

func isCell(id uint16) bool {
	switch id {
	case recNumber, recRK, recMulRK, recLabelSST, recLabel, recRString, recBoolErr, recFormula, recBlank, recMulBlank:
		return true
	}
	return false
}

// smallest is how long a record of a kind must be to be read at all.
func smallest(id uint16) int {
	switch id {
	case recNumber, recFormula:
		return 14
	case recRK, recLabelSST:
		return 10
	case recLabel, recRString:
		return 9
	case recBoolErr:
		return 8
	}
	return 6
}

// cells appends the cells of one record to pending.
func (r *rows) cells(id uint16, data []byte) error {
	if !isCell(id) {
		return nil
	}
	if len(data) < smallest(id) {
		return errShort
	}
	c := cell{row: binary.LittleEndian.Uint16(data), column: binary.LittleEndian.Uint16(data[2:])}
	if c.column >= maxColumns {
		return damaged("sheet %s, row %d: column %d is beyond the last column", r.tab.info.Name, c.row+1, c.column+1)
	}
	style := int(binary.LittleEndian.Uint16(data[4:]))
	switch id {
	case recMulRK:
		return r.mulRK(c, data)
	case recNumber:
		c.Cell = r.number(math.Float64frombits(binary.LittleEndian.Uint64(data[6:])), style)
	case recRK:
		c.Cell = r.number(rk(binary.LittleEndian.Uint32(data[6:])), style)
	case recLabelSST:
		n := binary.LittleEndian.Uint32(data[6:])
		text, ok, err := r.book.texts.Get(int(n))
		if err != nil {
			return err
		}
		c.Cell = textCell(text)
		if !ok {
			c.Cell = sheet.Cell{Kind: sheet.Error, Text: fmt.Sprintf("#TEXT %d?", n)}
		}
	case recLabel, recRString:
		text, err := (&long{r: r.book.records, data: data[6:]}).text(r.text[:0])
		if err != nil {
			return err
		}
		r.text = text
		c.Cell = textCell(r.arena.String(text))
	case recBoolErr:
		c.Cell = boolOrError(data[6], data[7] != 0)
	case recFormula:
		var err error
		if c.Cell, err = r.formula(data[6:14], style); err != nil {
			return err
		}
	}
	r.pending = append(r.pending, c)
	return nil
}

func (r *rows) mulRK(c cell, data []byte) error {
	for data = data[4:]; len(data) >= 8; data = data[6:] { // the last two bytes repeat the last column
		if c.column >= maxColumns {
			return damaged("sheet %s, row %d: column %d is beyond the last column", r.tab.info.Name, c.row+1, c.column+1)
		}
		c.Cell = r.number(rk(binary.LittleEndian.Uint32(data[2:])), int(binary.LittleEndian.Uint16(data)))
		r.pending = append(r.pending, c)
		c.column++
	}
	return nil
}

// formula reads the stored result; a text stands in a record of its own behind.
func (r *rows) formula(result []byte, style int) (sheet.Cell, error) {
	if result[6] != 0xFF || result[7] != 0xFF {
		return r.number(math.Float64frombits(binary.LittleEndian.Uint64(result)), style), nil
	}
	switch result[0] {
	case 1:
		return boolOrError(result[2], false), nil
	case 2:
		return boolOrError(result[2], true), nil
	case 3:
		if r.book.uncomputed {
			return sheet.Cell{Kind: sheet.Error, Text: "="}, nil
		}
		return sheet.Cell{}, nil
	case 0:
	default:
		return sheet.Cell{Kind: sheet.Error, Text: "="}, nil
	}
	for range 4 { // a shared formula, an array or a table may come first
		head, err := r.book.records.r.Peek(2)
		if err != nil {
			return sheet.Cell{}, cutOff(err)
		}
		switch id := binary.LittleEndian.Uint16(head); id {
		case recString:
			_, data, err := r.book.records.next()
			if err != nil {
				return sheet.Cell{}, err
			}
			r.text, err = (&long{r: r.book.records, data: data}).text(r.text[:0])
			return textCell(r.arena.String(r.text)), err
		case 0x04BC, 0x0221, 0x0236, recContinue:
			if _, _, err := r.book.records.next(); err != nil {
				return sheet.Cell{}, err
			}
		default:
			return sheet.Cell{Kind: sheet.Error, Text: "="}, nil
		}
	}
	return sheet.Cell{Kind: sheet.Error, Text: "="}, nil
}

func (r *rows) number(value float64, style int) sheet.Cell {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return sheet.Cell{Kind: sheet.Error, Text: "#NUM!"}
	}
	class := numfmt.Class{}
	if style < len(r.book.formats) {
		class = r.book.formats[style]
	}
	if class == (numfmt.Class{}) {
		if whole := int64(value); float64(whole) == value && whole > -1e15 && whole < 1e15 {
			r.text = strconv.AppendInt(r.text[:0], whole, 10)
			return sheet.Cell{Kind: sheet.Number, Text: r.arena.String(r.text)}
		}
	}
	text, isDate := numfmt.Show(value, class, r.book.is1904)
	if isDate {
		return sheet.Cell{Kind: sheet.Date, Text: text}
	}
	return sheet.Cell{Kind: sheet.Number, Text: text}
}

// rk unpacks a number of 30 bits: whole or the upper half of a fraction, perhaps in hundredths.
func rk(bits uint32) float64 {
	value := math.Float64frombits(uint64(bits&^3) << 32)
	if bits&2 != 0 {
		value = float64(int32(bits) >> 2)
	}
	if bits&1 != 0 {
		value /= 100
	}
	return value
}

func boolOrError(code byte, isError bool) sheet.Cell {
	if !isError {
		if code == 0 {
			return sheet.Cell{Kind: sheet.Bool, Text: "FALSE"}
		}
		return sheet.Cell{Kind: sheet.Bool, Text: "TRUE"}
	}
	text := "#ERROR!"
	switch code {
	case 0x00:
		text = "#NULL!"
	case 0x07:
		text = "#DIV/0!"
	case 0x0F:
		text = "#VALUE!"
	case 0x17:
		text = "#REF!"
	case 0x1D:
		text = "#NAME?"
	case 0x24:
		text = "#NUM!"
	case 0x2A:
		text = "#N/A"
	}
	return sheet.Cell{Kind: sheet.Error, Text: text}
}

func textCell(text string) sheet.Cell {
	if text == "" {
		return sheet.Cell{}
	}
	return sheet.Cell{Kind: sheet.Text, Text: text}
}
