/** The own tools of the clients whose hooks were tried, as inventories. The server of each is named after the client. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EmptyFileSystem } from 'langium';
import { isServer, type PolicyFile, type Tool } from '../../../language/generated/ast.js';
import { createGuardrailServices } from '../../../language/module.js';
import claude from './claude.guardrail';
import codex from './codex.guardrail';
import gemini from './gemini.guardrail';
import opencode from './opencode.guardrail';

const INVENTORIES: { readonly [client: string]: string } = { claude, codex, gemini, opencode };

/** The files and folders of a project that only this client has. */
const SIGNS: { readonly [client: string]: readonly string[] } = {
    claude: ['.claude', '.mcp.json', 'CLAUDE.md'],
    codex: ['.codex'],
    gemini: ['.gemini', 'GEMINI.md'],
    opencode: ['.opencode', 'opencode.json', 'opencode.jsonc']
};

export interface ClientTool {
    readonly name: string;
    /** The declaration, as an inventory has it. */
    readonly text: string;
    /** True if it can change files, so that a policy has to name it to protect some of them. */
    readonly isChanging: boolean;
    /** The parameter that is the path of the changed file; undefined for a tool without one, such as a shell. */
    readonly path?: string;
    /** The parameter that is a shell line or a patch. */
    readonly line?: string;
}

/** The clients that a project folder has settings for. */
export function clientsIn(folder: string): string[] {
    return Object.keys(SIGNS).filter((client) => SIGNS[client]!.some((sign) => existsSync(join(folder, sign))));
}

/** Undefined for a client whose tools are not known. */
export function toolsOfClient(client: string): readonly ClientTool[] | undefined {
    const text = Object.hasOwn(INVENTORIES, client) ? INVENTORIES[client] : undefined;
    if (text === undefined) {
        return undefined;
    }
    const { parser } = createGuardrailServices(EmptyFileSystem).guardrail;
    const { elements } = parser.LangiumParser.parse(text).value as PolicyFile;
    return elements.filter(isServer).flatMap(({ tools }) => tools.map(clientTool));
}

/** The comment that says which version the tools are from. */
export function originOfTools(client: string): string {
    return INVENTORIES[client]!.split('\n', 1)[0]!;
}

const PATHS = ['file_path', 'filePath', 'notebook_path'];
const LINES = ['command', 'patchText'];

function clientTool(tool: Tool): ClientTool {
    const isChanging = tool.traits.some(({ trait }) => trait.$refText === 'destructive');
    const named = (names: readonly string[]): string | undefined =>
        tool.params.find(({ name }) => names.includes(name))?.name;
    const [path, line] = [named(PATHS), named(LINES)];
    return {
        name: tool.name,
        text: tool.$cstNode!.text,
        isChanging,
        ...(isChanging && path !== undefined && { path }),
        ...(isChanging && path === undefined && line !== undefined && { line })
    };
}
