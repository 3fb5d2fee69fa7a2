package ingest

import (
	"context"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"tongbao/internal/warehouse"
)

// stream is one insert statement that reads batches while they are made: one statement for a whole table costs half of one per batch.
// Until it is finished, nothing else may use the transaction.
type stream struct {
	batches chan arrow.RecordBatch
	done    chan struct{}
	rows    int64
	err     error
}

// startStream begins the statement, which reads from a view named arrow_rows.
func startStream(ctx context.Context, tx *warehouse.Tx, schema *arrow.Schema, statement string) *stream {
	st := &stream{batches: make(chan arrow.RecordBatch, 1), done: make(chan struct{})}
	go func() {
		defer close(st.done)
		reader := &batchReader{schema: schema, batches: st.batches}
		st.rows, st.err = tx.SelectArrow(ctx, reader, statement)
		reader.drop()
	}()
	return st
}

// send hands a batch over; it belongs to the stream from then on.
func (st *stream) send(record arrow.RecordBatch) error {
	select {
	case st.batches <- record:
		return nil
	case <-st.done: // the statement failed
		record.Release()
		return st.err
	}
}

// finish ends the statement and returns the rows it inserted.
func (st *stream) finish() (int64, error) {
	close(st.batches)
	<-st.done
	for record := range st.batches {
		record.Release()
	}
	return st.rows, st.err
}

// batchReader is an array.RecordReader over a channel.
type batchReader struct {
	schema  *arrow.Schema
	batches <-chan arrow.RecordBatch
	current arrow.RecordBatch
}

var _ array.RecordReader = (*batchReader)(nil)

func (r *batchReader) Retain()                        {}
func (r *batchReader) Release()                       {}
func (r *batchReader) Schema() *arrow.Schema          { return r.schema }
func (r *batchReader) RecordBatch() arrow.RecordBatch { return r.current }
func (r *batchReader) Record() arrow.RecordBatch      { return r.current }
func (r *batchReader) Err() error                     { return nil }

func (r *batchReader) Next() bool {
	r.drop()
	record, ok := <-r.batches
	if ok {
		r.current = record
	}
	return ok
}

func (r *batchReader) drop() {
	if r.current != nil {
		r.current.Release()
		r.current = nil
	}
}
