package analysis_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tongbao/internal/warehouse"
	"tongbao/transform/transformtest"
)

// TestBadInput: what has no cases has no figure, and nothing stops.
func TestBadInput(t *testing.T) {
	empty := func(t *testing.T) *warehouse.DB { return transformtest.Open(t, contracts(t)) }
	for name, c := range map[string]struct {
		open func(*testing.T) *warehouse.DB
		want map[string]string
	}{
		"nothing at all": {empty, map[string]string{"A1.2020Q1.230000": "—", "E1.2020Q1q.230000": "—"}},
		"one agency": {func(t *testing.T) *warehouse.DB {
			db := empty(t)
			transformtest.Add(t, db, contracts(t), transformtest.File{Dataset: "agency", Text: "agency_code,agency_name,level,region_code\nC1,市局,city,230100\n"})
			return db
		}, map[string]string{"D10.2019Q4.230000": "—", "D10.2020Q1.230000": "0/1", "E1.2020Q1q.230000": "—"}},
		"a quarter without visits": {func(t *testing.T) *warehouse.DB { return small(t) }, map[string]string{"E1.2020Q1q.230000": "2/", "E1.2020Q2q.230000": "—", "E1.2020Q2y.230000": "2/", "C3.2020Q2q.230000": "—"}},
		"regions nobody knows": {func(t *testing.T) *warehouse.DB {
			return small(t, transformtest.File{Dataset: "agency", Text: "agency_code,agency_name,level,region_code\nX1,某局,county,230199\n"},
				transformtest.File{Dataset: "inspection", Text: "inspection_id,uscc,agency_code,kind,started_on\nI9,E9,X1,special,2020-02-10\n"})
		}, map[string]string{"E1.2020Q1q.230000": "3/", "E1.2020Q1q.230100": "3/", "E1.2020Q1q.230102": "1/", "E2.2020Q1q.230000": "1/"}},
		"every row flagged": {func(t *testing.T) *warehouse.DB {
			return small(t, transformtest.File{Dataset: "inspection", Text: "inspection_id,uscc,agency_code,kind,joint_task_id,started_on,ended_on\n" +
				"I1,E7,C1,planned,,2020-02-03,2020-02-01\nI2,E8,D1,planned,,2020-02-03,2020-02-01\nI3,E9,D1,special,,2020-03-03,2020-03-01\n"})
		}, map[string]string{"D9.2020Q1q.230000": "3/3", "E1.2020Q1q.230000": "3/", "E2.2020Q1q.230000": "—", "D6.2020Q1q.230000": "—"}},
		"a joint visit across cities": {func(t *testing.T) *warehouse.DB {
			return small(t, transformtest.File{Dataset: "agency", Text: "agency_code,agency_name,level,region_code\nQ1,齐市局,city,230200\nB0,省局,province,230000\n"},
				transformtest.File{Dataset: "inspection", Text: "inspection_id,uscc,agency_code,kind,joint_task_id,started_on,ended_on\n" +
					"J1,E1,Q1,special,T7,2020-05-06,2020-05-06\nJ2,E1,D1,special,T7,2020-05-06,2020-05-07\nJ3,E1,C1,special,T7,2020-05-08,2020-05-08\n"})
		}, map[string]string{ // one visit, of its lead agency C1; one enterprise, where it lies; three days
			"E1.2020Q2q.230000": "1/", "E1.2020Q2q.230100o": "1/", "E1.2020Q2q.230200": "—", "E1.2020Q2q.230102": "—", "E7.2020Q2q.230000": "1/", "E2.2020Q2q.230102": "1/", "C10.2020Q2q.230102": "/1",
		}},
		"one key exported a thousand times": {func(t *testing.T) *warehouse.DB {
			db := small(t)
			transformtest.Exec(t, db, `insert into raw.file by name select 100 + i as file_id, 'inspection.csv' as name, 'again ' || i as content_hash, timestamp '2020-01-01' + to_minutes(i) as received_at, 'csv' as format,
				1 as rows_read, 1 as rows_loaded, 0 as rows_rejected, 0 as rows_duplicate, 0 as rows_ignored from range(1000) as t(i);
				insert into raw.file_dataset select 100 + i, 'inspection', 1 from range(1000) as t(i);
				insert into raw.inspection by name select 'I3' as inspection_id, 'E1' as uscc, 'D1' as agency_code, 'special' as kind, date '2020-03-03' as started_on, date '2020-03-04' + cast(i as integer) % 7 as ended_on, 100 + i as file_id, 2 as row_number from range(1000) as t(i)`)
			return db
		}, map[string]string{"E1.2020Q1q.230000": "2/", "C10m.2020Q1q.230102": "/1", "D12.2020Q1q.230000": "0/2"}},
	} {
		t.Run(name, func(t *testing.T) {
			db := c.open(t)
			if err := buildSmall(t, db, "2020-06-30"); err != nil {
				t.Fatal(err)
			}
			for id, want := range c.want {
				if got := value(t, db, id); got != want {
					t.Errorf("%s is %s, want %s", id, got, want)
				}
			}
		})
	}
}

// visits is a province's inspections and hazards as rows of CSV, so that tests can turn them about.
func visits() (inspections, hazards []string) {
	for i := range 24 {
		agency := []string{"C1", "D1"}[i%2]
		kind := []string{"planned", "special", "review", "double_random"}[i%4]
		day := fmt.Sprintf("2020-%02d-%02d", 1+i%6, 1+i)
		inspections = append(inspections, fmt.Sprintf("I%02d,E1,%s,%s,,%s,%s,AQ1;AQ%d", i, agency, kind, day, day, i%3))
		hazards = append(hazards, fmt.Sprintf("H%02d,I%02d,AQ%d,设备,general,%s,%s", i, i, i%3, day, []string{"", "2020-06-25"}[i%2]))
	}
	return inspections, hazards
}

const (
	inspectionHeader = "inspection_id,uscc,agency_code,kind,joint_task_id,started_on,ended_on,items\n"
	hazardHeader     = "hazard_id,inspection_id,item_code,category,severity,found_on,closed_on\n"
)

// figuresFrom builds a province whose inspections and hazards come in the given files.
func figuresFrom(t *testing.T, inspections, hazards [][]string) map[string]line {
	t.Helper()
	set := contracts(t)
	db := transformtest.Open(t, set)
	files := []transformtest.File{
		{Dataset: "agency", Text: "agency_code,agency_name,level,region_code\nC1,市局,city,230100\nD1,县局,county,230102\n"},
		{Dataset: "enterprise", Text: "uscc,regulator_code,enterprise_name,region_code,sector\nE1,D1,一厂,230102,coal_mine\n"},
	}
	for _, rows := range inspections {
		files = append(files, transformtest.File{Dataset: "inspection", Text: inspectionHeader + strings.Join(rows, "\n") + "\n"})
	}
	for _, rows := range hazards {
		files = append(files, transformtest.File{Dataset: "hazard", Text: hazardHeader + strings.Join(rows, "\n") + "\n"})
	}
	transformtest.Add(t, db, set, files...)
	if err := buildSmall(t, db, "2020-06-30"); err != nil {
		t.Fatal(err)
	}
	return figuresOf(t, db)
}

// TestOrderDoesNotMatter: rows turned about, and each file split into ten, give the same figures.
func TestOrderDoesNotMatter(t *testing.T) {
	inspections, hazards := visits()
	want := figuresFrom(t, [][]string{inspections}, [][]string{hazards})
	if len(want) < 200 {
		t.Fatalf("only %d figures", len(want))
	}
	var turned []string
	for i := range inspections {
		turned = append(turned, inspections[(i*7+5)%len(inspections)])
	}
	inTen := func(rows []string) (files [][]string) { // the last rows come first
		for i := range 10 {
			files = append([][]string{rows[i*len(rows)/10 : (i+1)*len(rows)/10]}, files...)
		}
		return files
	}
	got := figuresFrom(t, inTen(turned), inTen(hazards))
	if len(got) != len(want) {
		t.Errorf("%d figures, want %d", len(got), len(want))
	}
	for key, w := range want {
		if got[key] != w {
			t.Errorf("%s is %v, want %v", key, got[key], w)
		}
	}
}

// TestMoreOfTheSame: an exempt visit never raises C3, and closing a hazard never lowers B3.
func TestMoreOfTheSame(t *testing.T) {
	inspections, hazards := visits()
	before := figuresFrom(t, [][]string{inspections}, [][]string{hazards})
	closed := make([]string, len(hazards))
	for i, row := range hazards {
		if closed[i] = row; strings.HasSuffix(row, ",") {
			closed[i] += "2020-06-28"
		}
	}
	after := figuresFrom(t, [][]string{append(inspections, "I99,E1,C1,complaint,,2020-05-30,2020-05-30,AQ1")}, [][]string{closed})
	for key, b := range before {
		var was, is float64
		if _, err := fmt.Sscan(b.value, &was); err != nil {
			t.Fatal(err)
		}
		if _, err := fmt.Sscan(after[key].value, &is); err != nil {
			continue // the figure needs what is no longer there
		}
		if b.metric == "C3" && is > was {
			t.Errorf("%s rose from %v to %v with an exempt visit", key, was, is)
		}
		if b.metric == "B3" && is < was {
			t.Errorf("%s fell from %v to %v when hazards were closed", key, was, is)
		}
	}
}

// TestOtherProvince: what belongs to a region of another province counts in no figure of this one, and is listed as what belongs to nobody here.
func TestOtherProvince(t *testing.T) {
	db := small(t, transformtest.File{Dataset: "agency", Text: "agency_code,agency_name,level,region_code\nB1,外省局,city,110100\n"},
		transformtest.File{Dataset: "enterprise", Text: "uscc,regulator_code,enterprise_name,region_code,sector\nE9,B1,外省厂,110101,coal_mine\n"},
		transformtest.File{Dataset: "plan_item", Text: "plan_item_id,plan_year,agency_code,uscc,class,approved_on\nP9,2020,B1,E9,key,2020-01-10\n"},
		transformtest.File{Dataset: "inspection", Text: "inspection_id,uscc,agency_code,kind,started_on,ended_on\nI9,E9,B1,special,2020-02-10,2020-02-10\n"},
		transformtest.File{Dataset: "penalty", Text: "penalty_id,uscc,agency_code,inspection_id,decided_on,kind,amount_yuan\nF9,E9,B1,I9,2020-02-12,fine,5000\n"})
	if err := buildSmall(t, db, "2020-03-31"); err != nil {
		t.Fatal(err)
	}
	if got := value(t, db, "E1.2020Q1q.230000"); got != "2/" {
		t.Errorf("%s visits", got)
	}
	got, err := warehouse.Select[string](t.Context(), db, "select dataset || ' ' || row_key from mart.list_unassigned where period = '2020Q1' and reason = 'other_province' order by 1")
	if want := []string{"agency B1", "enterprise E9", "inspection I9", "penalty F9", "plan_item P9"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("of another province are %v, %v, want %v", got, err, want)
	}
}
