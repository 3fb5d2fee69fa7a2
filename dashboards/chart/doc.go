// Package chart turns numbers with their printed labels into ECharts options (built with go-echarts, without any function or
// markup of its own) and options into accessible static SVG, by running the same echarts.min.js the browser gets.
package chart
