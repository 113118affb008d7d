// Taplo's language server on standard input and output: a message of JSON-RPC to a line.
//
//   node tests/taplo.mjs FOLDER      FOLDER has node_modules/@taplo/lsp in it

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const { TaploLsp } = createRequire(path.resolve(process.argv[2], "taplo.js"))("@taplo/lsp");
const refuse = () => Promise.reject(new Error("not in a test"));

const server = await TaploLsp.initialize(
  {
    cwd: () => process.cwd(),
    envVar: () => undefined,
    envVars: () => [],
    fetch: { fetch: refuse, Headers, Request, Response },
    findConfigFile: () => undefined,
    glob: () => [],
    isAbsolute: (name) => path.isAbsolute(name),
    now: () => new Date(),
    readFile: (name) => readFile(name),
    stdErrAtty: () => false,
    stderr: async (bytes) => process.stderr.write(bytes) && bytes.length,
    stdin: refuse,
    stdout: refuse,
    urlToFilePath: (url) => fileURLToPath(url),
    writeFile: refuse,
  },
  { onMessage: (message) => process.stdout.write(`${JSON.stringify(message)}\n`) },
);

for await (const line of createInterface({ input: process.stdin })) {
  server.send(JSON.parse(line));
}
