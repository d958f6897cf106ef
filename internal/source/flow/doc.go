// Package flow follows values through source code: from where they enter (what a model answered, what a tool was given, what a request
// carries) to where they can do harm, within a function and with one level of summaries across functions and files. It knows no rules:
// sources, sinks and what cleans a value are handed to it as data.
package flow
