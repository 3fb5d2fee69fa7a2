package ingest

import (
	"context"
	"fmt"
	"strings"

	"tongbao/internal/contract"
	"tongbao/internal/warehouse"
)

// sink takes the rows of one dataset of one file into the warehouse.
type sink struct {
	dataset  *contract.Dataset
	conflict contract.Conflict
	batch    *batch
	keys     *keyRuns
	firsts   firsts   // where rows of several parts repeat a subject
	sheets   []string // that firsts speaks of
	offered  int64
	inserted int64
}

// again says whether a part repeats, with the same content, what an earlier row of the file said of its key: many rows may speak of
// one inspection. The place of the first is returned.
func (k *sink) again(p *part, sheet string, row int) (spot, bool) {
	key, content := k.keys.hash(p.slots, p.keys)|1, k.keys.hash(p.slots, nil)
	entry := k.firsts.find(key)
	switch {
	case entry == nil:
		return spot{}, false
	case entry.key != 0 && (entry.content == content || k.conflict != contract.Last):
		return spot{k.sheets[entry.sheet], int(entry.row)}, entry.content == content
	}
	if n := len(k.sheets); n == 0 || k.sheets[n-1] != sheet {
		k.sheets = append(k.sheets, sheet)
	}
	if entry.key == 0 {
		k.firsts.used++
	}
	*entry = first{key, content, int32(len(k.sheets) - 1), int32(row)}
	return spot{}, false
}

func (s *session) sinkOf(d *contract.Dataset) *sink {
	for _, sink := range s.sinks {
		if sink.dataset == d {
			return sink
		}
	}
	sink := &sink{dataset: d, conflict: d.Conflict, batch: s.run.batchOf(d), keys: newKeyRuns(s.run.TempDir)}
	s.sinks = append(s.sinks, sink)
	return sink
}

// take appends the slots of a part as one row.
func (k *sink) take(p *part, row int, received, extra *object) {
	k.keys.add(p.slots, p.keys)
	b := k.batch
	for i := range p.slots {
		slot, v := &p.slots[i], b.vectors[i]
		switch {
		case !slot.filled:
			v.null()
		case isTextual(p.targets[i].column.Type):
			v.text(slot.text)
		default:
			v.number(slot.number)
		}
	}
	n := len(p.slots)
	b.vectors[n].number(int64(row))
	putObject(b.vectors[n+1], received)
	putObject(b.vectors[n+2], extra)
	b.rows++
	k.offered++
}

func isTextual(t contract.Type) bool {
	return t == contract.Text || t == contract.CodeType || t == contract.List
}

func putObject(v *vector, o *object) {
	if len(o.text) == 0 {
		v.null()
	} else {
		v.bytes(o.text)
	}
}

// statement inserts the rows of arrow_rows.
func (k *sink) statement(fileID int, sheet string) string {
	var names []string
	for _, field := range k.batch.schema.Fields() {
		names = append(names, field.Name)
	}
	columns := strings.Join(names, ", ")
	return fmt.Sprintf("insert into raw.%s (%s, file_id, sheet) select %s, %d, %s from arrow_rows",
		k.dataset.Name, columns, columns, fileID, warehouse.Literal(sheet))
}

// flush inserts what was collected, by a statement of its own.
func (k *sink) flush(ctx context.Context, tx *warehouse.Tx, fileID int, sheet string) error {
	if k.batch.rows == 0 {
		return nil
	}
	reader, err := k.batch.reader()
	if err != nil {
		return err
	}
	defer reader.Release()
	n, err := tx.SelectArrow(ctx, reader, k.statement(fileID, sheet))
	if err != nil {
		return fmt.Errorf("insert into raw.%s: %w", k.dataset.Name, err)
	}
	k.inserted += n
	k.batch.reset()
	return nil
}

// hand gives a full batch to the sink's stream, which is opened if none is.
func (s *session) hand(k *sink, sheet string) error {
	if s.streaming != k {
		if err := s.quiet(); err != nil {
			return err
		}
		s.stream, s.streaming = startStream(s.ctx, s.tx, k.batch.schema, k.statement(s.fileID, sheet)), k
	}
	if err := s.stream.send(k.batch.record()); err != nil {
		return fmt.Errorf("insert into raw.%s: %w", k.dataset.Name, err)
	}
	return k.keys.relieve(runKeys)
}

// quiet ends the stream that is open, so that the transaction can be used otherwise.
func (s *session) quiet() error {
	if s.stream == nil {
		return nil
	}
	if k := s.streaming; k.batch.rows > 0 {
		if err := s.stream.send(k.batch.record()); err != nil {
			return fmt.Errorf("insert into raw.%s: %w", k.dataset.Name, err)
		}
	}
	k, st := s.streaming, s.stream
	s.stream, s.streaming = nil, nil
	n, err := st.finish()
	if err != nil {
		return fmt.Errorf("insert into raw.%s: %w", k.dataset.Name, err)
	}
	k.inserted += n
	return nil
}

// abandon lets go of everything but the transaction: a stream still open after a failure, temporary files.
func (s *session) abandon() {
	if s.stream != nil {
		_, _ = s.stream.finish()
		s.stream, s.streaming = nil, nil
	}
	for _, sink := range s.sinks {
		_ = sink.keys.close() // a temporary file; the system removes what is left
	}
}

// flushSinks inserts what all sinks hold.
func (s *session) flushSinks(sheet string) error {
	if err := s.quiet(); err != nil {
		return err
	}
	for _, sink := range s.sinks {
		if err := sink.flush(s.ctx, s.tx, s.fileID, sheet); err != nil {
			return err
		}
	}
	return nil
}
