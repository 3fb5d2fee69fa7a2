package region

import (
	_ "embed"
	"errors"
	"strings"
	"testing"
	"time"
)

func china(t testing.TB) *Tree {
	t.Helper()
	tree, err := China()
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

//go:embed generate/heilongjiang.csv
var heilongjiang string

func TestHeilongjiangIsTheList(t *testing.T) {
	tree := china(t)
	under := tree.Under("230000")
	var want []string
	for line := range strings.Lines(heilongjiang) {
		if !strings.HasPrefix(line, "#") {
			want = append(want, strings.TrimSpace(line))
		}
	}
	if len(under) != len(want) || len(want) != 1+13+125 {
		t.Fatalf("%d regions, the list has %d", len(under), len(want))
	}
	for i, r := range under {
		if got := r.Code + "," + r.Name; got != want[i] {
			t.Errorf("place %d: %s, want %s", i, got, want[i])
		}
		if i > 0 && r.Order <= under[i-1].Order {
			t.Errorf("%s comes before %s", r.Name, under[i-1].Name)
		}
	}
	cities := tree.Children("230000")
	if len(cities) != 13 || cities[12].Name != "大兴安岭地区" || cities[0].Level != City {
		t.Errorf("cities: %v", cities)
	}
	if r, _ := tree.Lookup("230102"); r.Level != County || r.Parent != "230100" {
		t.Errorf("道里区: %+v", r)
	}
}

func TestWholeCountry(t *testing.T) {
	tree := china(t)
	if n := len(tree.Provinces()); n != 34 {
		t.Errorf("%d provinces, want 34", n)
	}
	for code, want := range map[string]string{
		"110101": "北京市市辖区东城区", "429004": "湖北省省直辖县级行政区划仙桃市", "441900": "广东省东莞市", "330106": "浙江省杭州市西湖区", "820000": "澳门特别行政区",
	} {
		if got := tree.FullName(code); got != want {
			t.Errorf("%s: %s, want %s", code, got, want)
		}
	}
	// Every full name leads back to its own code.
	for _, province := range tree.Provinces() {
		for _, r := range tree.Under(province.Code) {
			if got, err := tree.Resolve(tree.FullName(r.Code), province.Code); err != nil || got.Code != r.Code {
				t.Errorf("%s %s: resolved to %q, %v", r.Code, tree.FullName(r.Code), got.Code, err)
			}
		}
	}
}

func TestResolve(t *testing.T) {
	tree := china(t)
	for _, example := range []struct{ name, within, want string }{
		{"哈尔滨市", "230000", "230100"},
		{"哈尔滨", "230000", "230100"},
		{"道里区", "230000", "230102"},
		{"道里", "230100", "230102"},
		{"黑龙江省", "230000", "230000"},
		{"黑龙江省哈尔滨市道里区", "230000", "230102"},
		{"哈尔滨 道里区", "230000", "230102"},
		{"哈尔滨市道里区", "230100", "230102"},
		{"向阳区", "230400", "230402"},
		{"佳木斯市向阳区", "230000", "230803"},
		{"佳木斯市/向阳区", "230000", "230803"},
		{"佳木斯向阳", "230000", "230803"},
		{"郊区", "230000", "230811"},
		{"大兴安岭", "230000", "232700"},
		{"杜尔伯特", "230000", "230624"},
		{"梅里斯区", "230200", ""},
		{"梅里斯", "230200", "230208"},
		{"美溪区", "230000", "230717"},
		{"伊春区", "230000", "230717"},
		{"伊春", "230000", "230700"},
		{"友好区", "230700", "230719"},
		{"南岔区", "230700", "230726"},
		{"漠河县", "230000", "232701"},
		{"哈尔滨市本级", "230000", "230100"},
		{"市本级", "230100", "230100"},
		{"省本级", "230000", "230000"},
		{"230708", "230000", "230717"},
		{"230102", "230200", ""},
		{"沈阳市", "230000", ""},
		{"吉林省", "220000", "220000"},
		{"吉林市", "220000", "220200"},
		{"　道外区 ", "230000", "230104"},
		{"", "230000", ""},
	} {
		got, err := tree.Resolve(example.name, example.within)
		if got.Code != example.want || (err == nil) != (example.want != "") {
			t.Errorf("%q in %s: %q, %v; want %q", example.name, example.within, got.Code, err, example.want)
		}
	}
}

func TestAmbiguousIsNeverGuessed(t *testing.T) {
	tree := china(t)
	for _, name := range []string{"向阳区", "向阳"} {
		_, err := tree.Resolve(name, "230000")
		var ambiguous *AmbiguousError
		if !errors.As(err, &ambiguous) || len(ambiguous.Candidates) != 2 {
			t.Fatalf("%s: %v", name, err)
		}
		if text := err.Error(); !strings.Contains(text, "黑龙江省鹤岗市向阳区(230402)") || !strings.Contains(text, "黑龙江省佳木斯市向阳区(230803)") {
			t.Errorf("the error names both: %s", text)
		}
	}
	if _, err := tree.Resolve("吉林", "220000"); err == nil {
		t.Error("吉林 is a province and a city")
	}
}

func TestAliases(t *testing.T) {
	tree := china(t)
	aliases := tree.Aliases("230000")
	want := map[string]string{"230702": "230717", "230716": "230719", "230713": "230725", "230709": "230751", "231121": "231183"}
	for _, alias := range aliases {
		if code, ok := want[alias.OldCode]; ok && code != alias.Code {
			t.Errorf("%s → %s, want %s", alias.OldCode, alias.Code, code)
		}
		delete(want, alias.OldCode)
		if alias.OldCode == "230702" && !alias.Since.Equal(time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC)) {
			t.Errorf("since %s", alias.Since)
		}
	}
	if len(want) > 0 || len(aliases) != 22 {
		t.Errorf("%d aliases, missing %v", len(aliases), want)
	}
	if r, ok := tree.Canonical("230716"); !ok || r.Name != "友好区" {
		t.Errorf("230716: %v %v", r, ok)
	}
	if city, ok := tree.CityOf("230716"); !ok || city.Code != "230700" {
		t.Errorf("city of 230716: %v %v", city, ok)
	}
	if _, ok := tree.CityOf("230000"); ok {
		t.Error("a province lies in no city")
	}
}

func TestOwnFile(t *testing.T) {
	yaml := `
regions:
  - {code: "260000", name: Michigan}
  - {code: "260100", name: Detroit, short: "Motor City; The D"}
  - {code: "260102", name: District 2}
  - {code: "260101", name: District 1}
  - {code: "260199", name: Old Town, merged_into: "260101", since: "2014"}
`
	csv := "\ufeffcode,name,short,merged_into,since\n260000,Michigan,,,\n260100,Detroit,Motor City; The D,,\n260102,District 2,,,\n260101,District 1,,,\n260199,Old Town,,260101,2014\n"
	for name, text := range map[string]string{"regions.yaml": yaml, "regions.csv": csv} {
		tree, err := Load(name, []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		under := tree.Under("260000")
		if len(under) != 4 || under[2].Name != "District 2" || under[3].Parent != "260100" {
			t.Errorf("%s: the file's order holds: %v", name, under)
		}
		if r, err := tree.Resolve("The D", "260000"); err != nil || r.Code != "260100" {
			t.Errorf("%s: %v %v", name, r, err)
		}
		if r, err := tree.Resolve("Old Town", "260000"); err != nil || r.Code != "260101" {
			t.Errorf("%s: %v %v", name, r, err)
		}
	}
}

func TestOwnFileErrors(t *testing.T) {
	for text, want := range map[string]string{
		"code,name\n26,Michigan\n":                                        "line 2: a region needs",
		"code,nmae\n260000,Michigan\n":                                    `unknown column "nmae"`,
		"code,name,parent\n260000,M,\n270101,D,260000\n":                  "does not begin with 26",
		"code,name\n260101,District\n":                                    "which is not in the file",
		"code,name\n260000,A\n260000,B\n":                                 "listed twice",
		"code,name,level\n260000,A,city\n":                                "level",
		"code,name,merged_into,since\n260000,A,,\n260101,B,260000,then\n": "neither a year",
		"code,name,merged_into,since\n260000,A,,\n260101,B,260009,2019\n": "not in the file",
		"": "no header",
	} {
		if _, err := Load("regions.csv", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	if _, err := Load("regions.yaml", []byte("regions:\n  - {code: 230000, nam: x}\n")); err == nil || !strings.Contains(err.Error(), `unknown key "nam"`) {
		t.Errorf("unknown key: %v", err)
	}
	if _, err := Load("regions.txt", nil); err == nil {
		t.Error("an unknown kind of file")
	}
}

func BenchmarkChina(b *testing.B) {
	for b.Loop() {
		china(b)
	}
}
