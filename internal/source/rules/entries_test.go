package rules

import (
	"slices"
	"strings"
	"testing"
)

// Each way in which a value enters is known: it is followed to the line that says HERE. What stands in a row with `silent` is code that
// looks alike and where what comes in is not the client's or the model's to choose.
func TestWaysIn(t *testing.T) {
	rules, sources := written(t)
	e, err := New(rules, sources)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, rule, file, code string
		silent                 bool
	}{
		{name: "a route of Next.js, the body", rule: "LO-02", file: "app/api/run/route.ts", code: `
import { execSync } from "child_process";
export async function POST(req: Request) {
  const { command } = await req.json();
  execSync(command); // HERE
}`},
		{name: "a route of Next.js, the request under another name", rule: "LO-02", file: "app/api/run/route.ts", code: `
import { execSync } from "node:child_process";
import { NextRequest } from "next/server";
export async function POST(incoming: NextRequest) {
  const body = await incoming.json();
  execSync(body.command); // HERE
}`},
		{name: "a route of Next.js, what stands behind the question mark", rule: "LO-02", file: "app/api/run/route.ts", code: `
import { execSync } from "child_process";
export async function GET(request: NextRequest) {
  const { searchParams } = new URL(request.url);
  execSync("ls " + searchParams.get("dir")); // HERE
}`},
		{name: "the same of the request's own address", rule: "LO-02", file: "app/api/run/route.ts", code: `
import { execSync } from "child_process";
export async function GET(request: NextRequest) {
  const dir = request.nextUrl.searchParams.get("dir");
  execSync("ls " + dir); // HERE
}`},
		{name: "a route of Next.js, a part of the path", rule: "LO-02", file: "app/api/run/[id]/route.ts", code: `
import { execSync } from "child_process";
export async function GET(request: Request, { params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  execSync("ls " + id); // HERE
}`},
		{name: "a form", rule: "LO-02", file: "app/api/run/route.ts", code: `
import { execSync } from "child_process";
export async function POST(req: Request) {
  const form = await req.formData();
  execSync("file " + form.get("name")); // HERE
}`},
		{name: "a page's route of Next.js", rule: "LO-02", file: "pages/api/run.ts", code: `
import { execSync } from "child_process";
export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  const { command } = req.body;
  execSync(command); // HERE
}`},
		{name: "an action of the server", rule: "LO-02", file: "app/actions.ts", code: `
"use server";
import { execSync } from "child_process";
export async function build(name: string) {
  execSync("make " + name); // HERE
}`},
		{name: "an action of the server, a form", rule: "LO-02", file: "app/actions.ts", code: `
import { execSync } from "child_process";
export async function build(data: FormData) {
  "use server";
  execSync("make " + data.get("name")); // HERE
}`},
		{name: "a function of the server that nobody calls from outside", silent: true, rule: "LO-02", file: "lib/build.ts", code: `
import { execSync } from "child_process";
export async function build(name: string) {
  execSync("make " + name);
}`},
		{name: "Express", rule: "LO-02", file: "server.ts", code: `
import express from "express";
import { exec } from "child_process";
const app = express();
app.post("/run", (req, res) => {
  exec(req.body.command); // HERE
});`},
		{name: "Express, names of its own", rule: "LO-02", file: "server.ts", code: `
import { Router, Request, Response } from "express";
import { exec } from "child_process";
const router = Router();
router.get("/run/:name", async (request: Request, response: Response) => {
  const { name } = request.params;
  exec("make " + name); // HERE
});`},
		{name: "Hono", rule: "LO-02", file: "server.ts", code: `
import { Hono } from "hono";
import { exec } from "child_process";
const app = new Hono();
app.post("/run", async (c) => {
  const { command } = await c.req.json();
  exec(command); // HERE
});`},
		{name: "Hono, checked by a schema", rule: "LO-02", file: "server.ts", code: `
import { exec } from "child_process";
app.post("/run", zValidator("json", schema), async (c) => {
  const body = c.req.valid("json");
  exec(body.command); // HERE
});`},
		{name: "Hono, what stands behind the question mark", rule: "LO-02", file: "server.ts", code: `
import { exec } from "child_process";
app.get("/run", (ctx) => {
  exec("ls " + ctx.req.query("dir")); // HERE
});`},
		{name: "Fastify", rule: "LO-02", file: "server.ts", code: `
import Fastify from "fastify";
import { exec } from "child_process";
const fastify = Fastify();
fastify.post("/run", async (request, reply) => {
  const { command } = request.body as { command: string };
  exec(command); // HERE
});`},
		{name: "Koa", rule: "LO-02", file: "server.js", code: `
const { exec } = require("child_process");
router.post("/run", async (ctx) => {
  const { command } = ctx.request.body;
  exec(command); // HERE
});`},
		{name: "SvelteKit", rule: "LO-02", file: "src/routes/api/run/+server.ts", code: `
import { execSync } from "child_process";
export const POST = async ({ request, locals }) => {
  const { command } = await request.json();
  execSync(command); // HERE
};`},
		{name: "Nuxt", rule: "LO-02", file: "server/api/run.post.ts", code: `
import { execSync } from "child_process";
export default defineEventHandler(async (event) => {
  const { command } = await readBody(event);
  execSync(command); // HERE
});`},
		{name: "Remix", rule: "LO-02", file: "app/routes/api.run.ts", code: `
import { execSync } from "child_process";
export async function action({ request }: ActionFunctionArgs) {
  const { command } = await request.json();
  execSync(command); // HERE
}`},
		{name: "tRPC", rule: "LO-02", file: "server/router.ts", code: `
import { execSync } from "child_process";
export const appRouter = router({
  build: publicProcedure.input(z.object({ name: z.string() })).mutation(async ({ input, ctx }) => {
    execSync("make " + input.name); // HERE
  }),
});`},
		{name: "tRPC, the options as one", rule: "LO-02", file: "server/router.ts", code: `
import { execSync } from "child_process";
export const appRouter = router({
  build: t.procedure.input(z.string()).query((opts) => {
    execSync("make " + opts.input); // HERE
  }),
});`},
		{name: "tRPC, the context", silent: true, rule: "LO-02", file: "server/router.ts", code: `
import { execSync } from "child_process";
export const appRouter = router({
  build: publicProcedure.input(z.object({ name: z.string() })).mutation(async ({ input, ctx }) => {
    execSync("make " + ctx.folder);
  }),
});`},
		{name: "NestJS", rule: "LO-02", file: "src/run.controller.ts", code: `
import { execSync } from "child_process";
@Controller("run")
export class RunController {
  @Post()
  run(@Body() dto: RunDto) {
    execSync(dto.command); // HERE
  }
}`},
		{name: "a socket", rule: "LO-02", file: "server.ts", code: `
import { exec } from "child_process";
io.on("connection", (socket) => {
  socket.on("run", (data) => {
    exec(data.command); // HERE
  });
});`},
		{name: "a web socket", rule: "LO-02", file: "server.ts", code: `
import { WebSocketServer } from "ws";
import { exec } from "child_process";
const wss = new WebSocketServer({ port: 1 });
wss.on("connection", (ws) => {
  ws.on("message", (data) => {
    const { command } = JSON.parse(data.toString());
    exec(command); // HERE
  });
});`},
		{name: "a function in the cloud", rule: "LO-02", file: "handler.ts", code: `
import { execSync } from "child_process";
export const handler = async (event: APIGatewayProxyEvent) => {
  const { command } = JSON.parse(event.body ?? "{}");
  execSync(command); // HERE
};`},
		{name: "MCP, server.tool", rule: "AG-01", file: "index.ts", code: `
import { execSync } from "child_process";
server.tool("run", "Runs", { command: z.string() }, async ({ command }) => {
  execSync(command); // HERE
});`},
		{name: "MCP, registerTool", rule: "AG-01", file: "index.ts", code: `
import { execSync } from "child_process";
server.registerTool("run", { inputSchema: { command: z.string() } }, async (args, extra) => {
  execSync(args.command); // HERE
});`},
		{name: "MCP, what is handed in besides", silent: true, rule: "AG-01", file: "index.ts", code: `
import { execSync } from "child_process";
server.registerTool("run", { inputSchema: { command: z.string() } }, async (args, rest) => {
  execSync("make " + rest.target);
});`},
		{name: "MCP, setRequestHandler", rule: "AG-01", file: "index.ts", code: `
import { execSync } from "child_process";
server.setRequestHandler(CallToolRequestSchema, async (request) => {
  const { name, arguments: args } = request.params;
  switch (name) {
    case "run":
      execSync(args.command); // HERE
  }
});`},
		{name: "MCP, setRequestHandler, the arguments named by a schema", rule: "AG-01", file: "index.ts", code: `
import { execSync } from "child_process";
server.setRequestHandler(CallToolRequestSchema, async (req) => {
  const parsed = RunSchema.parse(req.params.arguments);
  execSync(parsed.command); // HERE
});`},
		{name: "MCP, setRequestHandler, another function", rule: "AG-01", file: "index.ts", code: `
import { execSync } from "child_process";
class Server {
  constructor() {
    this.server.setRequestHandler(CallToolRequestSchema, async (request) => {
      return this.handleRun(request.params.arguments);
    });
  }
  handleRun(args: any) {
    execSync("make " + args.target); // HERE
  }
}`},
		{name: "FastMCP", rule: "AG-01", file: "index.ts", code: `
import { execSync } from "child_process";
server.addTool({ name: "run", parameters: z.object({ command: z.string() }), execute: async (args, { log }) => {
  execSync(args.command); // HERE
} });`},
		{name: "AI SDK", rule: "AG-01", file: "tools.ts", code: `
import { tool } from "ai";
import { execSync } from "child_process";
export const run = tool({ description: "Runs", inputSchema: z.object({ command: z.string() }), execute: async ({ command }) => {
  execSync(command); // HERE
} });`},
		{name: "AI SDK, the options", silent: true, rule: "AG-01", file: "tools.ts", code: `
import { tool } from "ai";
import { execSync } from "child_process";
export const run = tool({ description: "Runs", inputSchema: z.object({}), execute: async (input, more) => {
  execSync("make " + more.toolCallId);
} });`},
		{name: "AI SDK, tools of the call", rule: "AG-01", file: "route.ts", code: `
import { streamText } from "ai";
import { execSync } from "child_process";
streamText({ model, tools: { run: { description: "Runs", inputSchema: z.object({ command: z.string() }), execute: async ({ command }) => execSync(command) /* HERE */ } } });`},
		{name: "LangChain, tool", rule: "AG-01", file: "tools.ts", code: `
import { tool } from "@langchain/core/tools";
import { execSync } from "child_process";
const run = tool(async ({ command }) => {
  execSync(command); // HERE
}, { name: "run", schema });`},
		{name: "LangChain, tool, the configuration", silent: true, rule: "AG-01", file: "tools.ts", code: `
import { tool } from "@langchain/core/tools";
import { execSync } from "child_process";
const run = tool(async (input, runtime) => {
  execSync("make " + runtime.configurable.target);
}, { name: "run", schema });`},
		{name: "LangChain, DynamicTool", rule: "AG-01", file: "tools.ts", code: `
import { DynamicTool, DynamicStructuredTool } from "@langchain/core/tools";
import { execSync } from "child_process";
new DynamicTool({ name: "run", description: "Runs", func: async (input) => {
  execSync(input); // HERE
} });`},
		{name: "LangChain, a class", rule: "AG-01", file: "tools.ts", code: `
import { Tool } from "@langchain/core/tools";
import { execSync } from "child_process";
class Run extends Tool {
  async _call(input: string, runManager?: CallbackManagerForToolRun) {
    execSync(input); // HERE
  }
}`},
		{name: "Agents SDK", rule: "AG-01", file: "tools.ts", code: `
import { tool } from "@openai/agents";
import { execSync } from "child_process";
const run = tool({ name: "run", parameters: z.object({ command: z.string() }), execute: async ({ command }) => {
  execSync(command); // HERE
} });`},
		{name: "Mastra", rule: "AG-01", file: "tools.ts", code: `
import { createTool } from "@mastra/core/tools";
import { execSync } from "child_process";
const run = createTool({ id: "run", inputSchema: z.object({ command: z.string() }), execute: async ({ context }) => {
  execSync(context.command); // HERE
} });`},
		{name: "a tool of its own, the call's number first", rule: "AG-01", file: "tools.ts", code: `
import { execSync } from "child_process";
export const run = { name: "run", description: "Runs", parameters: schema, execute: async (toolCallId, params, signal) => {
  execSync(params.command); // HERE
} };`},
		{name: "what a model asks a tool for", rule: "LO-02", file: "agent.ts", code: `
import { execSync } from "child_process";
const response = await client.chat.completions.create({ model, messages, tools });
for (const call of response.choices[0].message.tool_calls ?? []) {
  const args = JSON.parse(call.function.arguments);
  execSync(args.command); // HERE
}`},
		{name: "what a model asks a tool for, Anthropic", rule: "LO-02", file: "agent.ts", code: `
import { execSync } from "child_process";
const message = await anthropic.messages.create({ model, messages, tools });
for (const block of message.content) {
  if (block.type === "tool_use") {
    execSync(block.input.command); // HERE
  }
}`},
		{name: "what a model answered, AI SDK", rule: "LO-02", file: "agent.ts", code: `
import { generateText } from "ai";
import { execSync } from "child_process";
const { text } = await generateText({ model, prompt });
execSync(text); // HERE
`},
		{name: "how much a model answered, AI SDK", silent: true, rule: "LO-02", file: "agent.ts", code: `
import { generateText } from "ai";
import { execSync } from "child_process";
const { usage } = await generateText({ model, prompt });
execSync("log " + usage.totalTokens);
`},
		{name: "FastAPI", rule: "LO-02", file: "app.py", code: `
import os
from fastapi import FastAPI
app = FastAPI()
@app.post("/run")
async def run(body: RunRequest):
    os.system(body.command)  # HERE
`},
		{name: "FastAPI, the request", rule: "LO-02", file: "app.py", code: `
import os
from fastapi import FastAPI, Request
app = FastAPI()
@app.post("/run")
async def run(request: Request):
    data = await request.json()
    os.system(data["command"])  # HERE
`},
		{name: "Flask", rule: "LO-02", file: "app.py", code: `
import os
from flask import Flask, request
app = Flask(__name__)
@app.route("/run", methods=["POST"])
def run():
    os.system(request.get_json()["command"])  # HERE
`},
		{name: "Django", rule: "LO-02", file: "views.py", code: `
import os
def run(request):
    os.system(request.POST.get("command"))  # HERE
`},
		{name: "aiohttp", rule: "LO-02", file: "app.py", code: `
import os
from aiohttp import web
async def run(request):
    data = await request.json()
    os.system(data["command"])  # HERE
`},
		{name: "MCP in Python", rule: "AG-01", file: "server.py", code: `
import os
from mcp.server.fastmcp import FastMCP
mcp = FastMCP("run")
@mcp.tool()
def run(command: str) -> str:
    os.system(command)  # HERE
`},
		{name: "MCP in Python, the low one", rule: "AG-01", file: "server.py", code: `
import os
@server.call_tool()
async def call(name: str, arguments: dict):
    os.system(arguments["command"])  # HERE
`},
		{name: "LangChain in Python", rule: "AG-01", file: "tools.py", code: `
import os
from langchain_core.tools import tool
@tool
def run(command: str) -> str:
    """Runs."""
    os.system(command)  # HERE
`},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := -1
			for i, line := range strings.Split(c.code, "\n") {
				if strings.Contains(line, "HERE") {
					want = i + 1
				}
			}
			if (want < 0) != c.silent {
				t.Fatal("HERE stands in all rows but the silent ones")
			}
			rule := rules[slices.IndexFunc(rules, func(r *Rule) bool { return r.ID == c.rule })]
			found := inExample(e, rule, Example{c.file: c.code})
			if c.silent {
				if len(found) > 0 {
					t.Errorf("line %d: %s", found[0].Line, found[0].Message)
				}
				return
			}
			if !slices.ContainsFunc(found, func(f Finding) bool { return f.Line == want }) {
				t.Errorf("%s is not found on line %d", c.rule, want)
			}
		})
	}
}
