package ingest

import (
	"errors"
	"strings"

	"tongbao/ingest/value"
	"tongbao/internal/region"
)

// regionFault says why a region's name could not be resolved.
func regionFault(text string, err error) *value.Fault {
	var ambiguous *region.AmbiguousError
	if errors.As(err, &ambiguous) {
		return &value.Fault{
			Reason:     "地区名称不唯一:" + text,
			Suggestion: "请写明上级或填写代码,可能是:" + strings.Join(ambiguous.Candidates, "、"),
		}
	}
	return &value.Fault{Reason: "没有这个地区:" + text, Suggestion: "请填写行政区划代码或全称"}
}
