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
	batch    *batch
	seen     *keySet
	repeated bool // some key came twice, or looked like it
	offered  int64
	inserted int64
}

func (s *session) sinkOf(d *contract.Dataset) *sink {
	for _, sink := range s.sinks {
		if sink.dataset == d {
			return sink
		}
	}
	sink := &sink{dataset: d, batch: s.run.batchOf(d), seen: newKeySet()}
	s.sinks = append(s.sinks, sink)
	return sink
}

// take appends the slots of a part as one row.
func (k *sink) take(p *part, row int, received, extra *object) {
	k.repeated = k.seen.seen(p.slots, p.keys) || k.repeated
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

// flush inserts what was collected.
func (k *sink) flush(ctx context.Context, tx *warehouse.Tx, fileID int, sheet string) error {
	if k.batch.rows == 0 {
		return nil
	}
	reader, err := k.batch.reader()
	if err != nil {
		return err
	}
	defer reader.Release()
	var names []string
	for _, field := range reader.Schema().Fields() {
		names = append(names, field.Name)
	}
	columns := strings.Join(names, ", ")
	statement := fmt.Sprintf("insert into raw.%s (%s, file_id, sheet) select %s, %d, %s from arrow_rows",
		k.dataset.Name, columns, columns, fileID, warehouse.Literal(sheet))
	n, err := tx.SelectArrow(ctx, reader, statement)
	if err != nil {
		return fmt.Errorf("insert into raw.%s: %w", k.dataset.Name, err)
	}
	k.inserted += n
	k.batch.reset()
	return nil
}
