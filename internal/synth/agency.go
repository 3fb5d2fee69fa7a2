package synth

import (
	"fmt"

	"tongbao/internal/region"
)

// service is one branch of inspection: its prefix in codes and its name at each level.
type service struct{ prefix, province, city, county string }

func services() []service {
	return []service{
		{"YJ", "应急管理厅", "应急管理局", "应急管理局"},
		{"XF", "消防救援总队", "消防救援支队", "消防救援大队"},
		{"SC", "市场监督管理局", "市场监督管理局", "市场监督管理局"},
	}
}

// world is everything that exists before the first enterprise: regions, agencies, officers, the checklist.
type world struct {
	options   Options
	cities    []character
	counties  [][]region.Region // by city
	agencies  []agency
	officers  []officer
	byCode    map[string]*agency
	townships map[string][]string // agency codes by county
	checks    [][]check           // by sector
	sectors   []sector
	last      day
	work      workdays
}

func newWorld(options Options) (*world, error) {
	if err := options.check(); err != nil {
		return nil, err
	}
	w := &world{
		options: options, cities: characters(), byCode: map[string]*agency{}, townships: map[string][]string{},
		sectors: sectors(), last: dayAt(options.LastDay),
		work: newWorkdays(options.Calendar, dayOf(options.FirstYear-1, 1, 1), dayOf(options.LastDay.Year()+2, 12, 31)),
	}
	list := newChecklist()
	for i := range w.sectors {
		w.checks = append(w.checks, list.of(i))
	}
	province, ok := options.Regions.Lookup("230000")
	if !ok {
		return nil, fmt.Errorf("the region tree has no 230000 黑龙江省, which the synthetic province is made of")
	}
	c := newChance(options.Seed, streamAgency, 0)
	for i, s := range services() {
		parent := ""
		if i > 0 {
			parent = provinceOffice
		}
		w.add(c, agency{code: s.prefix + province.Code, name: province.Name + s.province, level: "省", region: province.Code, parent: parent}, 18)
	}
	for _, city := range options.Regions.Children(province.Code) {
		for _, s := range services() {
			w.add(c, agency{code: s.prefix + city.Code, name: city.Name + s.city, level: "市", region: city.Code, parent: s.prefix + province.Code}, 14)
		}
		var counties []region.Region
		for _, county := range options.Regions.Children(city.Code) {
			if county.Code == emptyCounty {
				continue
			}
			counties = append(counties, county)
			w.addCounty(c, city, county)
		}
		w.counties = append(w.counties, counties)
	}
	if len(w.counties) != len(w.cities) {
		return nil, fmt.Errorf("the region tree has %d cities, the synthetic province %d", len(w.counties), len(w.cities))
	}
	for i := range w.agencies {
		w.byCode[w.agencies[i].code] = &w.agencies[i]
	}
	return w, nil
}

func (w *world) addCounty(c chance, city, county region.Region) {
	for i, s := range services() {
		if i == 2 && c.hit(.4) {
			continue // not every county's market supervision enters its visits
		}
		w.add(c, agency{code: s.prefix + county.Code, name: county.Name + s.county, level: "县", region: county.Code, parent: s.prefix + city.Code}, 7)
	}
	for i := range 2 {
		if !c.hit(.5) {
			continue
		}
		code := fmt.Sprintf("XZ%s%02d", county.Code, i+1)
		name := county.Name + pick(c, []string{"城关", "红旗", "新立", "兴隆", "东风", "太平", "永安"}) + pick(c, []string{"镇人民政府", "街道办事处"})
		w.add(c, agency{code: code, name: name, level: "乡", region: county.Code, parent: "YJ" + county.Code}, 3)
		w.townships[county.Code] = append(w.townships[county.Code], code)
	}
}

func (w *world) add(c chance, a agency, mean int) {
	a.officers = c.between(mean/2+1, mean*3/2)
	for range a.officers {
		id := fmt.Sprintf("H%s%05d", a.region, len(w.officers)+1)
		a.staff = append(a.staff, id)
		o := officer{id: id, name: personName(c), agency: a.code, professional: c.hit(.79)}
		if c.hit(.93) {
			o.trained = w.last - day(c.between(10, 1500))
		}
		w.officers = append(w.officers, o)
	}
	w.agencies = append(w.agencies, a)
}

// has says whether an agency exists: some counties lack one.
func (w *world) has(code string) bool { return w.byCode[code] != nil }
