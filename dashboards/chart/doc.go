// Package chart turns numbers with their printed labels into ECharts options (built with go-echarts, without any function or
// markup of its own) and options into accessible static SVG, drawn here: a test holds it to what echarts.min.js draws of them.
package chart
