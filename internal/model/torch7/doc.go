// Package torch7 looks at objects that Torch7 has saved (.t7, .th, .net), in binary and as text. Such a file can hold functions
// as Lua byte code, which a loader makes callable again, and which nothing checks.
package torch7
