// Package jsonrows turns JSON into rows: one object per line, or an array of objects (or of arrays), alone or as the only list inside an
// object as web interfaces send it. Numbers keep every digit. A record that cannot be read costs itself only.
package jsonrows
