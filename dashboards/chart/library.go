package chart

import _ "embed"

//go:embed assets/echarts.min.js
var library string

//go:embed assets/echarts.LICENSE
var licence string

//go:embed assets/echarts.NOTICE
var notice string

// Library is the chart library the browser loads, byte for byte.
func Library() string { return library }

// LibraryLicence is the licence and notice that travel with it.
func LibraryLicence() string { return notice + "\n\n" + licence }
