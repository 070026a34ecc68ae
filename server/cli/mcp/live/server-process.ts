/** An MCP server as a child process, and its output other than messages. */
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import type { Heard } from './failures.js';
import type { StdioTarget } from './target.js';

/** A part of standard error: enough for a program's final message. */
const KEPT_ERRORS = 4000;
/** The maximum number of lines that are not messages: a server that writes them endlessly would never be timed out. */
const MOST_JUNK = 1000;

export class ServerProcess extends StdioClientTransport {
    constructor(
        { command, args, env, cwd }: StdioTarget,
        private readonly heard: Heard
    ) {
        super({ command, args: [...args], env: { ...env }, cwd, stderr: 'pipe' });
        this.stderr?.on('data', (chunk: Buffer) => {
            heard.errors = (heard.errors + chunk.toString()).slice(-KEPT_ERRORS);
        });
    }

    override async start(): Promise<void> {
        await super.start();
        const { stdout } = this.child!;
        let junk = 0;
        // The library skips lines that are not valid JSON without reporting them.
        createInterface({ input: stdout! }).on('line', (line) => {
            try {
                JSON.parse(line);
            } catch (error) {
                this.heard.junk ??= error as Error;
                if (++junk === MOST_JUNK) {
                    void this.close();
                }
            }
        });
    }

    /** A process that the server started and left behind may hold its pipes, which would keep this program from ending. */
    override async close(): Promise<void> {
        const { child } = this;
        await super.close();
        [child?.stdin, child?.stdout, child?.stderr].forEach((stream) => stream?.destroy());
    }

    private get child(): ChildProcess | undefined {
        return (this as unknown as { readonly _process?: ChildProcess })._process;
    }
}
