package transform_test

import (
	"testing"
	"time"

	"tongbao/ingest"
	"tongbao/internal/contract"
	"tongbao/internal/warehouse"
	"tongbao/transform/transformtest"
)

// TestRejectedUnderTheirHeader: a rejected row has the header of the table it stands in, also where its sheet has several, or the names stand in no row.
func TestRejectedUnderTheirHeader(t *testing.T) {
	contracts, err := contract.Load(ingest.Contracts(), nil)
	if err != nil {
		t.Fatal(err)
	}
	db := transformtest.Open(t, contracts)
	transformtest.Exec(t, db, `
		insert into raw.file (file_id, name, content_hash, received_at) values (1, 'a.xlsx', 'ab', timestamp '2020-04-01 08:00:00');
		insert into raw.sheet (file_id, sheet, header_row, header) values (1, '甲', 3, '["一"]'), (1, '甲', 9, '["二"]'), (1, '乙', 1, '["三"]'), (1, '丙', null, '[]'), (1, '丁', null, '["键"]');
		insert into raw.rejected (file_id, sheet, row_number, dataset, reasons, cells, state)
		select 1, v.sheet, v.row_number, 'inspection', '[]', '[]', 'pending'
		from (values ('甲', 2), ('甲', 4), ('甲', 8), ('甲', 10), ('甲', 99), ('乙', 2), ('丙', 5), ('丁', 1)) as v(sheet, row_number)`)
	transformtest.Build(t, db, transformtest.Inputs(t, contracts, time.Date(2020, 4, 2, 0, 0, 0, 0, time.UTC), 2020))
	got, err := warehouse.One[string](t.Context(), db, `select string_agg(sheet || row_number || coalesce(header, '-'), ' ' order by sheet, row_number) from core.source_rejected`)
	if err != nil {
		t.Fatal(err)
	}
	if want := `丁1["键"] 丙5- 乙2["三"] 甲2["一"] 甲4["一"] 甲8["一"] 甲10["二"] 甲99["二"]`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
