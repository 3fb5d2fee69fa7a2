package analysis_test

import (
	"cmp"
	"fmt"
	"math/bits"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"tongbao/internal/warehouse"
	"tongbao/transform/transformtest"
)

// crowdVisit is a visit as the definition of a pair looks at it.
type crowdVisit struct {
	id       string
	uscc     int
	day      int // of 2020, from 0
	agencies uint64
	levels   uint64
	items    [2]uint64
	exempt   bool
}

func (v crowdVisit) size() int { return bits.OnesCount64(v.items[0]) + bits.OnesCount64(v.items[1]) }

// pairWith is the definition of a pair, word for word: empty when v and w are none, else what mart.visit_pair says of them.
func (v crowdVisit) pairWith(w crowdVisit) string {
	if v.uscc != w.uscc || v.agencies&w.agencies != 0 || w.day-v.day > 90 {
		return ""
	}
	known := v.size() > 0 && w.size() > 0
	shared := bits.OnesCount64(v.items[0]&w.items[0]) + bits.OnesCount64(v.items[1]&w.items[1])
	if known && 10*shared < 3*(v.size()+w.size()-shared) {
		return ""
	}
	said := "unknown"
	if known {
		said = fmt.Sprint(shared, " of ", v.size()+w.size()-shared)
	}
	return fmt.Sprintf("%s %s %s %t %t", v.id, w.id, said, !v.exempt && !w.exempt, v.levels&w.levels == 0)
}

// TestPairsOfACrowd holds the pairs of enterprises with hundreds of visits, and of one with few, against the definition: short and long lists of
// items, lists that miss the threshold by one, joint visits, exempt kinds and visits without items among them.
func TestPairsOfACrowd(t *testing.T) {
	dice := rand.New(rand.NewPCG(20, 20))
	const agencies = 40
	levels := []string{"province", "city", "county", "township"}
	var register, inspections strings.Builder
	register.WriteString("agency_code,agency_name,level,region_code\n")
	for a := range agencies {
		fmt.Fprintf(&register, "G%02d,局%02d,%s,2301%02d\n", a, a, levels[a%4], 2*(a%4/2))
	}
	inspections.WriteString(inspectionHeader)
	var visits []crowdVisit
	for n := range 700 {
		v := crowdVisit{id: fmt.Sprintf("I%04d", n), uscc: 1 + dice.IntN(2), day: dice.IntN(366), exempt: dice.IntN(5) == 0}
		if n%14 == 0 { // few visits: no masks
			v.uscc = 3
		}
		var items []string
		if dice.IntN(10) > 0 { // most of them of one of six checklists, so that shares lie on both sides of the threshold
			list, length := dice.IntN(6), []int{1, 3, 10, 14, 40}[dice.IntN(5)]
			for range length {
				item := (list*17 + dice.IntN(length*2)) % 120
				v.items[item/64] |= 1 << (item % 64)
				items = append(items, fmt.Sprintf("AQ%03d", item))
			}
		}
		kind := "special"
		if v.exempt {
			kind = "complaint"
		}
		day := time.Date(2020, 1, 1+v.day, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
		for row := range 1 + dice.IntN(12)/11 {
			agency := dice.IntN(agencies)
			v.agencies, v.levels = v.agencies|1<<agency, v.levels|1<<(agency%4)
			// Every visit is a joint task: those of one agency on neighbouring days stay apart.
			fmt.Fprintf(&inspections, "%s%d,E%d,G%02d,%s,T%s,%s,%s,%s\n", v.id, row, v.uscc, agency, kind, v.id, day, day, strings.Join(items, ";"))
		}
		v.id += "0"
		visits = append(visits, v)
	}
	slices.SortFunc(visits, func(a, b crowdVisit) int { return cmp.Or(a.day-b.day, strings.Compare(a.id, b.id)) })
	var want []string
	for i, v := range visits {
		for _, w := range visits[i+1:] {
			if pair := v.pairWith(w); pair != "" {
				want = append(want, pair)
			}
		}
	}
	slices.Sort(want)
	set := contracts(t)
	db := transformtest.Open(t, set)
	transformtest.Add(t, db, set, transformtest.File{Dataset: "agency", Text: register.String()},
		transformtest.File{Dataset: "enterprise", Text: "uscc,regulator_code,enterprise_name,region_code,sector\nE1,G01,一厂,230102,coal_mine\n"},
		transformtest.File{Dataset: "inspection", Text: inspections.String()})
	if err := buildSmall(t, db, "2020-12-31"); err != nil {
		t.Fatal(err)
	}
	got, err := warehouse.Select[string](t.Context(), db, `select earlier_visit_id || ' ' || later_visit_id || ' ' || case when is_overlap_known then cast(shared_items as varchar) || ' of ' || cast(united_items as varchar) else 'unknown' end
		|| ' ' || cast(is_net as varchar) || ' ' || cast(is_multi_level as varchar) from mart.visit_pair order by 1`)
	if err != nil {
		t.Fatal(err)
	}
	if len(want) < 1000 {
		t.Fatalf("only %d pairs", len(want))
	}
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Errorf("%d pairs, want %d", len(got), len(want))
		for _, pair := range want {
			if _, found := slices.BinarySearch(got, pair); !found {
				t.Fatalf("missing %s", pair)
			}
		}
		for _, pair := range got {
			if _, found := slices.BinarySearch(want, pair); !found {
				t.Fatalf("too many: %s", pair)
			}
		}
	}
}
