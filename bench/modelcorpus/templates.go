package main

import (
	"encoding/json"
	"fmt"
)

// escapes are templates that leave the sandbox, or read and write through it.
var escapes = []struct{ class, source, text string }{
	{"through the class", "CVE-2024-34359 (llama-cpp-python)", `{% for c in ().__class__.__base__.__subclasses__() %}{% if "warning" in c.__name__ %}{{ c()._module.__builtins__['__import__']('os').popen('echo x').read() }}{% endif %}{% endfor %}`},
	{"through the class", "CVE-2024-34359", `{{ ''.__class__.__mro__[1].__subclasses__()[132].__init__.__globals__['system']('echo x') }}`},
	{"through the class", "PayloadsAllTheThings: Jinja2", `{{ [].__class__.__base__ }}`},
	{"through the class", "PayloadsAllTheThings: Jinja2", `{{ messages.__class__.__init__.__globals__ }}`},
	{"through a global", "PayloadsAllTheThings: Jinja2", `{{ cycler.__init__.__globals__.os.popen('echo x').read() }}`},
	{"through a global", "PayloadsAllTheThings: Jinja2", `{{ lipsum.__globals__["os"].popen('echo x').read() }}`},
	{"through a global", "PayloadsAllTheThings: Jinja2", `{{ joiner.__init__.__globals__.os.system('echo x') }}`},
	{"through a global", "PayloadsAllTheThings: Jinja2", `{{ namespace.__init__.__globals__.os.system('echo x') }}`},
	{"through a global", "PayloadsAllTheThings: Jinja2", `{{ self._TemplateReference__context.cycler.__init__.__globals__.os.popen('echo x') }}`},
	{"through a global", "PayloadsAllTheThings: Jinja2", `{{ self.__init__.__globals__.__builtins__.__import__('os').system('echo x') }}`},
	{"through a global", "PayloadsAllTheThings: Jinja2", `{{ url_for.__globals__['current_app'].config }}`},
	{"by the attr filter", "PayloadsAllTheThings: filter bypass", `{{ ()|attr('__class__')|attr('__base__')|attr('__subclasses__')() }}`},
	{"by the attr filter", "PayloadsAllTheThings: filter bypass", `{{ ()|attr('\x5f\x5fclass\x5f\x5f')|attr('\x5f\x5fbase\x5f\x5f') }}`},
	{"by the attr filter", "PayloadsAllTheThings: filter bypass", `{{ lipsum|attr('__glo'~'bals__') }}`},
	{"by the attr filter", "CVE-2025-27516 (Jinja2 attr filter)", `{{ ("{0.__class__}"|attr("format"))(1) }}`},
	{"by joined text", "PayloadsAllTheThings: filter bypass", `{{ ()['__cl'+'ass__']['__ba'+'se__'] }}`},
	{"by joined text", "PayloadsAllTheThings: filter bypass", `{{ ()|attr(["__","class","__"]|join) }}`},
	{"by joined text", "PayloadsAllTheThings: filter bypass", `{% set a = dict(__class__=1)|list|first %}{{ ()|attr(a) }}`},
	{"by joined text", "PayloadsAllTheThings: filter bypass", `{% set u = '_' * 2 %}{{ ()|attr(u ~ 'class' ~ u) }}`},
	{"by joined text", "PayloadsAllTheThings: filter bypass", `{{ ()|attr('%s%s%s'|format('__','class','__')) }}`},
	{"by joined text", "PayloadsAllTheThings: filter bypass", `{{ ()|attr('__ssalc__'[::-1]) }}`},
	{"by format", "CVE-2024-56326 (Jinja2 str.format reference)", `{{ "{0.__class__.__init__.__globals__}".format(messages) }}`},
	{"by format", "CVE-2016-10745 (Jinja2 format_map)", `{{ "{x.__class__}".format_map({"x": messages}) }}`},
	{"by map", "PayloadsAllTheThings", `{{ [lipsum]|map(attribute='__globals__')|list }}`},
	{"by map", "PayloadsAllTheThings", `{{ messages|groupby('__class__') }}`},
	{"by frames of a generator", "Jinja2 sandbox: unsafe generator attributes", `{{ (messages|map('string')).gi_frame.f_globals }}`},
	{"reads a file", "Jinja2 documentation of include", `{% include '/etc/passwd' %}`},
	{"reads a file", "Jinja2 documentation of import", `{% import '../../secret.j2' as s %}{{ s }}`},
	{"in a macro", "CVE-2024-34359", `{% macro m(x) %}{{ x.__init__.__globals__ }}{% endmacro %}{{ m(cycler) }}`},
	{"among honest text", "CVE-2024-34359", honestTemplates[0] + `{% if false == false %}{{ joiner.__init__.__globals__['os'].popen('echo x') }}{% endif %}`},
	{"eats memory", "Jinja2 sandbox: range is bounded", `{% for i in 'a' * 10 ** 10 %}{{ i }}{% endfor %}`},
}

// templates are chat templates wherever loaders look for them.
func templates(c *corpus) {
	for i, e := range escapes {
		text, err := json.Marshal(e.text)
		must(err)
		c.hostile("template", e.class, e.source, "model.gguf", gguf(ggufModel(ggufKV{"tokenizer.chat_template", e.text})...))
		switch i % 4 {
		case 0:
			c.hostileFolder("template", e.class, e.source, map[string][]byte{"tokenizer_config.json": fmt.Appendf(nil, `{"tokenizer_class":"LlamaTokenizer","model_max_length":4096,"chat_template":%s}`, text)})
		case 1:
			c.hostileFolder("template", e.class, e.source, map[string][]byte{"chat_template.jinja": []byte(e.text), "config.json": []byte(llamaConfig)})
		case 2:
			c.hostileFolder("template", e.class, e.source, map[string][]byte{"tokenizer_config.json": fmt.Appendf(nil, `{"tokenizer_class":"LlamaTokenizer","chat_template":[{"name":"default","template":"{{ messages }}"},{"name":"tool_use","template":%s}]}`, text)})
		case 3:
			c.hostileFolder("template", e.class, e.source, map[string][]byte{"chat_template.json": fmt.Appendf(nil, `{"chat_template":%s}`, text)})
		}
	}
	c.hostile("template", "second template of a model", "GGUF: tokenizer.chat_template.NAME", "model.gguf", gguf(ggufModel(ggufKV{"tokenizer.chat_template", honestTemplates[1]}, ggufKV{"tokenizer.chat_template.tool_use", escapes[0].text})...))
}

// honestTemplates are of the known styles.
var honestTemplates = []string{
	"{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}",
	"{{ bos_token }}{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}{% if message['role'] == 'user' %}{{ '[INST] ' + message['content'] + ' [/INST]' }}{% elif message['role'] == 'assistant' %}{{ message['content'] + eos_token }}{% else %}{{ raise_exception('Only user and assistant roles are supported!') }}{% endif %}{% endfor %}",
	"{% if messages[0]['role'] == 'system' %}{% set loop_messages = messages[1:] %}{% set system_message = messages[0]['content'] %}{% else %}{% set loop_messages = messages %}{% set system_message = false %}{% endif %}{% for message in loop_messages %}{% if loop.index0 == 0 and system_message != false %}{% set content = '<<SYS>>\\n' + system_message + '\\n<</SYS>>\\n\\n' + message['content'] %}{% else %}{% set content = message['content'] %}{% endif %}{% if message['role'] == 'user' %}{{ bos_token + '[INST] ' + content.strip() + ' [/INST]' }}{% elif message['role'] == 'assistant' %}{{ ' ' + content.strip() + ' ' + eos_token }}{% endif %}{% endfor %}",
	"{% set loop_messages = messages %}{% for message in loop_messages %}{% set content = '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n' + message['content'] | trim + '<|eot_id|>' %}{% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}{{ content }}{% endfor %}{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}",
	"{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}{% for message in messages %}{% if (message['role'] == 'assistant') %}{% set role = 'model' %}{% else %}{% set role = message['role'] %}{% endif %}{{ '<start_of_turn>' + role + '\n' + message['content'] | trim + '<end_of_turn>\n' }}{% endfor %}{% if add_generation_prompt %}{{'<start_of_turn>model\n'}}{% endif %}",
	"{%- if tools %}\n    {{- '<|im_start|>system\\n' }}\n    {%- if messages[0].role == 'system' %}\n        {{- messages[0].content + '\\n\\n' }}\n    {%- endif %}\n    {{- \"# Tools\\n\\nYou may call one or more functions to assist with the user query.\\n<tools>\" }}\n    {%- for tool in tools %}\n        {{- \"\\n\" }}\n        {{- tool | tojson }}\n    {%- endfor %}\n    {{- \"\\n</tools><|im_end|>\\n\" }}\n{%- endif %}\n{%- set ns = namespace(multi_step_tool=true, last_query_index=messages|length - 1) %}\n{%- for message in messages[::-1] %}\n    {%- set index = (messages|length - 1) - loop.index0 %}\n    {%- if ns.multi_step_tool and message.role == \"user\" and not(message.content.startswith('<tool_response>') and message.content.endswith('</tool_response>')) %}\n        {%- set ns.multi_step_tool = false %}\n        {%- set ns.last_query_index = index %}\n    {%- endif %}\n{%- endfor %}\n{%- for message in messages %}\n    {%- if message.content is string %}{%- set content = message.content %}{%- else %}{%- set content = '' %}{%- endif %}\n    {{- '<|im_start|>' + message.role + '\\n' + content + '<|im_end|>' + '\\n' }}\n{%- endfor %}\n{%- if add_generation_prompt %}\n    {{- '<|im_start|>assistant\\n' }}\n    {%- if enable_thinking is defined and enable_thinking is false %}\n        {{- '<think>\\n\\n</think>\\n\\n' }}\n    {%- endif %}\n{%- endif %}",
	"{% for message in messages %}\n{% if message['role'] == 'user' %}\n{{ '<|user|>\n' + message['content'] + eos_token }}\n{% elif message['role'] == 'system' %}\n{{ '<|system|>\n' + message['content'] + eos_token }}\n{% elif message['role'] == 'assistant' %}\n{{ '<|assistant|>\n'  + message['content'] + eos_token }}\n{% endif %}\n{% if loop.last and add_generation_prompt %}\n{{ '<|assistant|>' }}\n{% endif %}\n{% endfor %}",
	"{%- macro json_to_python_type(json_spec) %}\n{%- set basic = {\"string\": \"str\", \"number\": \"float\", \"integer\": \"int\", \"boolean\": \"bool\"} %}\n{%- if basic[json_spec.type] is defined %}\n{{- basic[json_spec.type] }}\n{%- elif json_spec.type == \"array\" %}\n{{- \"list[\" + json_to_python_type(json_spec[\"items\"]) + \"]\" }}\n{%- else %}\n{{- \"Any\" }}\n{%- endif %}\n{%- endmacro %}\n{%- for tool in tools or [] %}\n{%- for name, p in tool.parameters.properties.items() %}{{ name ~ \": \" ~ json_to_python_type(p) }}{% if not loop.last %}, {% endif %}{%- endfor %}\n{%- endfor %}\n{%- for message in messages %}{{ message.role ~ '\\n' ~ message.content }}{%- endfor %}",
	"{% set date_string = strftime_now('%d %b %Y') if strftime_now is defined else '26 Jul 2024' %}{{ bos_token }}{{ 'Today Date: ' + date_string + '\n\n' }}{% for m in messages %}{% if not (m.role == 'ipython' or m.role == 'tool' or 'tool_calls' in m) %}{{ m.role + ': ' + m.content | trim }}{% elif 'tool_calls' in m %}{% for call in m.tool_calls %}{{ '{\"name\": \"' + call.function.name + '\", \"parameters\": ' + (call.function.arguments | tojson) + '}' }}{% endfor %}{% endif %}{% endfor %}",
	"{% for message in messages %}{% if message.role == 'assistant' %}{% generation %}{{ message.content }}{% endgeneration %}{% else %}{{ message.content }}{% endif %}{% endfor %}",
	"{% if not add_generation_prompt is defined %}{% set add_generation_prompt = false %}{% endif %}{% set ns = namespace(is_first=false, is_tool=false, system_prompt='') %}{%- for message in messages %}{%- if message['role'] == 'system' %}{% set ns.system_prompt = message['content'] %}{%- endif %}{%- endfor %}{{bos_token}}{{ns.system_prompt}}{%- for message in messages %}{%- if message['role'] == 'assistant' and message['content'] is not none %}{% set content = message['content'] %}{% if '</think>' in content %}{% set content = content.split('</think>')[-1] %}{% endif %}{{'<|Assistant|>' + content}}{%- elif message['role'] == 'user' %}{{'<|User|>' + message['content']}}{%- endif %}{%- endfor %}",
	"{%- for message in messages %}{%- if message.content is iterable and message.content is not string %}{%- for item in message.content %}{%- if item.type == 'image' %}{{ '<image>' }}{%- elif item.type == 'text' %}{{ item.text }}{%- endif %}{%- endfor %}{%- else %}{{ message.content }}{%- endif %}{%- endfor %}",
}

// benignTemplates stand in the files that loaders look for them in.
func benignTemplates(c *corpus) {
	for i, t := range honestTemplates {
		text, err := json.Marshal(t)
		must(err)
		switch i % 3 {
		case 0:
			c.benignFolder("template", "chat template", map[string][]byte{"tokenizer_config.json": fmt.Appendf(nil, `{"add_bos_token":true,"bos_token":"<s>","eos_token":"</s>","model_max_length":4096,"tokenizer_class":"LlamaTokenizer","chat_template":%s}`, text)})
		case 1:
			c.benignFolder("template", "chat template", map[string][]byte{"chat_template.jinja": []byte(t), "config.json": []byte(llamaConfig)})
		case 2:
			c.benignFolder("template", "chat template", map[string][]byte{"chat_template.json": fmt.Appendf(nil, `{"chat_template":%s}`, text)})
		}
	}
}
