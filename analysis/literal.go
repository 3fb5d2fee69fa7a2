package analysis

import (
	"math"
	"strconv"

	"tongbao/internal/warehouse"
)

// SQL literals of computed values; a NaN is null.

func text(value string) string { return warehouse.Literal(value) }

func double(value float64) string {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return "null"
	}
	return "cast(" + strconv.FormatFloat(value, 'g', -1, 64) + " as double)"
}
