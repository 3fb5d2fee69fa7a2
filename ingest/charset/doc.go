// Package charset turns bytes of unknown encoding into UTF-8, line by line and proven: BOM, then NULs (UTF-16), then strict
// UTF-8, then GB18030. A line that none of them fits, or that another one fits, is reported; nothing is replaced silently.
package charset
