/** Finds differences between the parameters of a tool in an inventory and on its server. */
import { paramOf } from '../../../../../language/types/types.js';
import type * as ast from '../../../../../language/generated/ast.js';
import type { Param } from '../../../../model/policy/policy.js';
import { type ImportedParam, paramsOf } from '../../../tool-lists/schema.js';
import type { McpTool } from '../../../tool-lists/tool-list.js';
import { printParam } from '../../../tool-lists/tool-text.js';
import { type Change, CHANGES, type Edit } from './change.js';
import type { WrittenTool } from './written.js';

export interface ParamChanges {
    readonly changes: readonly Change[];
    /** The parameters that the server no longer accepts. */
    readonly gone: readonly ast.Param[];
    /** The edits, for a declaration that its author has edited: the declaration is not replaced as a whole. */
    readonly edits: readonly Edit[];
}

const GONE = '/* gone: the server no longer takes it */';

export function paramChanges({ tool, head, isUntouched }: WrittenTool, said: McpTool, text: string): ParamChanges {
    const { params } = paramsOf(said.inputSchema);
    const about = (param: ast.Param): string => `parameter \`${param.name}\` of \`${tool.name}\``;
    const changes: Change[] = [];
    const edits: Edit[] = [];
    const change = (param: ast.Param | undefined, message: string): void => {
        changes.push({ code: CHANGES.parameter, message, node: param?.$cstNode ?? tool.$cstNode! });
    };
    const gone = tool.params.filter((param) => !params.some(({ name }) => name === param.name));
    for (const param of tool.params) {
        const now = params.find(({ name }) => name === param.name);
        const start = param.$cstNode!.offset;
        if (now && shape(paramOf(param)) !== shape(now)) {
            const differs = isUntouched ? 'was' : 'stays';
            change(
                param,
                `${about(param)} ${differs} \`${oneLine(param.$cstNode!.text)}\`, and the server takes \`${declared(now)}\` now`
            );
        } else if (!now && !isMarked(text, param)) {
            change(param, `${about(param)} is gone: remove it together with the rules that read it`);
            edits.push({ start, end: start, text: `${GONE} ` });
        }
    }
    const added = params.filter(({ name }) => !tool.params.some((param) => param.name === name));
    for (const param of added) {
        change(undefined, `parameter \`${param.name}\` of \`${tool.name}\` is new: \`${declared(param)}\``);
    }
    if (added.length > 0) {
        const last = tool.params.at(-1)?.$cstNode?.end;
        const list = added.map(declared).join(', ');
        const at = last ?? head.end - 1;
        edits.push({ start: at, end: at, text: last === undefined ? list : `, ${list}` });
    }
    return { changes, gone, edits };
}

/** A parameter of the inventory, for a declaration that is rewritten. */
export function goneParam(param: ast.Param): ImportedParam {
    const { optional, ...model } = paramOf(param);
    return {
        ...model,
        optional: optional && model.default === undefined,
        notes: ['gone: the server no longer takes it']
    };
}

/** True if the import's comment is before or after the parameter. */
function isMarked(text: string, param: ast.Param): boolean {
    const { offset, end } = param.$cstNode!;
    const behind = text.slice(end).split('\n', 1)[0]!;
    return text.slice(0, offset).trimEnd().endsWith(GONE) || /^,?\s*\/\/ gone: /.test(behind);
}

function declared(param: ImportedParam): string {
    return oneLine(printParam(param, '').join(' '));
}

function oneLine(text: string): string {
    return text.replace(/\s+/g, ' ');
}

/** The compared parts of a parameter: optionality, default and type; for a record, also those of its fields. */
function shape(param: Param): string {
    return JSON.stringify(essence(param));
}

function essence(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(essence);
    }
    if (typeof value !== 'object' || value === null) {
        return value;
    }
    const { doc: _, notes: __, ...rest } = value as Record<string, unknown>;
    const isOptional =
        'optional' in rest ? { optional: rest['optional'] === true || rest['default'] !== undefined } : {};
    const entries = Object.entries({ ...rest, ...isOptional }).sort(([a], [b]) => (a < b ? -1 : 1));
    return entries.map(([key, part]) => [key, essence(part)]);
}
