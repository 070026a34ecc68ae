/**
 * Reads the definitions of the tools from the extension's manifest, from which VS Code reads them too, so that there is
 * only one copy.
 */
import { readFileSync } from 'node:fs';
import { RESULT_SCHEMA } from '../../../assistant/result-data.js';

export interface ToolDefinition {
    readonly name: string;
    readonly title: string;
    readonly description: string;
    readonly inputSchema: { readonly type: 'object'; readonly [key: string]: unknown };
    readonly outputSchema?: { readonly type: 'object'; readonly [key: string]: unknown };
    readonly annotations: { readonly [hint: string]: boolean };
}

interface Manifest {
    readonly contributes: {
        readonly languageModelTools: readonly {
            readonly name: string;
            readonly displayName: string;
            readonly modelDescription: string;
            readonly inputSchema: ToolDefinition['inputSchema'];
        }[];
    };
}

/** The tools only read policies and pages. */
const ANNOTATIONS = { readOnlyHint: true, idempotentHint: true, destructiveHint: false, openWorldHint: false };

/** @param folder the folder of the program; the manifest and its texts are in its parent folder */
export function toolDefinitions(folder: URL): ToolDefinition[] {
    const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`../${name}`, folder), 'utf8'));
    const { contributes } = read('package.json') as Manifest;
    const texts = read('package.nls.json') as Record<string, string>;
    return contributes.languageModelTools.map(({ name, displayName, modelDescription, inputSchema }) => ({
        name,
        title: texts[displayName.slice(1, -1)] ?? name,
        description: modelDescription,
        inputSchema,
        ...(name === 'guardrail_check' && { outputSchema: RESULT_SCHEMA }),
        annotations: ANNOTATIONS
    }));
}
