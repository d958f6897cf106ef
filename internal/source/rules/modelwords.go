package rules

import (
	"strings"

	"github.com/lodemark/lodemark/internal/source/syntax"
)

// minModelWords is how many words a file has to have that only programs which ask models use.
const minModelWords = 3

// modelWords are what a program that asks a model speaks of, by their first letters; those that end in * go on in any way.
var modelWords = map[byte][]string{
	'a': {"anthropic", "agentexecutor", "agent_executor", "assistantid", "assistant_id"},
	'c': {"chatcompletion*", "chat_completion*", "chatbot"},
	'e': {"embedding", "embeddings"},
	'g': {"gpt", "gpt2", "gpt3", "gpt4*"},
	'k': {"knowledgebase", "knowledge_base"},
	'l': {"llm", "llms", "langchain*", "langgraph*", "llama*"},
	'm': {"maxtokens", "max_tokens"},
	'o': {"openai", "ollama"},
	'p': {"prompt", "prompts"},
	'r': {"rag", "rerank*"},
	's': {"systemprompt", "system_prompt"},
	't': {"transformers"},
	'v': {"vllm", "vectorstore", "vector_store", "vectordb", "vector_db"},
}

// speaksOfModels counts such words in a text, and the parts of names that are an LLM's. What stands in comments is passed over: they may
// speak of anything.
func speaksOfModels(text string, comments []syntax.Span) bool {
	n := 0
	for i := 0; i < len(text) && n < minModelWords; {
		if len(comments) > 0 && i >= int(comments[0].Start) {
			i, comments = max(i, int(comments[0].End)), comments[1:]
			continue
		}
		if !wordByte(text[i]) {
			i++
			continue
		}
		from := i
		for i < len(text) && wordByte(text[i]) {
			i++
		}
		if modelWord(text[from:i]) {
			n++
		}
	}
	return n >= minModelWords
}

// modelVerbs are what a name of a function begins with that does something with one of these.
var modelVerbs = []string{"get_", "create_", "ask_", "call_", "make_", "run_"}

func modelWord(word string) bool {
	for _, verb := range modelVerbs {
		if len(word) > len(verb) && strings.EqualFold(word[:len(verb)], verb) && word[len(verb)] != '_' {
			word = word[len(verb):]
			break
		}
	}
	for _, w := range modelWords[word[0]|0x20] {
		open := w[len(w)-1] == '*'
		w = strings.TrimSuffix(w, "*")
		if len(word) >= len(w) && strings.EqualFold(word[:len(w)], w) && (open || len(word) == len(w)) {
			return true
		}
	}
	return len(word) > 3 && (strings.HasPrefix(word, "llm_") || strings.HasSuffix(word, "_llm") || strings.HasPrefix(word, "llm") && word[3] >= 'A' && word[3] <= 'Z' || upperLLM(word))
}

// upperLLM says whether a name of several words has LLM among them: ChatLLMEngine.
func upperLLM(word string) bool {
	i := strings.Index(word, "LLM")
	return i >= 0 && i+3 < len(word) && word[i+3] >= 'A' && word[i+3] <= 'Z'
}

func wordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}
