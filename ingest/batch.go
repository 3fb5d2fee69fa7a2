package ingest

import (
	"unsafe"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// batchRows and batchBytes end a batch: whichever comes first.
const (
	batchRows  = 32 << 10
	batchBytes = 16 << 20
)

// vector collects one column of a batch in the memory layout Arrow wants, and is used again for the next batch.
type vector struct {
	kind    arrow.DataType
	valid   []byte // a bit per row
	nulls   int
	rows    int
	offsets []int32 // texts
	data    []byte  // texts; fixed-width values; bits of booleans
}

func newVector(kind arrow.DataType) *vector {
	v := &vector{kind: kind}
	v.reset()
	return v
}

func (v *vector) reset() {
	v.valid, v.nulls, v.rows, v.data = v.valid[:0], 0, 0, v.data[:0]
	v.offsets = append(v.offsets[:0], 0)
}

// mark notes whether the next row holds a value.
func (v *vector) mark(valid bool) {
	if v.rows&7 == 0 {
		v.valid = append(v.valid, 0)
	}
	if valid {
		v.valid[v.rows>>3] |= 1 << (v.rows & 7)
	} else {
		v.nulls++
	}
	v.rows++
}

func (v *vector) null() {
	v.mark(false)
	switch v.kind.ID() {
	case arrow.STRING:
		v.offsets = append(v.offsets, int32(len(v.data)))
	case arrow.BOOL:
		v.bit(false)
	case arrow.INT32, arrow.DATE32:
		v.data = append(v.data, 0, 0, 0, 0)
	case arrow.DECIMAL128:
		v.data = append(v.data, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
	default:
		v.data = append(v.data, 0, 0, 0, 0, 0, 0, 0, 0)
	}
}

func (v *vector) text(s string) {
	v.mark(true)
	v.data = append(v.data, s...)
	v.offsets = append(v.offsets, int32(len(v.data)))
}

func (v *vector) bytes(b []byte) {
	v.mark(true)
	v.data = append(v.data, b...)
	v.offsets = append(v.offsets, int32(len(v.data)))
}

// number appends an integer in the width of the column: days, micros, cents, counts, 0 or 1.
func (v *vector) number(n int64) {
	v.mark(true)
	switch v.kind.ID() {
	case arrow.BOOL:
		v.bit(n != 0)
	case arrow.INT32, arrow.DATE32:
		u := uint32(int32(n))
		v.data = append(v.data, byte(u), byte(u>>8), byte(u>>16), byte(u>>24))
	case arrow.DECIMAL128:
		v.data = appendWord(appendWord(v.data, uint64(n)), uint64(n>>63))
	default:
		v.data = appendWord(v.data, uint64(n))
	}
}

func appendWord(data []byte, u uint64) []byte {
	return append(data, byte(u), byte(u>>8), byte(u>>16), byte(u>>24), byte(u>>32), byte(u>>40), byte(u>>48), byte(u>>56))
}

// bit appends a boolean; the row is counted already.
func (v *vector) bit(set bool) {
	row := v.rows - 1
	if row&7 == 0 {
		v.data = append(v.data, 0)
	}
	if set {
		v.data[row>>3] |= 1 << (row & 7)
	}
}

// array wraps what was collected, without copying.
func (v *vector) array() arrow.Array {
	buffers := []*memory.Buffer{memory.NewBufferBytes(v.valid)}
	if v.kind.ID() == arrow.STRING {
		raw := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(v.offsets))), 4*len(v.offsets))
		buffers = append(buffers, memory.NewBufferBytes(raw))
	}
	buffers = append(buffers, memory.NewBufferBytes(v.data))
	data := array.NewData(v.kind, v.rows, buffers, nil, v.nulls, 0)
	defer data.Release()
	return array.MakeFromData(data)
}

// batch is the columns of one table, filled row by row.
type batch struct {
	schema  *arrow.Schema
	vectors []*vector
	rows    int
}

func newBatch(fields []arrow.Field) *batch {
	b := &batch{schema: arrow.NewSchema(fields, nil)}
	for _, field := range fields {
		b.vectors = append(b.vectors, newVector(field.Type))
	}
	return b
}

// full says that the batch should be handed over.
func (b *batch) full() bool {
	if b.rows >= batchRows {
		return true
	}
	if b.rows&127 != 0 {
		return false
	}
	size := 0
	for _, v := range b.vectors {
		size += len(v.data)
	}
	return size >= batchBytes
}

func (b *batch) reset() {
	for _, v := range b.vectors {
		v.reset()
	}
	b.rows = 0
}

// record wraps what was collected and begins anew in fresh memory, sized like the last.
func (b *batch) record() arrow.RecordBatch {
	columns := make([]arrow.Array, len(b.vectors))
	for i, v := range b.vectors {
		columns[i] = v.array()
		b.vectors[i] = v.successor()
	}
	record := array.NewRecordBatch(b.schema, columns, int64(b.rows))
	for _, column := range columns {
		column.Release()
	}
	b.rows = 0
	return record
}

// successor is an empty vector with room for as much as this one holds.
func (v *vector) successor() *vector {
	next := &vector{kind: v.kind, valid: make([]byte, 0, len(v.valid)+8), data: make([]byte, 0, len(v.data)+len(v.data)/16+64)}
	if len(v.offsets) > 1 {
		next.offsets = make([]int32, 0, len(v.offsets)+64)
	}
	next.offsets = append(next.offsets, 0)
	return next
}

// reader hands the batch to the database; it must be done before the batch is filled again.
func (b *batch) reader() (array.RecordReader, error) {
	columns := make([]arrow.Array, len(b.vectors))
	for i, v := range b.vectors {
		columns[i] = v.array()
	}
	record := array.NewRecordBatch(b.schema, columns, int64(b.rows))
	defer record.Release()
	for _, column := range columns {
		column.Release()
	}
	return array.NewRecordReader(b.schema, []arrow.RecordBatch{record})
}
