// Package xmlscan cuts a stream of XML into tags and texts without building anything: the parts of office workbooks run to hundreds of
// megabytes, and a general decoder spends more time on them than everything else together.
//
// It reads what workbooks are made of: elements, attributes, text, CDATA, comments, processing instructions. Document types are refused,
// and with them every entity but the five of XML and character references.
package xmlscan
