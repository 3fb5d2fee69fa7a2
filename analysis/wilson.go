package analysis

import "fmt"

// wilson is three steps of a query over a table with columns num and den: the last one, of the same name, adds wilson_lower and
// wilson_upper, the 95 % score interval of the proportion num / den (Wilson 1927); null where den is 0.
func wilson(table string) string {
	return fmt.Sprintf(`share as (
  select v.*, cast(v.num as double) / v.den as share, %[1]v * %[1]v / v.den as z2n
  from %[2]s as v
),
score as (
  select
    s.*,
    (share + z2n / 2) / (1 + z2n) as centre,
    %[1]v * sqrt(greatest(share * (1 - share), 0) / den + z2n / (4 * den)) / (1 + z2n) as half
  from share as s
),
wilson as (
  select
    s.*,
    case when den = 0 then null when num = 0 then 0.0 else greatest(0.0, centre - half) end as wilson_lower,
    case when den = 0 then null when num = den then 1.0 else least(1.0, centre + half) end as wilson_upper
  from score as s
)`, z95, table)
}
