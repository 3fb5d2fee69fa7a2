package dashboards

import (
	"context"
	"database/sql"
	"fmt"
)

// foreignPlace is the SQL condition that a place belongs to somebody else than the region: to another city or, for a county, to
// another county. The province, the region's own city and places unknown are nobody's secret. Codes are digits, held by the tree.
func foreignPlace(region Region, regionCode, cityCode string) string {
	other := "coalesce(" + cityCode + ", '') not in ('', '" + region.City + "')"
	if region.Level == LevelCounty {
		other = "(" + other + " or coalesce(" + regionCode + ", '') not in ('', '" + region.Parent + "', '" + region.Code +
			"') and coalesce(" + cityCode + ", '') = '" + region.City + "')"
	}
	return other
}

// ForeignAgencies are the names of agencies of other cities (and, for a county, of other counties): what only that region may
// see does not name them. A name that an agency of its own bears too is not among them. The province has none.
func (m *Mart) ForeignAgencies(ctx context.Context, region Region) (map[string]bool, error) {
	names := map[string]bool{}
	if region.Level == LevelProvince || !m.HasTable("agency") {
		return names, nil
	}
	err := m.each(ctx, `select agency_name from mart.agency group by agency_name having bool_and(`+foreignPlace(region, "region_code", "city_code")+`)`, func(rows *sql.Rows) error {
		var name string
		err := rows.Scan(&name)
		names[name] = true
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("mart.agency: %w", err)
	}
	return names, nil
}

// ForeignAgency is the word in the place of such a name.
const ForeignAgency = "外地机构"
