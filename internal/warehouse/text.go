package warehouse

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/duckdb/duckdb-go/v2"
)

// Text writes a value of a query as people and CSV read it: days as 2020-02-29, moments as 2020-02-29 10:00:00, decimals with all
// their digits, doubles in the shortest form that reads back the same, null as nothing.
func Text(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case duckdb.Decimal:
		return DecimalText(v.Value, int(v.Scale))
	case *big.Int:
		return v.String()
	case time.Time:
		if v.Hour() == 0 && v.Minute() == 0 && v.Second() == 0 && v.Nanosecond() == 0 {
			return v.Format("2006-01-02")
		}
		return strings.TrimSuffix(v.Format("2006-01-02 15:04:05.999999"), ".")
	case []byte:
		return string(v)
	case []any:
		parts := make([]string, len(v))
		for i, item := range v {
			parts[i] = Text(item)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return fmt.Sprint(value)
}
