package draft

// Cell writes a text of the target as words in a cell, a heading or a paragraph of Markdown, for writers of documents elsewhere: nothing in
// it is markup, and it stays on one line.
func Cell(text string) string { return cell(text) }
