/** The own tools of the clients whose hooks were tried, as inventories. The server of each is named after the client. */
import { EmptyFileSystem } from 'langium';
import { isServer, type PolicyFile, type Tool } from '../../../language/generated/ast.js';
import { createGuardrailServices } from '../../../language/module.js';
import claude from './claude.guardrail';
import codex from './codex.guardrail';
import gemini from './gemini.guardrail';
import opencode from './opencode.guardrail';

const INVENTORIES: { readonly [client: string]: string } = { claude, codex, gemini, opencode };

export interface ClientTool {
    readonly name: string;
    /** The declaration, as an inventory has it. */
    readonly text: string;
    /** True if it can change files, so that a policy has to name it to protect some of them. */
    readonly isChanging: boolean;
    /** How its arguments say which files it changes: in the parameter is a path, a shell line or a patch. */
    readonly changes?: { readonly kind: 'path' | 'line' | 'patch'; readonly param: string };
}

const read = new Map<string, readonly ClientTool[]>();

/** Undefined for a client whose tools are not known. */
export function toolsOfClient(client: string): readonly ClientTool[] | undefined {
    const text = Object.hasOwn(INVENTORIES, client) ? INVENTORIES[client] : undefined;
    if (text !== undefined && !read.has(client)) {
        const { parser } = createGuardrailServices(EmptyFileSystem).guardrail;
        const { elements } = parser.LangiumParser.parse(text).value as PolicyFile;
        read.set(
            client,
            elements.filter(isServer).flatMap(({ tools }) => tools.map(clientTool))
        );
    }
    return read.get(client);
}

/** The comment that says which version the tools are from. */
export function originOfTools(client: string): string {
    return INVENTORIES[client]!.split('\n', 1)[0]!;
}

const PARAMS = { path: ['file_path', 'filePath', 'notebook_path'], line: ['command'], patch: ['patchText', 'command'] };

function clientTool(tool: Tool): ClientTool {
    const isChanging = tool.traits.some(({ trait }) => trait.$refText === 'destructive');
    const kinds = tool.name === 'apply_patch' ? (['patch'] as const) : (['path', 'line'] as const);
    const [changes] = kinds.flatMap((kind) =>
        tool.params.flatMap(({ name }) => (PARAMS[kind].includes(name) ? [{ kind, param: name }] : []))
    );
    return { name: tool.name, text: tool.$cstNode!.text, isChanging, ...(isChanging && changes && { changes }) };
}
