/** Facts about tools that the author knows and the servers do not state, for inventories with many tools. */
import { CodedError } from '../../workspace/errors.js';
import { readJson } from '../config/json-file.js';
import schema from '../../../schemas/guardrail.marks.schema.json';
import type { MarkedLabel, Marks, ToolMarks } from '../../workspace/tool-marks.js';
import type { McpTool } from './tool-list.js';

/**
 * Throws a `CodedError` (GR908) if the file is not valid.
 * @param shown the display path
 */
export function readMarks(path: string, shown: string): Marks {
    return readJson(path, shown, { schema, what: 'the file of marks', code: 'GR908' }).value as Marks;
}

/** Data from a closed world is the user's own; data without a declaration may be either. */
export function guessedLabels(openWorld: boolean | undefined): MarkedLabel[] {
    return openWorld === undefined ? ['private', 'untrusted'] : openWorld ? ['untrusted'] : ['private'];
}

/** Throws a `CodedError` (GR908) for marks of a tool that is not in the lists: they may belong to other servers. */
export function assertMarked(
    marks: Marks,
    servers: readonly { readonly name: string; readonly tools: readonly McpTool[] }[]
): void {
    for (const [name, tools] of Object.entries(marks)) {
        const server = servers.find((candidate) => candidate.name === name);
        const missing = Object.keys(tools).find((tool) => !server?.tools.some((candidate) => candidate.name === tool));
        if (!server || missing !== undefined) {
            const what = server ? `${name}.${missing}` : name;
            throw new CodedError(
                'GR908',
                `the marks name ${what}, which is not in the lists of the servers`,
                'Mark the tools of the same servers.'
            );
        }
    }
}

export function marksOf(marks: Marks | undefined, server: string, tool: McpTool): ToolMarks | undefined {
    const tools = marks?.[server];
    return tools && Object.hasOwn(tools, tool.name) ? tools[tool.name] : undefined;
}
